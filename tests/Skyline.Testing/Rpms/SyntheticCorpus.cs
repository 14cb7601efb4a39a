using System.Globalization;
using Skyline.Rpm;

namespace Skyline.Testing.Rpms;

/// <summary>
/// Packages in the shape of a distribution's: how many files, dependencies and changes they have, and how large they are, is
/// spread as there (log-normal). The same seed gives the same packages; they require one another.
/// </summary>
public static class SyntheticCorpus
{
    const double PayloadSpread = 1.6;
    const int MaxPayload = 12 << 20;
    const long Start = 1_700_000_000;

    static readonly string[] Syllables = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va"];
    static readonly string[] Words = ["fix", "update", "rebuild", "for", "gcc", "soname", "drop", "unused", "patch", "new", "upstream", "release", "backport", "enable", "tests"];
    static readonly byte[] Noise = MakeNoise();

    public static IEnumerable<SyntheticRpm> Packages(int count, int medianPayload, int seed = 1)
    {
        for (var i = 0; i < count; i++)
            yield return Package(i, medianPayload, seed);
    }

    static SyntheticRpm Package(int number, int medianPayload, int seed)
    {
        var random = new Random(HashCodeOf(number, seed));
        var name = NameOf(number, seed);
        var version = $"{random.Next(10)}.{random.Next(20)}.{random.Next(30)}";
        var payload = (int)Math.Min(LogNormal(random, medianPayload, PayloadSpread), MaxPayload);
        return new(name, version, "1.fc44", random.NextDouble() < .25 ? "noarch" : "x86_64")
        {
            BuildTime = Start + number,
            Summary = Sentence(random, 6),
            Description = string.Join('\n', Enumerable.Range(0, random.Next(2, 9)).Select(_ => Sentence(random, 12))),
            Files = Files(random, name, version, (int)Math.Clamp(LogNormal(random, 14, 1.55), 1, 6000), payload),
            Dependencies = [.. Provides(random, name, version), .. Requires(random, number, seed)],
            Changelog = [.. Enumerable.Range(0, Math.Max(1, (int)(-14 * Math.Log(1 - random.NextDouble()))))
                .Select(i => new ChangelogEntry(DateTimeOffset.FromUnixTimeSeconds(Start - i * 2_592_000L), $"Dev Eloper <dev@example.invalid> - {version}-{i}", "- " + Sentence(random, random.Next(4, 18))))],
        };
    }

    static string NameOf(int number, int seed)
    {
        var random = new Random(HashCodeOf(number, seed) ^ 0x5eed);
        return string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Syllables[random.Next(Syllables.Length)])) + number.ToString(CultureInfo.InvariantCulture);
    }

    static IEnumerable<(DependencyKind, Dependency)> Provides(Random random, string name, string version)
    {
        yield return (DependencyKind.Provides, new(name, DependencyFlags.Equal, $"{version}-1.fc44"));
        yield return (DependencyKind.Provides, new($"{name}(x86-64)", DependencyFlags.Equal, $"{version}-1.fc44"));
        yield return (DependencyKind.Provides, new($"lib{name}.so.1()(64bit)", DependencyFlags.None, ""));
        for (var more = random.Next(5); more > 0; more--)
            yield return (DependencyKind.Provides, new($"pkgconfig({name}{more})", DependencyFlags.Equal, version));
    }

    static IEnumerable<(DependencyKind, Dependency)> Requires(Random random, int number, int seed)
    {
        const DependencyFlags rpmlib = DependencyFlags.RpmLib | DependencyFlags.Less | DependencyFlags.Equal;
        foreach (var libc in (string[])["libc.so.6(GLIBC_2.34)(64bit)", "libc.so.6()(64bit)", "rtld(GNU_HASH)"])
            yield return (DependencyKind.Requires, new(libc, DependencyFlags.None, ""));
        foreach (var (feature, evr) in ((string, string)[])[("CompressedFileNames", "3.0.4-1"), ("FileDigests", "4.6.0-1"), ("PayloadFilesHavePrefix", "4.0-1")])
            yield return (DependencyKind.Requires, new($"rpmlib({feature})", rpmlib, evr));
        for (var more = (int)Math.Min(60, LogNormal(random, 7, .8)); more > 0; more--)
        {
            var other = NameOf(random.Next(number + 1), seed);
            yield return random.NextDouble() < .6
                ? (DependencyKind.Requires, new($"lib{other}.so.1()(64bit)", DependencyFlags.None, ""))
                : (DependencyKind.Requires, new(other, DependencyFlags.Greater | DependencyFlags.Equal, "1.0"));
        }
    }

    static SyntheticFile[] Files(Random random, string name, string version, int count, int payload)
    {
        var shares = Enumerable.Range(0, count).Select(_ => Math.Pow(random.NextDouble(), 3) + .01).ToArray();
        var whole = shares.Sum();
        return [.. shares.Select((share, i) => new SyntheticFile(PathOf(random, name, version, i), Bytes(random, (int)(payload * share / whole)), random.NextDouble() < .1 ? 0x81ed : 0x81a4))
            .OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    static string PathOf(Random random, string name, string version, int i) => random.Next(100) switch
    {
        < 6 => $"/usr/bin/{name}-{i}",
        < 10 => $"/etc/{name}/{i}.conf",
        < 18 => $"/usr/lib64/lib{name}-{i}.so.{version}",
        < 42 => $"/usr/lib/python3.13/site-packages/{name}/m{i / 40}/module{i}.py",
        < 60 => $"/usr/include/{name}/d{i / 60}/header{i}.h",
        < 66 => $"/usr/share/man/man{1 + i % 8}/{name}-{i}.gz",
        _ => $"/usr/share/doc/{name}/html{i / 80}/page{i}.html",
    };

    static byte[] Bytes(Random random, int size) => size <= Noise.Length
        ? Noise.AsSpan(random.Next(Noise.Length - size + 1), size).ToArray()
        : [.. Noise, .. Bytes(random, size - Noise.Length)];

    static string Sentence(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));

    static double LogNormal(Random random, double median, double spread) =>
        median * Math.Exp(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    static byte[] MakeNoise()
    {
        var noise = new byte[1 << 20];
        new Random(42).NextBytes(noise);
        return noise;
    }

    /// <summary>Stable from process to process, which <see cref="HashCode"/> is not.</summary>
    static int HashCodeOf(int number, int seed) => unchecked((int)((uint)number * 2654435761u ^ (uint)seed * 40503u));
}
