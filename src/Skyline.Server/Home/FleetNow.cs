using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>What a builder does at the moment.</summary>
public enum BuilderNow { Lost, Stopped, Busy, Idle, Off }

/// <param name="State">Stopped: it is there and says that it takes no work; off: an administrator said so, or it never came.</param>
public sealed record FleetBuilder(string Name, BuilderNow State, int Running, int Slots, string? NoWork, DateTimeOffset? LastSeenAt);

/// <summary>The builders, those that need somebody first.</summary>
public sealed record FleetNow(IReadOnlyList<FleetBuilder> Builders)
{
    sealed record Row
    {
        public required string Name { get; init; }
        public bool Enabled { get; init; }
        public string? NoWork { get; init; }
        public long? LastSeenAt { get; init; }
        public int Slots { get; init; }
        public int Running { get; init; }
    }

    public int Count(BuilderNow state) => Builders.Count(builder => builder.State == state);

    public int Online => Count(BuilderNow.Busy) + Count(BuilderNow.Idle) + Count(BuilderNow.Stopped);

    public int SlotsInUse => Builders.Sum(builder => builder.Running);

    public int Slots => Builders.Where(builder => builder.State is BuilderNow.Busy or BuilderNow.Idle).Sum(builder => builder.Slots);

    public static FleetNow Read(IDbConnection db, long now) => new([.. db.All<Row>("""
        SELECT name AS Name, enabled AS Enabled, no_work AS NoWork, last_seen_at AS LastSeenAt, slots AS Slots, (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
        FROM builders b WHERE removed_at IS NULL ORDER BY name
        """).Select(row => new FleetBuilder(row.Name, StateOf(row, now), row.Running, row.Slots, row.NoWork, row.LastSeenAt.ToTime())).OrderBy(builder => builder.State)]);

    /// <summary>One whose slots are all in use asks for nothing meanwhile.</summary>
    static BuilderNow StateOf(Row row, long now) => row switch
    {
        { Enabled: false, Running: 0 } or { LastSeenAt: null } => BuilderNow.Off,
        { Running: > 0 } => BuilderNow.Busy,
        _ when now - row.LastSeenAt > WhyWaiting.Away.TotalMilliseconds => BuilderNow.Lost,
        { NoWork: not null } => BuilderNow.Stopped,
        _ => BuilderNow.Idle,
    };
}
