using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>Who is in a pool, as the engine and the database have it together.</summary>
static class PoolMembers
{
    public sealed record Row
    {
        public required string Name { get; init; }
        public long CreatedAt { get; init; }
        public long? LastSeenAt { get; init; }
        public long? RemovedAt { get; init; }
        public bool Enabled { get; init; }
        public bool Leaving { get; init; }
        public int Running { get; init; }
    }

    const string Select = """
        SELECT name AS Name, created_at AS CreatedAt, last_seen_at AS LastSeenAt, removed_at AS RemovedAt, enabled AS Enabled, leaving AS Leaving,
          (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
        FROM builders b WHERE pool_id = @Id
        """;

    public static (IReadOnlyList<Row> Rows, IReadOnlyList<Member> Members) Of(IDbConnection db, Pool pool, IReadOnlyList<BuilderService> services, long now, long longestStart)
    {
        var rows = db.All<Row>(Select, pool);
        var (byName, started) = (rows.ToDictionary(row => row.Name, StringComparer.Ordinal), services.ToDictionary(service => service.Name, StringComparer.Ordinal));
        var names = started.Keys.Concat(rows.Where(row => row.RemovedAt is null).Select(row => row.Name)).Distinct().Order(StringComparer.Ordinal);
        return (rows, [.. names.Select(name => Of(name, byName.GetValueOrDefault(name), started.GetValueOrDefault(name), now, longestStart))]);
    }

    /// <summary>Purely.</summary>
    static Member Of(string name, Row? row, BuilderService? service, long now, long longestStart)
    {
        var isHere = row is { RemovedAt: null };
        return new(name, service?.Name, isHere, isHere && row!.Leaving,
            IsAway: isHere && now - Math.Max(row!.LastSeenAt ?? 0, row.CreatedAt) > (long)WhyWaiting.Away.TotalMilliseconds,
            IsOff: isHere && !row!.Enabled && !row.Leaving,
            WasRemoved: service is not null && row?.RemovedAt >= service.StartedAt,
            IsOverdue: service is not null && now - service.StartedAt > longestStart,
            Running: isHere ? row!.Running : 0);
    }
}
