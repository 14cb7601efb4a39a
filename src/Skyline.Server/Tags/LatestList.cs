using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>The latest builds of a tag as of an event, in the order of the packages' names; each as it is sent, too, so that a list of thousands is written without being serialized anew.</summary>
sealed class LatestList
{
    readonly Entry[] entries;

    LatestList(long moment, Entry[] entries) => (Event, this.entries) = (moment, entries);

    sealed record Entry(LatestBuild Build, byte[] Json)
    {
        public static Entry Of(LatestBuild build) => new(build, JsonSerializer.SerializeToUtf8Bytes(build, SkylineJson.Default.LatestBuild));
    }

    public long Event { get; }

    public int Count => entries.Length;

    public IEnumerable<LatestBuild> Builds => entries.Select(entry => entry.Build);

    public static LatestList Of(long moment, IEnumerable<LatestBuild> builds)
    {
        Entry[] entries = [.. builds.Select(Entry.Of)];
        Array.Sort(entries, (one, other) => string.CompareOrdinal(one.Build.Package, other.Build.Package));
        return new(moment, entries);
    }

    /// <summary>With what has become of some packages.</summary>
    public LatestList With(long moment, IReadOnlyCollection<string> packages, IEnumerable<LatestBuild> builds)
    {
        var looked = packages.ToHashSet();
        Entry[] changed = [.. builds.Select(Entry.Of)];
        Array.Sort(changed, (one, other) => string.CompareOrdinal(one.Build.Package, other.Build.Package));
        var (merged, at) = (new List<Entry>(entries.Length + changed.Length), 0);
        foreach (var entry in entries)
        {
            while (at < changed.Length && string.CompareOrdinal(changed[at].Build.Package, entry.Build.Package) < 0) merged.Add(changed[at++]);
            if (!looked.Contains(entry.Build.Package)) merged.Add(entry);
        }
        merged.AddRange(changed[at..]);
        return new(moment, [.. merged]);
    }

    /// <param name="after">The package after which to begin.</param>
    /// <param name="limit">How many at most; null: all.</param>
    /// <returns>A JSON array, and whether there is more.</returns>
    public (byte[] Json, bool More) Page(string? after, int? limit)
    {
        var first = after is null ? 0 : FirstAfter(after);
        var some = entries.AsSpan(first, Math.Min(limit ?? int.MaxValue, entries.Length - first));
        var size = 2 + Math.Max(0, some.Length - 1);
        foreach (var entry in some) size += entry.Json.Length;
        var json = new byte[size];
        var at = 0;
        json[at++] = (byte)'[';
        for (var i = 0; i < some.Length; i++)
        {
            if (i > 0) json[at++] = (byte)',';
            some[i].Json.CopyTo(json, at);
            at += some[i].Json.Length;
        }
        json[at] = (byte)']';
        return (json, first + some.Length < entries.Length);
    }

    /// <summary>The last package of such a page.</summary>
    public string Last(string? after, int limit) => entries[Math.Min(entries.Length, (after is null ? 0 : FirstAfter(after)) + limit) - 1].Build.Package;

    int FirstAfter(string package)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(entries[middle].Build.Package, package) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
