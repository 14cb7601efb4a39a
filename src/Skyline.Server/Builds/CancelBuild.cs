using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>Ends a build that is not over: waiting runs at once, running ones as soon as their builders hear of it.</summary>
public sealed class CancelBuild(Database database, Bells bells, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Cancel(long build, string who, CancellationToken ct)
    {
        var runs = new List<long>();
        var refusal = await database.Write<Refusal?>(tx =>
        {
            var now = time.Stamp();
            if (tx.Execute("""
                UPDATE builds SET state = 'Cancelled', why = @why, ended_at = @now, revision = revision + 1
                WHERE id = @build AND state IN ('Waiting', 'Building', 'Publishing') AND NOT EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = builds.id)
                """, new { build, now, why = $"Cancelled by {who}." }) == 0)
                return tx.One<string>("SELECT state FROM builds WHERE id = @build", new { build }) is { } state
                    ? new(409, $"Build {build} cannot be cancelled any more: it is {state.ToLowerInvariant()}.")
                    : new(404, $"There is no build {build}.");
            tx.Note("cancelled", $"build {build}", id: build);
            tx.Execute("UPDATE build_tasks SET state = 'Cancelled' WHERE build_id = @build AND state IN ('Waiting', 'Running')", new { build });
            runs.AddRange(tx.All<long>("""
                UPDATE task_runs SET state = 'Cancelled', ended_at = @now
                WHERE state IN ('Waiting', 'Running') AND task_id IN (SELECT id FROM build_tasks WHERE build_id = @build) RETURNING id
                """, new { build, now }));
            return null;
        }, ct);
        foreach (var run in runs) bells.Ring(Bells.Log(run));
        bells.Ring(Bells.Build(build));
        bells.Ring(Bells.Builds);
        return refusal;
    }
}
