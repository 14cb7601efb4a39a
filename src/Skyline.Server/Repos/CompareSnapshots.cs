using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>What one snapshot holds that another does not, of one tag or of two.</summary>
static class CompareSnapshots
{
    sealed record Row(string Repo, long RpmId);

    const string In = "SELECT repo AS Repo, rpm_id AS RpmId FROM tag_rpms WHERE tag_id = ";

    /// <param name="from">A hash, or a day or time, which is the newest of then. Null: the one before <paramref name="to"/>, or of two tags the newest.</param>
    /// <param name="to">The same. Null: the newest.</param>
    public static (SnapshotDiff? Diff, Refusal? Why) Of(IDbConnection db, string tagName, string? from, string? to, string? toTagName)
    {
        if (Tag.Find(db, tagName) is not { } tag) return (null, Tag.None(tagName));
        if (Tag.Find(db, toTagName ?? tagName) is not { } toTag) return (null, Tag.None(toTagName));
        var (newer, why) = Named(db, toTag, to, before: null);
        if (newer is null) return (null, why);
        (var older, why) = Named(db, tag, from, before: tag.Id == toTag.Id ? newer.Id : null);
        if (older is null) return (null, why);
        var changes = PackageChanges.Of(Only(db, tag.Id, older, toTag.Id, newer), Only(db, toTag.Id, newer, tag.Id, older));
        return (new(older.OnTheWire(tag), newer.OnTheWire(toTag), [.. changes.Take(PackageChanges.MostListed)], Math.Max(0, changes.Count - PackageChanges.MostListed)), null);
    }

    static (NamedSnapshot? Snapshot, Refusal? Why) Named(IDbConnection db, Tag tag, string? hash, long? before)
    {
        if (hash is { Length: > 0 }) return NamedSnapshot.AsOf(db, tag, hash) ?? NamedSnapshot.Find(db, tag, hash);
        return NamedSnapshot.Newest(db, tag.Id, before) is { } found ? (found, null)
            : (null, new(404, before is null ? $"Tag '{tag.Name}' has no snapshot yet." : $"Tag '{tag.Name}' has no earlier snapshot to compare with."));
    }

    /// <summary>A package that was signed anew meanwhile is the same package.</summary>
    static IReadOnlyList<ListedRpm> Only(IDbConnection db, long tag, NamedSnapshot here, long otherTag, NamedSnapshot other) => ListedRpm.OfRpms(db, db.All<Row>($"""
        {In} @tag AND since <= @here AND (until IS NULL OR until > @here)
        EXCEPT {In} @otherTag AND since <= @other AND (until IS NULL OR until > @other)
        """, new { tag, here = here.Id, otherTag, other = other.Id }).Select(row => (row.Repo, row.RpmId)));
}
