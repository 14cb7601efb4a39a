using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Scenarios;

/// <summary>A package that was sent to the server.</summary>
sealed record SentPackage(string Name, int Version, byte[] Bytes, string ContentHash)
{
    public string Nvr => $"{Name}-{Version}-1";

    public string Location => $"Packages/{Name[0]}/{Nvr}.x86_64.rpm";

    /// <summary>Nobody has looked yet how it is served.</summary>
    public bool IsNew { get; set; } = true;
}

/// <summary>What a server that is killed again and again has said yes to, for each of two tags: these packages, and no others, are in it.</summary>
sealed class Promises(int seed)
{
    const int Most = 20, Least = 4;

    public static IReadOnlyList<string> Tags { get; } = ["plain", "zipped"];

    readonly Lock gate = new();
    readonly Random random = new(seed);
    readonly List<SentPackage> all = [];
    readonly Dictionary<string, Dictionary<string, SentPackage>> held = Tags.ToDictionary(tag => tag, _ => new Dictionary<string, SentPackage>()), open = Tags.ToDictionary(tag => tag, _ => new Dictionary<string, SentPackage>());

    /// <summary>A new package, or one that was in the tag before, or, if the tag has enough, one that is there already.</summary>
    public (string Tag, SentPackage Package) ToImport()
    {
        lock (gate)
        {
            var tag = Tags[random.Next(Tags.Count)];
            var free = all.Where(package => !open[tag].ContainsKey(package.Nvr) && held[tag].ContainsKey(package.Nvr) == held[tag].Count >= Most).ToList();
            var package = free.Count > 0 && (held[tag].Count >= Most || random.Next(2) == 0) ? free[random.Next(free.Count)] : Made();
            held[tag].Remove(package.Nvr);
            open[tag][package.Nvr] = package;
            return (tag, package);
        }
    }

    SentPackage Made()
    {
        // Several versions of few packages, so that retention has some that are not a package's newest.
        var (name, version) = ($"p{random.Next(12)}", all.Count + 1);
        var bytes = new SyntheticRpm(name, $"{version}") { Files = [new($"/usr/share/{name}/words", new byte[random.Next(4000)])] }.Build();
        var package = new SentPackage(name, version, bytes, RpmPackage.Read(new MemoryStream(bytes), CancellationToken.None).AsTask().GetAwaiter().GetResult().ContentHash);
        all.Add(package);
        return package;
    }

    /// <summary>Null: there are few enough.</summary>
    public (string Tag, SentPackage Package)? ToUntag()
    {
        lock (gate)
        {
            var tag = Tags[random.Next(Tags.Count)];
            if (held[tag].Count <= Least) return null;
            var package = held[tag].Values.ElementAt(random.Next(held[tag].Count));
            held[tag].Remove(package.Nvr);
            open[tag][package.Nvr] = package;
            return (tag, package);
        }
    }

    public void Holds(string tag, SentPackage package)
    {
        lock (gate)
        {
            open[tag].Remove(package.Nvr);
            held[tag][package.Nvr] = package;
        }
    }

    public void Let(string tag, SentPackage package)
    {
        lock (gate) open[tag].Remove(package.Nvr);
    }

    public IReadOnlyList<SentPackage> In(string tag)
    {
        lock (gate) return [.. held[tag].Values];
    }

    /// <summary>Holds what the server says is in the tag against what it had promised; what it had not answered is as it says.</summary>
    public void Settle(string tag, IReadOnlySet<string> there)
    {
        lock (gate)
        {
            if (held[tag].Keys.FirstOrDefault(nvr => !there.Contains(nvr)) is { } lost) throw new InvalidOperationException($"{lost} was taken into {tag}, and is not there.");
            if (there.FirstOrDefault(nvr => !held[tag].ContainsKey(nvr) && !open[tag].ContainsKey(nvr)) is { } stray) throw new InvalidOperationException($"{stray} was taken out of {tag}, or never put there, and is there.");
            foreach (var package in open[tag].Values.Where(package => there.Contains(package.Nvr))) held[tag][package.Nvr] = package;
            open[tag].Clear();
        }
    }
}
