using Skyline.Protocol;

namespace Skyline.Server.Finding;

/// <summary>A page of what is wanted, by ids in the order that was asked for.</summary>
/// <param name="Next">Whether there are more after it, and Previous, before it.</param>
readonly record struct FoundIds(IReadOnlyList<long> Ids, bool Next, bool Previous)
{
    /// <summary>Where a list goes on: after this build in its order (or, backwards, before it).</summary>
    internal readonly record struct From(long Id, bool Backwards);

    public static FoundIds Of(BuildColumns columns, WantedBuilds wanted, BuildSort order, From? from, int limit)
    {
        var backwards = from is { Backwards: true };
        var ids = order is BuildSort.Newest or BuildSort.Oldest ? ByNumber(columns, wanted, (order == BuildSort.Newest) ^ backwards, from?.Id, limit + 1) : ByKey(columns, wanted, order, from, limit + 1);
        var more = ids.Count > limit;
        if (more) ids.RemoveAt(limit);
        if (!backwards) return new(ids, more, from is not null);
        ids.Reverse();
        return new(ids, true, more);
    }

    /// <summary>Builds are in the order of their numbers: whoever has enough stops.</summary>
    static List<long> ByNumber(BuildColumns columns, WantedBuilds wanted, bool down, long? from, int most)
    {
        var found = new List<long>();
        for (var n = 0; n < columns.Chunks.Count; n++)
        {
            var chunk = columns.Chunks[down ? columns.Chunks.Count - 1 - n : n];
            if (from is { } start && (down ? chunk.Id[0] >= start : chunk.Id[chunk.Count - 1] <= start)) continue;
            if (!wanted.MayBeIn(chunk)) continue;
            for (var i = 0; i < chunk.Count; i++)
            {
                var row = down ? chunk.Count - 1 - i : i;
                if (from is { } at && (down ? chunk.Id[row] >= at : chunk.Id[row] <= at)) continue;
                if (!wanted.Holds(chunk, row)) continue;
                found.Add(chunk.Id[row]);
                if (found.Count == most) return found;
            }
        }
        return found;
    }

    /// <summary>The first so many of all in another order: each is looked at once, and the best are kept.</summary>
    static List<long> ByKey(BuildColumns columns, WantedBuilds wanted, BuildSort order, From? from, int most)
    {
        var backwards = from is { Backwards: true };
        var ranks = order == BuildSort.Package ? columns.PackageRanks() : null;
        var start = from is { } at && columns.Find(at.Id) is var (known, place) && wanted.Holds(known, place) ? Key(known, place) : ((int, long)?)null;
        // (The worst of the best is at its head.)
        var best = new PriorityQueue<long, (int, long)>(most + 1, backwards ? Comparer<(int, long)>.Default : Comparer<(int, long)>.Create((one, other) => other.CompareTo(one)));
        foreach (var chunk in columns.Chunks.Where(wanted.MayBeIn))
            for (var row = 0; row < chunk.Count; row++)
            {
                if (!wanted.Holds(chunk, row)) continue;
                var key = Key(chunk, row);
                if (start is { } than && (backwards ? key.CompareTo(than) >= 0 : key.CompareTo(than) <= 0)) continue;
                if (best.Count < most) best.Enqueue(chunk.Id[row], key);
                else best.EnqueueDequeue(chunk.Id[row], key);
            }
        var ids = new List<long>();
        while (best.TryDequeue(out var id, out _)) ids.Add(id);
        ids.Reverse();
        return ids;

        (int Major, long Minor) Key(BuildChunk chunk, int row) =>
            (ranks is not null ? ranks[chunk.Package[row]] : chunk.Took[row] is >= 0 and var took ? -took : 1, -chunk.Id[row]);
    }

    /// <returns>How many are wanted, counted no further than to one more than most.</returns>
    public static int Count(BuildColumns columns, WantedBuilds wanted, int most)
    {
        var count = 0;
        for (var n = columns.Chunks.Count - 1; n >= 0 && count <= most; n--)
        {
            var chunk = columns.Chunks[n];
            if (!wanted.MayBeIn(chunk)) continue;
            for (var row = 0; row < chunk.Count && count <= most; row++)
                if (wanted.Holds(chunk, row)) count++;
        }
        return count;
    }
}
