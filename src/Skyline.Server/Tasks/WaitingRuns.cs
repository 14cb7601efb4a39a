using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>The heads of what waits: as many steps along an index as there are people in lines, whatever stands behind them.</summary>
static class WaitingRuns
{
    internal const string SelectHeads = """
        WITH RECURSIVE heads(line, priority, owner, run) AS (
          SELECT * FROM (SELECT line_id, priority, owner_id, id FROM task_runs WHERE state = 'Waiting' AND line_id > 0 ORDER BY line_id, priority, owner_id, id LIMIT 1)
          UNION ALL
          SELECT n.line_id, n.priority, n.owner_id, n.id FROM heads h CROSS JOIN task_runs n ON n.id = (
            SELECT w.id FROM task_runs w WHERE w.state = 'Waiting' AND (w.line_id, w.priority, w.owner_id) > (h.line, h.priority, h.owner) ORDER BY w.line_id, w.priority, w.owner_id, w.id LIMIT 1))
        SELECT h.line AS Line, h.priority AS Priority, h.owner AS Owner, h.run AS Run, r.created_at AS Since FROM heads h CROSS JOIN task_runs r ON r.id = h.run
        """;

    internal const string SelectNext = """
        SELECT line_id AS Line, priority AS Priority, owner_id AS Owner, id AS Run, created_at AS Since FROM task_runs
        WHERE state = 'Waiting' AND line_id = @Line AND priority = @Priority AND owner_id = @Owner AND id > @Run ORDER BY id LIMIT 1
        """;

    public static IReadOnlyList<Head> Heads(IDbConnection db) => [.. db.All<Row>(SelectHeads).Select(row => row.AsHead)];

    /// <summary>Who stands behind it.</summary>
    public static Head? After(IDbConnection db, Head head) => db.One<Row>(SelectNext, head)?.AsHead;

    public static bool Any(IDbConnection db) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM task_runs WHERE state = 'Waiting' AND line_id > 0)");

    sealed record Row
    {
        public long Line { get; init; }
        public int Priority { get; init; }
        public long Owner { get; init; }
        public long Run { get; init; }
        public long Since { get; init; }
        public Head AsHead => new(Line, Priority, Owner, Run, Since);
    }
}
