using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A tag's kept snapshots, and what each took in.</summary>
static class ShowSnapshots
{
    const int MostEvents = 20;

    public static SnapshotPage List(IDbConnection db, Tag tag, long? before, int limit)
    {
        // One more than are shown: what the oldest took in is what happened since the one before it.
        var snapshots = NamedSnapshot.List(db, tag.Id, before, limit + 1);
        var order = Inheritance.Order(db, tag.Id);
        return new([.. snapshots.Take(limit).Select((one, at) => Summary(db, one, order, snapshots.ElementAtOrDefault(at + 1)))], snapshots.Count > limit ? snapshots[limit - 1].Id : null);
    }

    sealed record InRepo
    {
        public required string Repo { get; init; }
        public int Packages { get; init; }
    }

    /// <param name="hash">Or the beginning of it.</param>
    /// <returns>The snapshot, or why there is none.</returns>
    public static (SnapshotDetails? Details, Refusal? Why) Find(IDbConnection db, string tagName, string hash)
    {
        if (Tag.Find(db, tagName) is not { } tag) return (null, Tag.None(tagName));
        var (snapshot, why) = NamedSnapshot.Find(db, tag, hash);
        return snapshot is null ? (null, why) : (Details(db, tag, snapshot), null);
    }

    static SnapshotDetails Details(IDbConnection db, Tag tag, NamedSnapshot snapshot)
    {
        var packages = db.All<InRepo>("""
            SELECT repo, count(*) AS Packages FROM tag_rpms WHERE tag_id = @tag AND since <= @Id AND (until IS NULL OR until > @Id) GROUP BY repo
            """, new { tag = tag.Id, snapshot.Id }).ToDictionary(repo => repo.Repo, repo => repo.Packages);
        var summary = Summary(db, snapshot, Inheritance.Order(db, tag.Id), NamedSnapshot.Newest(db, tag.Id, snapshot.Id));
        return new(tag.Name, summary, NamedSnapshot.Newest(db, tag.Id)?.Hash == snapshot.Hash,
            [.. HeldRpm.AllRepos(tag.Arches).Select(repo => new SnapshotRepo(repo, packages.GetValueOrDefault(repo), $"/repos/{TagAddress.Of(tag.Name)}/@{snapshot.Hash}/{repo}/"))]);
    }

    static SnapshotSummary Summary(IDbConnection db, NamedSnapshot one, IReadOnlyList<long> order, NamedSnapshot? previous)
    {
        var range = new { order, after = previous?.EventId ?? 0, to = one.EventId };
        var count = db.One<long>("SELECT count(*) FROM tag_events WHERE tag_id IN @order AND id > @after AND id <= @to", range);
        return new(one.Id, one.Hash, one.CreatedAt.ToTime(), (int)one.Packages, ShowEvents.Between(db, order, range.after, range.to, MostEvents), (int)Math.Max(0, count - MostEvents));
    }
}
