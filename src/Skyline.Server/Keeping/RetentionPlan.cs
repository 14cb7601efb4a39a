using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>What retention would do to a tag's snapshots as of now. It only ever concerns those that are not the newest, so nothing that happens meanwhile makes it wrong.</summary>
sealed record RetentionPlan(long TagId, string Tag, RetentionPolicy Policy, IReadOnlyList<Fate> Fates)
{
    /// <summary>So many of each kind are named in what is noted of a night.</summary>
    const int MostNamed = 100;

    sealed record Row(long Id, string Name, long Snapshots, long Days);

    const string Select = "SELECT id AS Id, name AS Name, keep_snapshots AS Snapshots, keep_days AS Days FROM tags";

    public IEnumerable<PastSnapshot> Going => Fates.Where(fate => fate.Stays is null).Select(fate => fate.Snapshot);

    public static IReadOnlyList<RetentionPlan> OfAll(IDbConnection db, DateTimeOffset now) =>
        [.. db.All<Row>(Select + " ORDER BY name").Select(tag => Of(db, tag, now))];

    public static RetentionPlan? Of(IDbConnection db, string name, DateTimeOffset now) => db.One<Row>(Select + " WHERE name = @name", new { name }) is { } tag ? Of(db, tag, now) : null;

    static RetentionPlan Of(IDbConnection db, Row tag, DateTimeOffset now)
    {
        var policy = new RetentionPolicy((int)tag.Snapshots, (int)tag.Days);
        var snapshots = db.All<PastSnapshot>("SELECT id AS Id, hash AS Hash, created_at AS CreatedAt, packages AS Packages FROM snapshots WHERE tag_id = @Id ORDER BY id DESC", tag);
        // After the snapshots: a run that is leased later than this reads the newest of them, or a newer one.
        var runs = db.All<ReadingRun>("""
            SELECT r.id AS Run, b.nvr AS Nvr, r.leased_at AS LeasedAt FROM task_runs r JOIN build_tasks k ON k.id = r.task_id JOIN builds b ON b.id = k.build_id
            JOIN targets t ON t.id = b.target_id WHERE r.state = 'Running' AND t.build_tag_id = @Id
            """, tag);
        return new RetentionPlan(tag.Id, tag.Name, policy, Retention.Decide(policy, snapshots, runs, now));
    }

    public TagRetentionReport OnTheWire() => new(Tag, new(Policy.Snapshots, Policy.Days),
        [.. Fates.Select(fate => new SnapshotRetention(fate.Snapshot.Hash, fate.Snapshot.CreatedAt.ToTime(), (int)fate.Snapshot.Packages, fate.Stays?.English()))]);

    public TagKeeping Shortly() => new(Tag, new(Policy.Snapshots, Policy.Days), Fates.Count, Going.Count());

    /// <summary>Of what went: how much, and some of it by name.</summary>
    public static RetentionSummary Summary(RetentionReport report)
    {
        var gone = report.Tags.SelectMany(tag => tag.Snapshots.Where(snapshot => snapshot.Stays is null).Select(snapshot => new SnapshotRef(tag.Tag, snapshot.Hash, snapshot.CreatedAt))).ToList();
        return new(gone.Count, report.Builds.Count, report.Uploads, report.SignedCopies, [.. gone.Take(MostNamed)], [.. report.Builds.Take(MostNamed)]);
    }
}
