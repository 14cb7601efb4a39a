using System.Data;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>
/// A filter in the columns' own numbers, so that a build is held against it in some nanoseconds: for each column what of it is wanted, and null
/// where anything is. What is hidden from who asks is wanted of nobody, by the rule of <see cref="NarrowReaders"/>.
/// </summary>
sealed class WantedBuilds
{
    bool[]? kinds, targets, arches, packages;
    /// <summary>Either of them: built into a tag, or in it.</summary>
    bool[]? intoTag, inTag;
    /// <summary>As those two: made for what is seen, or in it. Null: nothing is hidden.</summary>
    bool[]? seenTargets, seenTags;
    int owner = -1, batch = -1, noTarget = -1;
    uint since, until = uint.MaxValue;
    byte[][] words = [];

    sealed record TargetRow(long Id, string Name, long Destination);

    /// <param name="db">As whoever asks sees it.</param>
    /// <param name="person">Null: nobody who is known.</param>
    /// <param name="hidden">Tags that they do not see.</param>
    /// <returns>Null: nothing can be found, for something that is named is not there.</returns>
    public static WantedBuilds? Of(IDbConnection db, BuildFilter filter, BuildColumns columns, long? person, IReadOnlySet<long> hidden)
    {
        var wanted = new WantedBuilds { since = Seconds(filter.Since) ?? 0, until = Seconds(filter.Until) ?? uint.MaxValue, noTarget = columns.Targets.Find(BuildColumns.None) };
        var targets = db.All<TargetRow>("SELECT id AS Id, name AS Name, destination_tag_id AS Destination FROM targets");
        if (filter.States.Count > 0 || filter.Kind is not null) wanted.kinds = [.. Enumerable.Range(0, 32).Select(kind => IsKind(kind, filter))];
        if (filter.Target is { } target) wanted.targets = AnyOf(columns.Targets, targets.Where(one => one.Name == target));
        if (filter.Tag is { } tag && !wanted.OfTags([.. db.All<long>("SELECT id FROM tags WHERE name = @tag", new { tag })], targets, columns)) return null;
        if (filter.Package is { } package) wanted.packages = columns.Packages.Where(name => name.StartsWith(package, StringComparison.Ordinal));
        if (filter.Arch is { } arch) wanted.arches = columns.Arches.Find(arch) is >= 0 and var number ? columns.ArchSets.Where(set => (set & 1UL << Math.Min(number, 63)) != 0) : new bool[columns.ArchSets.Count];
        if (filter.Owner is not null && (wanted.owner = columns.Owners.Find(Owner(db, filter.Owner, person))) < 0) return null;
        if (filter.Batch is { } of && (wanted.batch = columns.Batches.Find(of)) < 0) return null;
        wanted.words = [.. (filter.Search ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Encoding.UTF8.GetBytes(word.ToLowerInvariant())).OrderByDescending(word => word.Length)];
        if (hidden.Count > 0) wanted.OnlySeen(targets, columns, hidden);
        return wanted.IsAnyOfEach() ? wanted : null;
    }

    static bool IsKind(int kind, BuildFilter filter) => (filter.States.Count == 0 || filter.States.Contains((BuildState)(kind & 7)))
        && (filter.Kind is null || filter.Kind == ((kind & 8) != 0 ? BuildKind.Scratch : (kind & 16) != 0 ? BuildKind.Draft : BuildKind.Real));

    bool OfTags(HashSet<long> tags, IReadOnlyList<TargetRow> of, BuildColumns columns)
    {
        intoTag = AnyOf(columns.Targets, of.Where(one => tags.Contains(one.Destination)));
        inTag = columns.TagSetsWhere(set => set.Any(tags.Contains));
        return tags.Count > 0;
    }

    static bool[] AnyOf(Interned<long> column, IEnumerable<TargetRow> some)
    {
        var ids = some.Select(one => one.Id).ToHashSet();
        return column.Where(ids.Contains);
    }

    static long Owner(IDbConnection db, string name, long? person) => name == BuildFilter.Me ? person ?? -1 : db.One<long?>("SELECT id FROM users WHERE name = @name", new { name }) ?? -1;

    static uint? Seconds(DateTimeOffset? time) => time is { } at ? (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue) : null;

    /// <summary>One without a target is seen where it is in no tag, or in one that is seen.</summary>
    void OnlySeen(IReadOnlyList<TargetRow> seen, BuildColumns columns, IReadOnlySet<long> hidden)
    {
        seenTargets = AnyOf(columns.Targets, seen);
        seenTags = columns.TagSetsWhere(set => set.Any(tag => !hidden.Contains(tag)));
    }

    /// <summary>Where a column has nothing that is wanted, no build needs to be looked at.</summary>
    bool IsAnyOfEach() => new[] { targets, arches, packages }.All(column => column is null || column.Contains(true)) && (intoTag is null || intoTag.Contains(true) || inTag!.Contains(true)) && since < until;

    /// <summary>Asked before its builds are: a word that is nowhere in it is found out for thousands of them at once.</summary>
    public bool MayBeIn(BuildChunk chunk) => Array.TrueForAll(words, word => chunk.MayHold(word));

    public bool Holds(BuildChunk chunk, int row) =>
        (kinds is null || kinds[chunk.Kind[row]])
        && (targets is null || targets[chunk.Target[row]])
        && (owner < 0 || owner == chunk.Owner[row])
        && (batch < 0 || batch == chunk.Batch[row])
        && (packages is null || packages[chunk.Package[row]])
        && (arches is null || arches[chunk.Arches[row]])
        && chunk.Submitted[row] >= since && chunk.Submitted[row] < until
        && (intoTag is null || intoTag[chunk.Target[row]] || inTag![chunk.Tags[row]])
        && (seenTargets is null || seenTargets[chunk.Target[row]] || seenTags![chunk.Tags[row]] || IsNowhere(chunk, row))
        && (words.Length == 0 || HoldsWords(chunk.Nvr(row)));

    /// <summary>Imported, and in no tag.</summary>
    bool IsNowhere(BuildChunk chunk, int row) => chunk.Target[row] == noTarget && chunk.Tags[row] == BuildColumns.NoTags;

    bool HoldsWords(ReadOnlySpan<byte> nvr)
    {
        foreach (var word in words)
            if (nvr.IndexOf(word) < 0) return false;
        return true;
    }
}
