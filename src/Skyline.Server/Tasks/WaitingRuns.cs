using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// The heads of what waits: as many steps along an index as there are people in lines, whatever stands behind them. (SQLite compares row
/// values by an index's first column alone, so that each column has a step of its own.)
/// </summary>
static class WaitingRuns
{
    internal const string SelectHeads = """
        WITH RECURSIVE heads(line, priority, owner, run) AS (
          SELECT * FROM (SELECT line_id, priority, owner_id, id FROM task_runs WHERE state = 'Waiting' AND line_id > 0 ORDER BY line_id, priority, owner_id, id LIMIT 1) f
          UNION ALL
          SELECT n.line_id, n.priority, n.owner_id, n.id FROM heads h CROSS JOIN task_runs n ON n.id = coalesce(
            (SELECT w.id FROM task_runs w WHERE w.state = 'Waiting' AND w.line_id = h.line AND w.priority = h.priority AND w.owner_id > h.owner ORDER BY w.owner_id, w.id LIMIT 1),
            (SELECT w.id FROM task_runs w WHERE w.state = 'Waiting' AND w.line_id = h.line AND w.priority > h.priority ORDER BY w.priority, w.owner_id, w.id LIMIT 1),
            (SELECT w.id FROM task_runs w WHERE w.state = 'Waiting' AND w.line_id > h.line ORDER BY w.line_id, w.priority, w.owner_id, w.id LIMIT 1)))
        SELECT h.line AS Line, h.priority AS Priority, h.owner AS Owner, h.run AS Run, r.created_at AS Since, coalesce(t.last, 0) AS Served
        FROM heads h CROSS JOIN task_runs r ON r.id = h.run LEFT JOIN turns t ON t.owner_id = h.owner AND t.priority = h.priority
        """;

    /// <summary>waiting(line): the lines that somebody stands in, and NULL.</summary>
    internal const string Lines = """
        WITH RECURSIVE waiting(line) AS (
          SELECT min(line_id) FROM task_runs WHERE state = 'Waiting' AND line_id > 0
          UNION ALL SELECT (SELECT min(r.line_id) FROM task_runs r WHERE r.state = 'Waiting' AND r.line_id > w.line) FROM waiting w WHERE w.line IS NOT NULL)
        """;

    internal const string SelectNext = """
        SELECT line_id AS Line, priority AS Priority, owner_id AS Owner, id AS Run, created_at AS Since FROM task_runs
        WHERE state = 'Waiting' AND line_id = @Line AND priority = @Priority AND owner_id = @Owner AND id > @Run ORDER BY id LIMIT 1
        """;

    public static IReadOnlyList<Head> Heads(IDbConnection db) => [.. db.All<Row>(SelectHeads).Select(row => row.AsHead)];

    /// <summary>Who stands behind it.</summary>
    public static Head? After(IDbConnection db, Head head) => db.One<Row>(SelectNext, head)?.AsHead;

    sealed record Row
    {
        public long Line { get; init; }
        public int Priority { get; init; }
        public long Owner { get; init; }
        public long Run { get; init; }
        public long Since { get; init; }
        public long Served { get; init; }
        public Head AsHead => new(Line, Priority, Owner, Run, Since, Served);
    }
}
