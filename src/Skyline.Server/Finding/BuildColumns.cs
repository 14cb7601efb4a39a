using Skyline.Protocol;

namespace Skyline.Server.Finding;

/// <summary>
/// All builds, by what they are looked for: <see cref="BuildChunk"/>s in the order of their numbers, and what rows of them share. Whoever looks
/// holds <see cref="Turn"/> for reading; <see cref="KeepColumns"/> alone writes.
/// </summary>
sealed class BuildColumns : IDisposable
{
    public const long None = 0;

    /// <summary>The set of no tags, by its number.</summary>
    public const int NoTags = 0;

    public readonly ReaderWriterLockSlim Turn = new();
    public readonly List<BuildChunk> Chunks = [];
    /// <summary>Ids, as in the database; <see cref="None"/>: it has none.</summary>
    public readonly Interned<long> Targets = new(), Owners = new(), Batches = new();
    public readonly Interned<string> Packages = new();
    /// <summary>Sets of architectures: a bit for each name.</summary>
    public readonly Interned<ulong> ArchSets = new();
    public readonly Interned<string> Arches = new();
    readonly Interned<string> tagSets = new();
    readonly List<long[]> tagsOf = [];
    int[] ranks = [];

    public BuildColumns() => TagSet([]);

    /// <summary>The number of the newest; 0: there is none.</summary>
    public long Newest => Chunks.Count == 0 ? 0 : Chunks[^1].Id[Chunks[^1].Count - 1];

    public (BuildChunk Chunk, int Row)? Find(long id)
    {
        var (low, high) = (0, Chunks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Chunks[middle].Id[0] <= id) low = middle;
            else high = middle - 1;
        }
        return Chunks.Count > 0 && Chunks[low].Find(id) is >= 0 and var row ? (Chunks[low], row) : null;
    }

    public (BuildChunk Chunk, int Row) Add(long id)
    {
        if (Chunks.Count == 0 || Chunks[^1].Count == BuildChunk.Size) Chunks.Add(new());
        return (Chunks[^1], Chunks[^1].Add(id));
    }

    /// <summary>The tags that a build is or was in, as a number for all that are in the same.</summary>
    public int TagSet(long[] tags)
    {
        var number = tagSets.Of(string.Join(',', tags));
        if (number == tagsOf.Count) tagsOf.Add(tags);
        return number;
    }

    public long[] TagsOf(int set) => tagsOf[set];

    public bool[] TagSetsWhere(Func<long[], bool> wanted) => [.. tagsOf.Select(wanted)];

    /// <summary>More than 63 architectures share a bit, and are found together.</summary>
    public ulong ArchBit(string arch) => 1UL << Math.Min(Arches.Of(arch), 63);

    /// <summary>For each package its place in the order of names.</summary>
    public int[] PackageRanks()
    {
        var known = Volatile.Read(ref ranks);
        if (known.Length == Packages.Count) return known;
        var order = Enumerable.Range(0, Packages.Count).OrderBy(number => Packages[number], StringComparer.Ordinal).ToArray();
        var fresh = new int[order.Length];
        for (var place = 0; place < order.Length; place++) fresh[order[place]] = place;
        Volatile.Write(ref ranks, fresh);
        return fresh;
    }

    public void Dispose() => Turn.Dispose();
}
