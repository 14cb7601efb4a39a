using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>What retention would do to a tag's snapshots as of now. It only ever concerns those that are not the newest, so nothing that happens meanwhile makes it wrong.</summary>
sealed record RetentionPlan(long TagId, string Tag, RetentionPolicy Policy, IReadOnlyList<Fate> Fates)
{
    sealed record Row(long Id, string Name, long Snapshots, long Days);

    public IEnumerable<PastSnapshot> Going => Fates.Where(fate => fate.Stays is null).Select(fate => fate.Snapshot);

    public static IReadOnlyList<RetentionPlan> OfAll(IDbConnection db, DateTimeOffset now) =>
        [.. db.All<Row>("SELECT id AS Id, name AS Name, keep_snapshots AS Snapshots, keep_days AS Days FROM tags ORDER BY name").Select(tag =>
        {
            var policy = new RetentionPolicy((int)tag.Snapshots, (int)tag.Days);
            var snapshots = db.All<PastSnapshot>("SELECT id AS Id, hash AS Hash, created_at AS CreatedAt, packages AS Packages FROM snapshots WHERE tag_id = @Id ORDER BY id DESC", tag);
            // After the snapshots: a run that is leased later than this reads the newest of them, or a newer one.
            var runs = db.All<ReadingRun>("""
                SELECT r.id AS Run, b.nvr AS Nvr, r.leased_at AS LeasedAt FROM task_runs r JOIN build_tasks k ON k.id = r.task_id JOIN builds b ON b.id = k.build_id
                JOIN targets t ON t.id = b.target_id WHERE r.state = 'Running' AND t.build_tag_id = @Id
                """, tag);
            return new RetentionPlan(tag.Id, tag.Name, policy, Retention.Decide(policy, snapshots, runs, now));
        })];

    public TagRetentionReport OnTheWire() => new(Tag, new(Policy.Snapshots, Policy.Days),
        [.. Fates.Select(fate => new SnapshotRetention(fate.Snapshot.Hash, fate.Snapshot.CreatedAt.ToTime(), (int)fate.Snapshot.Packages, fate.Stays))]);
}
