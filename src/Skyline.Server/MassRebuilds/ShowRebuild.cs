using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.MassRebuilds;

/// <summary>A mass rebuild as it stands: its batch, what failed and of which causes, and how long the rest takes.</summary>
static class ShowRebuild
{
    public static Refusal None(long id) => new(404, $"There is no mass rebuild {id}; `skyline mass-rebuild list` shows those that there are.");

    sealed record Row
    {
        public long Id { get; init; }
        public required string Base { get; init; }
        public required string Into { get; init; }
        public required string Asked { get; init; }
        public string? Bump { get; init; }
        public long? MergedAt { get; init; }
        public long BaseTargetId { get; init; }
        public long? By { get; init; }
        public int? MostBuilders { get; init; }
    }

    const string Select = """
        SELECT m.batch_id AS Id, t.name AS Base, g.name AS "Into", m.asked AS Asked, m.bump AS Bump, m.merged_at AS MergedAt, m.base_target_id AS BaseTargetId, m.finish_by AS "By", m.most_builders AS MostBuilders
        FROM mass_rebuilds m JOIN targets t ON t.id = m.base_target_id JOIN tags g ON g.id = m.into_tag_id
        """;

    public static MassRebuildDetails? Find(IDbConnection db, long id, long now)
    {
        if (db.One<Row>(Select + " WHERE m.batch_id = @id", new { id }) is not { } row || ShowBatch.Find(db, id) is not { } batch) return null;
        double? left = batch.State is BatchState.Planned or BatchState.Running ? WorkLeft(db, row) : null;
        return new(batch, row.Base, row.Into, row.Asked, row.Bump is null ? null : JsonSerializer.Deserialize(row.Bump, SkylineJson.Default.ReleaseBump), Failures(db, id),
            [.. db.All<LeftOut>("SELECT package AS Package, why AS Why FROM mass_rebuild_left_out WHERE batch_id = @id ORDER BY package", new { id })],
            left is { } work ? work / Estimate.Slots(db, row.BaseTargetId, now) : null, row.MergedAt.ToTime(),
            row.By.ToTime(), row.MostBuilders, left is { } rest && row.By is { } by ? Deadline.OfRest(db, by.ToTime(), row.MostBuilders, row.BaseTargetId, rest, now) : null);
    }

    public static MassRebuildPage List(IDbConnection db, long? before, int limit, BatchState? state = null, long? owner = null)
    {
        var batches = ShowBatch.List(db, before, limit, BatchKind.MassRebuild, state, owner);
        var rows = db.All<Row>(Select + " WHERE m.batch_id IN @ids", new { ids = batches.Batches.Select(batch => batch.Id) }).ToDictionary(row => row.Id);
        return new([.. batches.Batches.Where(batch => rows.ContainsKey(batch.Id)).Select(batch => new MassRebuildSummary(batch, rows[batch.Id].Base, rows[batch.Id].Into, rows[batch.Id].MergedAt.ToTime()))], batches.NextBefore);
    }

    sealed record FailedRow
    {
        public required string Package { get; init; }
        public long? Build { get; init; }
        public string? Why { get; init; }
        public string? Lines { get; init; }
    }

    /// <summary>Of the members of a batch, of any kind, that failed; what was not built because of them is their doing.</summary>
    public static IReadOnlyList<FailureGroup> Failures(IDbConnection db, long id) => FailureCauses.Of(db.All<FailedRow>("""
        SELECT m.package AS Package, m.build_id AS Build, coalesce(b.why, m.why) AS Why,
          (SELECT r.failing_lines FROM build_tasks t JOIN task_runs r ON r.task_id = t.id WHERE t.build_id = m.build_id AND r.state = 'Failed' ORDER BY r.id LIMIT 1) AS Lines
        FROM batch_members m LEFT JOIN builds b ON b.id = m.build_id AND b.state = 'Failed' WHERE m.batch_id = @id AND m.state = 'Failed' ORDER BY m.id
        """, new { id }).Select(row => new FailedMember(row.Package, row.Build, row.Why, FailingLinesKept.Read(row.Lines).Lines)));

    sealed record Left
    {
        public long Known { get; init; }
        public long Unknown { get; init; }
        public double Seconds { get; init; }
        public double Typical { get; init; }
    }

    /// <summary>All that is left, one build after another. Shared among builders it takes no less than its share, for some wait for others.</summary>
    static double WorkLeft(IDbConnection db, Row row)
    {
        var left = db.One<Left>("""
            SELECT count(r.seconds) AS Known, count(*) - count(r.seconds) AS Unknown, coalesce(sum(r.seconds), 0.0) AS Seconds,
              coalesce((SELECT avg(a.seconds) FROM mass_rebuild_members a JOIN batch_members o ON o.id = a.member_id WHERE o.batch_id = @Id AND a.seconds IS NOT NULL), 120.0) AS Typical
            FROM batch_members m LEFT JOIN mass_rebuild_members r ON r.member_id = m.id WHERE m.batch_id = @Id AND m.state IN ('Waiting', 'Building')
            """, row)!;
        return left.Seconds + left.Unknown * left.Typical;
    }
}
