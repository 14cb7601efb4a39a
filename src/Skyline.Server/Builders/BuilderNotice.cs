using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>What a builder is told for its owner's eyes, with every answer to its question for work.</summary>
static class BuilderNotice
{
    sealed record Row
    {
        public required string Name { get; init; }
        public bool Enabled { get; init; }
        public bool Draining { get; init; }
        public string? Reason { get; init; }
        public string? Version { get; init; }
        public int Running { get; init; }
    }

    /// <returns>Null: nothing.</returns>
    public static string? Of(IDbConnection db, long builder) => db.One<Row>("""
        SELECT name AS Name, enabled AS Enabled, draining AS Draining, reason AS Reason, version AS Version,
          (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
        FROM builders b WHERE id = @builder
        """, new { builder }) is { } row && string.Join(' ', new[] { Standing(row), VersionNotice.Of(row.Version, VersionNotice.Own)?.English() }.OfType<string>()) is { Length: > 0 } text ? text : null;

    static string? Standing(Row row) => row switch
    {
        { Enabled: true } => null,
        { Draining: true, Running: 0 } => $"Builder '{row.Name}' is drained{Because(row.Reason)}: nothing of it runs, so it may be stopped.",
        { Draining: true } => $"Builder '{row.Name}' is being drained{Because(row.Reason)}: it gets no new work, and finishes what it runs.",
        _ => $"Builder '{row.Name}' is disabled{Because(row.Reason)}: it gets no work.",
    };

    static string Because(string? reason) => reason is null ? "" : $" ({reason})";
}
