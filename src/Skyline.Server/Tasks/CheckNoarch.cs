using System.Data;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>
/// A package that is noarch altogether is built once, and built a second time on another architecture where a builder of one is here:
/// a task of its own, whose packages are compared (<see cref="Verdicts.Merged"/>) and not published. Without such a builder it is not
/// checked, and its task says so.
/// </summary>
static class CheckNoarch
{
    public const string Kind = "checkNoarch";

    public static bool Is(IDbTransaction tx, long task) => tx.One<string>("SELECT kind FROM build_tasks WHERE id = @task", new { task }) == Kind;

    /// <param name="run">The run that the task was done by.</param>
    /// <returns>Whether there is a run more that waits.</returns>
    public static bool Begin(IDbTransaction tx, long task, long run, long now)
    {
        var others = tx.All<string>("""
            SELECT h.arch FROM build_tasks t JOIN task_hosts h ON h.task_id = t.id JOIN task_runs r ON r.id = @run
            WHERE t.id = @task AND t.kind = 'buildArch' AND t.arch = 'noarch' AND t.like_run_id IS NULL AND h.arch <> r.host_arch ORDER BY h.arch
            """, new { task, run });
        if (others.Count == 0) return false;
        if (!tx.One<bool>($"SELECT EXISTS (SELECT 1 FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = @task AND w.arch IN @others AND w.is_foreign = 0 AND {ClaimRuns.HereAndWilling})",
            new { task, others, here = now - (long)WhyWaiting.Away.TotalMilliseconds }))
        {
            tx.Execute("UPDATE build_tasks SET why = @why WHERE id = @task", new { task, why = $"Not checked on a second architecture: no builder for {string.Join(" or ", others)} is here." });
            return false;
        }
        var check = tx.One<long>("INSERT INTO build_tasks (build_id, kind, arch, state) SELECT build_id, @Kind, arch, 'Waiting' FROM build_tasks WHERE id = @task RETURNING id", new { task, Kind });
        foreach (var arch in others) tx.Execute("INSERT INTO task_hosts (task_id, arch) VALUES (@check, @arch)", new { check, arch });
        QueueRun.Put(tx, check, now);
        return true;
    }

    /// <summary>The build goes on without it.</summary>
    public static void Skip(IDbTransaction tx, long task, string why)
    {
        tx.Execute("UPDATE task_runs SET state = 'Cancelled', ended_at = created_at WHERE task_id = @task AND state = 'Waiting'", new { task });
        tx.Execute("UPDATE build_tasks SET state = 'Succeeded', why = @why WHERE id = @task AND state IN ('Waiting', 'Running')", new { task, why = $"Not checked on a second architecture: {why}" });
    }

    /// <summary>Checks that wait, and for which no builder is here any more.</summary>
    public static IReadOnlyList<long> Hopeless(IDbConnection db, long since) => db.All<long>($"""
        SELECT t.id FROM build_tasks t CROSS JOIN task_runs r ON r.task_id = t.id AND r.state = 'Waiting'
        WHERE t.kind = '{Kind}' AND t.state IN ('Waiting', 'Running')
          AND NOT EXISTS (SELECT 1 FROM task_builders w JOIN builders o ON o.id = w.builder_id WHERE w.task_id = t.id AND {ClaimRuns.HereAndWilling})
        """, new { here = since });
}
