using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// Puts one more run of a task into the queue, at the end of its line: whatever waits for a builder came through here. A line is what
/// decides who can take a run (<see cref="Line"/>), so that a claim looks at the heads of lines only, however long they are.
/// </summary>
static class QueueRun
{
    const string SelectKey = """
        SELECT b.target_id AS Target,
          (SELECT coalesce(group_concat(h.arch, ','), '') FROM (SELECT arch FROM task_hosts WHERE task_id = t.id ORDER BY arch) h) AS Hosts,
          (SELECT coalesce(group_concat(e.external_id, ','), '') FROM (SELECT external_id FROM build_externals WHERE build_id = b.id ORDER BY external_id) e) AS Repos,
          coalesce((SELECT p.engine FROM task_runs l JOIN recipes p ON p.sha256 = l.recipe_sha256 WHERE l.id = t.like_run_id), '') AS Needs,
          (SELECT coalesce(group_concat(m.builder_id, ','), '') FROM (SELECT builder_id FROM task_runs WHERE task_id = t.id AND state = 'Lost' ORDER BY id) m) AS LostBy
        FROM build_tasks t JOIN builds b ON b.id = t.build_id WHERE t.id = @task
        """;

    /// <summary>The caller rings <see cref="Bells.Work"/> after its transaction.</summary>
    public static void Put(IDbTransaction tx, long task, long now)
    {
        var line = LineOf(tx, task);
        tx.Execute("""
            INSERT INTO task_runs (task_id, state, created_at, line_id, owner_id, priority)
            SELECT t.id, 'Waiting', @now, @line, b.owner_id, b.priority FROM build_tasks t JOIN builds b ON b.id = t.build_id WHERE t.id = @task
            """, new { task, now, line });
    }

    /// <summary>What decides who can take a task's run is another now: it stands in another line, where it would have stood.</summary>
    public static void Move(IDbTransaction tx, long task) => tx.Execute("UPDATE task_runs SET line_id = @line WHERE task_id = @task AND state = 'Waiting'", new { task, line = LineOf(tx, task) });

    static long LineOf(IDbTransaction tx, long task)
    {
        var key = tx.One<LineKey>(SelectKey, new { task })!;
        return tx.One<long?>("SELECT id FROM lines WHERE target_id = @Target AND hosts = @Hosts AND repos = @Repos AND needs = @Needs AND lost_by = @LostBy", key)
            ?? tx.One<long>("INSERT INTO lines (target_id, hosts, repos, needs, lost_by) VALUES (@Target, @Hosts, @Repos, @Needs, @LostBy) RETURNING id", key);
    }

    sealed record LineKey
    {
        public long Target { get; init; }
        public required string Hosts { get; init; }
        public required string Repos { get; init; }
        public required string Needs { get; init; }
        public required string LostBy { get; init; }
    }
}
