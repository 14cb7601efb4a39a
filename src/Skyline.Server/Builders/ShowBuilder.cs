using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Builders as the API and the pages show them.</summary>
static class ShowBuilder
{
    const int MostRuns = 50;

    sealed record Row
    {
        public long Id { get; init; }
        public required string Name { get; init; }
        public required string Owner { get; init; }
        public bool Enabled { get; init; }
        public bool Draining { get; init; }
        public string? Reason { get; init; }
        public string? NoWork { get; init; }
        public string? Version { get; init; }
        public string? Isolation { get; init; }
        public int Weight { get; init; }
        public int Slots { get; init; }
        public string? Report { get; init; }
        public long? ClockSkew { get; init; }
        public long? LastSeenAt { get; init; }
        public long CreatedAt { get; init; }
        public int Running { get; init; }
    }

    const string Select = """
        SELECT id AS Id, name AS Name, owner AS Owner, enabled AS Enabled, draining AS Draining, reason AS Reason, no_work AS NoWork, version AS Version, isolation AS Isolation,
          weight AS Weight, slots AS Slots, report AS Report, clock_skew AS ClockSkew, last_seen_at AS LastSeenAt, created_at AS CreatedAt,
          (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
        FROM builders b WHERE removed_at IS NULL
        """;

    public static IReadOnlyList<BuilderSummary> All(IDbConnection db, long now) => [.. db.All<Row>(Select + " ORDER BY name").Select(row => Summary(db, row, now))];

    public static bool IsThere(IDbConnection db, string name) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builders WHERE name = @name AND removed_at IS NULL)", new { name });

    public static BuilderDetails? Find(IDbConnection db, string name, long now) => db.One<Row>(Select + " AND name = @name", new { name }) is not { } row ? null : new(
        Summary(db, row, now), db.All<string>("SELECT engine FROM builder_engines WHERE builder_id = @Id ORDER BY engine", row),
        row.Report is null ? null : JsonSerializer.Deserialize(row.Report, SkylineJson.Default.BuilderReport),
        row.ClockSkew / 1000.0, row.CreatedAt.ToTime(), RunsOf(db, row.Id));

    static BuilderSummary Summary(IDbConnection db, Row row, long now)
    {
        var channels = db.All<string>("SELECT c.name FROM channel_builders m JOIN channels c ON c.id = m.channel_id WHERE m.builder_id = @Id ORDER BY c.name", row);
        var builder = new BuilderSummary(row.Name, row.Owner, row.Enabled, db.All<string>("SELECT arch FROM builder_arches WHERE builder_id = @Id ORDER BY is_foreign, arch", row), row.Version, row.Isolation,
            row.LastSeenAt.ToTime(), row.Running, StateOf(row), row.Reason, null, VersionNotice.Of(row.Version, VersionNotice.Own)?.English(), channels, row.Weight, row.Slots);
        return builder with { NoWork = WhyNoWork.Of(builder, row.NoWork, now.ToTime())?.English() };
    }

    static BuilderState StateOf(Row row) => row switch
    {
        { Enabled: true } => BuilderState.Enabled,
        { Draining: true, Running: > 0 } => BuilderState.Draining,
        { Draining: true } => BuilderState.Drained,
        _ => BuilderState.Disabled,
    };

    sealed record RunRow(long RunId, long BuildId, string Nvr, string Arch, string State, string Phase, string? Why, long? LeasedAt, long? EndedAt);

    static IReadOnlyList<BuilderRun> RunsOf(IDbConnection db, long builder) => [.. db.All<RunRow>("""
        SELECT r.id AS RunId, b.id AS BuildId, b.nvr AS Nvr, t.arch AS Arch, r.state AS State, r.phase AS Phase, r.why AS Why, r.leased_at AS LeasedAt, r.ended_at AS EndedAt
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
        WHERE r.id IN (SELECT id FROM task_runs WHERE builder_id = @builder AND state = 'Running' UNION SELECT id FROM (SELECT id FROM task_runs WHERE builder_id = @builder ORDER BY id DESC LIMIT @MostRuns) l)
        ORDER BY r.state = 'Running' DESC, r.id DESC
        """, new { builder, MostRuns }).Select(row => new BuilderRun(
            row.RunId, row.BuildId, row.Nvr, row.Arch, Enum.Parse<RunState>(row.State), Enum.Parse<RunPhase>(row.Phase), row.Why, row.LeasedAt.ToTime(), row.EndedAt.ToTime()))];
}
