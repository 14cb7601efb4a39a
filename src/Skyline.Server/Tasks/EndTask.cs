using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Tasks;

/// <summary>After a run has ended: asks the judge, and does what it says to the task, and to the build when its last task is done.</summary>
public sealed class EndTask(Bells bells, SkylineSettings settings, TimeProvider time)
{
    sealed record RunRow(long Id, string? Builder, string State, string? Why, long Build);

    public Weighed Weigh(IDbTransaction tx, long task)
    {
        var queued = false;
        var runs = tx.All<RunRow>("SELECT r.id AS Id, b.name AS Builder, r.state AS State, r.why AS Why, t.build_id AS Build FROM task_runs r JOIN build_tasks t ON t.id = r.task_id LEFT JOIN builders b ON b.id = r.builder_id WHERE r.task_id = @task ORDER BY r.id", new { task });
        switch (Judge.Weigh([.. runs.Select(run => new RunResult(run.Id, run.Builder, Enum.Parse<RunState>(run.State), run.Why))]))
        {
            case Verdict.Accept accept:
                if (tx.Execute("UPDATE build_tasks SET state = 'Succeeded' WHERE id = @task AND state = 'Running'", new { task }) > 0 && settings.CheckNoarch)
                    queued = CheckNoarch.Begin(tx, task, accept.RunId, time.Stamp());
                break;
            case Verdict.RunAgain again:
                queued = tx.One<bool>("SELECT EXISTS (SELECT 1 FROM build_tasks WHERE id = @task AND state = 'Running')", new { task });
                if (queued) QueueRun.Put(tx, task, time.Stamp());
                break;
            case Verdict.Fail { IsPackagers: false } fail when CheckNoarch.Is(tx, task):
                CheckNoarch.Skip(tx, task, fail.Why);
                break;
            case Verdict.Fail fail:
                tx.Execute("UPDATE build_tasks SET state = 'Failed', why = CASE kind WHEN @Check THEN 'Built on a second architecture, as a check: ' ELSE '' END || @Why WHERE id = @task AND state = 'Running'", new { task, fail.Why, Check = CheckNoarch.Kind });
                break;
        }
        return new(runs[0].Build, queued, EndBuild(tx, runs[0].Build));
    }

    /// <summary>A build ends with its last task, so that every architecture's fault is seen, not just the first.</summary>
    /// <returns>Whether its results are to be published.</returns>
    bool EndBuild(IDbTransaction tx, long build)
    {
        var tasks = tx.All<TaskRow>("SELECT arch AS Arch, state AS State, why AS Why FROM build_tasks WHERE build_id = @build ORDER BY id", new { build });
        var isOver = !tasks.Any(task => task.State is "Waiting" or "Running");
        if (isOver && tasks.Where(task => task.State == "Failed").ToList() is { Count: > 0 } failed && Fail(tx, build, string.Join(" ", failed.Select(task => failed.Count > 1 ? $"{task.Arch}: {task.Why}" : task.Why))))
            return false;
        tx.Execute("UPDATE builds SET revision = revision + 1 WHERE id = @build", new { build });
        return isOver && tasks.All(task => task.State == "Succeeded") && Succeed(tx, build);
    }

    sealed record TaskRow(string Arch, string State, string? Why);

    bool Succeed(IDbTransaction tx, long build)
    {
        var merged = Merged.Of(RunResults.Of(tx.Connection!, build));
        if (merged is Merged.Misfit misfit)
        {
            Fail(tx, build, misfit.Why);
            return false;
        }
        var nvr = ((Merged.Rpms)merged).Nvr;
        var now = time.Stamp();
        var taken = tx.Execute("""
            UPDATE builds SET state = CASE scratch WHEN 1 THEN 'Complete' ELSE 'Publishing' END, nvr = @nvr, reported_at = @now, ended_at = CASE scratch WHEN 1 THEN @now END
            WHERE id = @build AND state = 'Building'
              AND (scratch = 1 OR draft = 1 OR NOT EXISTS (SELECT 1 FROM builds o WHERE o.nvr = @nvr AND o.scratch = 0 AND o.draft = 0 AND o.state IN ('Publishing', 'Complete') AND o.id <> @build))
            """, new { build, nvr, now });
        if (taken == 0) Fail(tx, build, $"{nvr} was already built, by another source package file; in this target's chroot both are the same version and release. Raise the release.");
        return taken > 0;
    }

    /// <returns>Whether it was still being built.</returns>
    bool Fail(IDbTransaction tx, long build, string why) => tx.Execute(
        "UPDATE builds SET state = 'Failed', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @build AND state = 'Building'", new { build, why, now = time.Stamp() }) > 0;

    /// <summary>Wakes whoever waits: for the build, for a lost run's successor, for a build to publish.</summary>
    public void Announce(Weighed weighed)
    {
        bells.Ring(Bells.Build(weighed.Build));
        bells.Ring(Bells.Builds);
        if (weighed.Queued) bells.Ring(Bells.Work);
        if (weighed.Publishes) bells.Ring(Bells.Publishing);
    }
}

/// <summary>What came of a run's end.</summary>
/// <param name="Queued">Another run was put into the queue.</param>
/// <param name="Publishes">Its results are to be published, or are a scratch build's.</param>
public sealed record Weighed(long Build, bool Queued, bool Publishes);

static class RunResults
{
    /// <summary>The files of a build's accepted runs, first architecture first.</summary>
    public static IReadOnlyList<ResultRpm> Of(IDbConnection db, long build) => db.All<ResultRpm>("""
        SELECT f.run_id AS RunId, CASE t.arch WHEN 'noarch' THEN coalesce(r.host_arch, t.arch) ELSE t.arch END AS TaskArch, f.file_name AS FileName, f.sha256 AS Sha256, f.size AS Size, f.name AS Name, f.epoch AS Epoch,
               f.version AS Version, f.release AS Release, f.arch AS Arch, f.source_rpm AS SourceRpm, f.content_hash AS ContentHash, f.noarch_hash AS NoarchHash, t.kind AS TaskKind
        FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id
        WHERE t.build_id = @build AND t.kind <> 'buildSRPM' AND r.state = 'Succeeded' ORDER BY t.id, f.file_name
        """, new { build });
}
