using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <param name="Left">How many members were neither built nor given up by then.</param>
public sealed record LeftAt(DateTimeOffset At, int Left);

/// <summary>How many members of a batch were left at which time, from its beginning until its end, or until now.</summary>
static class BurnDown
{
    const int Points = 24;

    sealed record Row
    {
        public long Begun { get; init; }
        public long? Over { get; init; }
        public int Members { get; init; }
    }

    public static IReadOnlyList<LeftAt> Read(IDbConnection db, long batch, long now) =>
        db.One<Row>("SELECT coalesce(started_at, created_at) AS Begun, ended_at AS Over, (SELECT count(*) FROM batch_members WHERE batch_id = @batch) AS Members FROM batches WHERE id = @batch", new { batch }) is { } row
            ? Of(row.Begun, row.Over ?? now, row.Members, db.All<long>("SELECT ended_at FROM batch_members WHERE batch_id = @batch AND ended_at IS NOT NULL ORDER BY ended_at", new { batch })) : [];

    /// <summary>Purely, at moments that are equally far apart.</summary>
    /// <param name="ended">When each member ended, in order.</param>
    public static IReadOnlyList<LeftAt> Of(long begun, long until, int all, IReadOnlyList<long> ended)
    {
        var (length, done, points) = (Math.Max(1, until - begun), 0, new List<LeftAt>());
        for (var point = 0; point <= Points; point++)
        {
            var at = begun + (length * point / Points);
            while (done < ended.Count && ended[done] <= at) done++;
            points.Add(new(at.ToTime(), all - done));
        }
        return points;
    }
}
