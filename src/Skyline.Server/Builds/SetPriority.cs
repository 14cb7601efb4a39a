using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>Puts a build that is not over before or behind others.</summary>
public sealed class SetPriority(Database database, Bells bells)
{
    /// <summary>Anybody may let others go first; going before what is usual is an administrator's to give.</summary>
    public static Refusal? WhyNot(int priority, bool admin) =>
        priority is < Priorities.First or > Priorities.Last ? new(400, $"A priority is from {Priorities.First} to {Priorities.Last} (the lower goes first; {Priorities.Usual} is usual, {Priorities.Background} background), and {priority} is not.")
        : priority < Priorities.Usual && !admin ? new(403, $"Priority {priority} goes before what is usual, {Priorities.Usual}; only a release engineer gives that.")
        : null;

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Set(long build, BuildEdit edit, CancellationToken ct)
    {
        if (edit.Priority is not { } priority) return null;
        if (WhyNot(priority, admin: true) is { } why) return why;
        var refusal = await database.Write<Refusal?>(tx =>
        {
            if (tx.Execute("UPDATE builds SET priority = @priority, revision = revision + 1 WHERE id = @build AND state IN ('Waiting', 'Building')", new { build, priority }) == 0)
                return tx.One<string>("SELECT state FROM builds WHERE id = @build", new { build }) is { } state
                    ? new(409, $"Build {build} waits for no builder any more: it is {state.ToLowerInvariant()}.")
                    : new(404, $"There is no build {build}.");
            tx.Note("given another priority", $"build {build}", null, new { priority }, build);
            tx.Execute("UPDATE task_runs SET priority = @priority WHERE state IN ('Waiting', 'Running') AND task_id IN (SELECT id FROM build_tasks WHERE build_id = @build)", new { build, priority });
            return null;
        }, ct);
        if (refusal is null) bells.Ring(Bells.Build(build));
        return refusal;
    }
}
