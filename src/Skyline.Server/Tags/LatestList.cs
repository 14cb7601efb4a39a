using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>The latest builds of a tag as of an event, in the order of the packages' names; each as it is sent, too, so that a list of thousands is written without being serialized anew.</summary>
sealed class LatestList
{
    readonly Entry[] entries;

    LatestList(long moment, Entry[] entries) => (Event, this.entries) = (moment, entries);

    internal sealed record Entry(LatestBuild Build, byte[] Json)
    {
        public static Entry Of(LatestBuild build) => new(build, JsonSerializer.SerializeToUtf8Bytes(build, SkylineJson.Default.LatestBuild));
    }

    public long Event { get; }

    public int Count => entries.Length;

    public IEnumerable<LatestBuild> Builds => entries.Select(entry => entry.Build);

    public static LatestList Of(long moment, IEnumerable<LatestBuild> builds)
    {
        return new(moment, Sorted(builds));
    }

    static Entry[] Sorted(IEnumerable<LatestBuild> builds)
    {
        Entry[] entries = [.. builds.Select(Entry.Of)];
        Array.Sort(Array.ConvertAll(entries, entry => entry.Build.Package), entries, StringComparer.Ordinal);
        return entries;
    }

    /// <summary>With what has become of some packages.</summary>
    public LatestList With(long moment, IReadOnlyCollection<string> packages, IEnumerable<LatestBuild> builds)
    {
        var looked = packages.ToHashSet();
        var changed = Sorted(builds);
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
    public LatestSome Page(string? after, int? limit)
    {
        var first = after is null ? 0 : FirstAfter(after);
        var count = Math.Min(limit ?? int.MaxValue, entries.Length - first);
        return new(entries.AsMemory(first, count), More: first + count < entries.Length);
    }

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

/// <summary>Some of them, one after another, as a JSON array.</summary>
/// <param name="More">Whether there are more behind them.</param>
sealed record LatestSome(ReadOnlyMemory<LatestList.Entry> Entries, bool More)
{
    /// <summary>So much is handed over at once.</summary>
    const int Portion = 64 << 10;

    public IReadOnlyList<LatestBuild> Builds => [.. Entries.ToArray().Select(entry => entry.Build)];

    public string LastPackage => Entries.Span[^1].Build.Package;

    public long Bytes
    {
        get
        {
            var bytes = 2L + Math.Max(0, Entries.Length - 1);
            foreach (var entry in Entries.Span) bytes += entry.Json.Length;
            return bytes;
        }
    }

    public async Task WriteTo(PipeWriter to, CancellationToken ct)
    {
        for (var at = 0; at < Entries.Length;)
        {
            at = WriteSome(to, at);
            await to.FlushAsync(ct);
        }
        to.Write(Entries.Length == 0 ? "[]"u8 : "]"u8);
        await to.FlushAsync(ct);
    }

    /// <returns>The first that was not written.</returns>
    int WriteSome(PipeWriter to, int first)
    {
        var (at, written) = (first, 0);
        for (; at < Entries.Length && written < Portion; at++)
        {
            to.Write(at == 0 ? "["u8 : ","u8);
            to.Write(Entries.Span[at].Json);
            written += Entries.Span[at].Json.Length + 1;
        }
        return at;
    }
}
