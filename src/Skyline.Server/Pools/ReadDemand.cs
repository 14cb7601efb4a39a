using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>What waits that a pool's builders could build, and who else could.</summary>
static class ReadDemand
{
    /// <summary>Where nothing was ever built.</summary>
    const double Unknown = 120;

    /// <summary>A run that waits or is under way, in the pool's channel, for one of its architectures.</summary>
    sealed record Open
    {
        public long Line { get; init; }
        public long? Batch { get; init; }
    }

    sealed record Rebuild
    {
        public long Id { get; init; }
        public int Builds { get; init; }
        public int Known { get; init; }
        public double Seconds { get; init; }
        public long? By { get; init; }
        public int? Most { get; init; }
    }

    public static IReadOnlyList<Wish> Of(IDbConnection db, Pool pool, long now)
    {
        var medians = Medians.Of(db, Unknown);
        var open = db.All<Open>("""
            SELECT r.line_id AS Line, m.batch_id AS Batch FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets g ON g.id = b.target_id
              LEFT JOIN batch_members m ON m.build_id = b.id AND m.batch_id IN (SELECT batch_id FROM mass_rebuilds)
            WHERE r.state IN ('Waiting', 'Running') AND g.channel_id = @ChannelId AND EXISTS (SELECT 1 FROM task_hosts h WHERE h.task_id = t.id AND h.arch IN @arches)
            """, new { pool.ChannelId, arches = pool.ArchList });
        var wishes = open.Where(one => one.Batch is not null).GroupBy(one => one.Batch!.Value).OrderBy(one => one.Key)
            .Select(one => OfRebuild(db, one.Key, [.. one], medians, now)).ToList();
        var others = open.Where(one => one.Batch is null).ToList();
        return others.Count == 0 ? wishes : [new Wish("the queue", others.Count, others.Sum(one => medians.Of(one.Line)), others.Count), .. wishes];
    }

    /// <summary>Members that do not wait for a builder yet are work all the same; their time is that of their last build, or what others take.</summary>
    static Wish OfRebuild(IDbConnection db, long batch, IReadOnlyList<Open> open, Medians medians, long now)
    {
        var left = db.One<Rebuild>("""
            SELECT x.batch_id AS Id, count(m.id) AS Builds, count(s.seconds) AS Known, coalesce(sum(s.seconds), 0.0) AS Seconds, x.finish_by AS "By", x.most_builders AS Most
            FROM mass_rebuilds x JOIN batch_members m ON m.batch_id = x.batch_id AND m.state IN ('Waiting', 'Building') LEFT JOIN mass_rebuild_members s ON s.member_id = m.id
            WHERE x.batch_id = @batch GROUP BY x.batch_id
            """, new { batch });
        var usual = open.Average(one => medians.Of(one.Line));
        var (builds, seconds) = left is null ? (open.Count, usual * open.Count) : (left.Builds, left.Seconds + usual * (left.Builds - left.Known));
        return new($"mass rebuild {batch}", builds, seconds, open.Count, (left?.By - now) / 1000.0, left?.By.ToTime(), left?.Most);
    }

    /// <summary>Slots of builders that are here, are of no such pool, and can build for one of its architectures in its channel.</summary>
    public static int OtherSlots(IDbConnection db, Pool pool, long now) => (int)(db.One<long?>("""
        SELECT sum(o.slots) FROM builders o JOIN channel_builders m ON m.builder_id = o.id
        WHERE m.channel_id = @ChannelId AND o.pool_id IS NULL AND o.removed_at IS NULL AND o.enabled = 1 AND o.no_work IS NULL AND o.last_seen_at > @since
          AND EXISTS (SELECT 1 FROM builder_arches a WHERE a.builder_id = o.id AND a.is_foreign = 0 AND a.arch IN @arches)
        """, new { pool.ChannelId, arches = pool.ArchList, since = now - (long)WhyWaiting.Away.TotalMilliseconds }) ?? 0);
}
