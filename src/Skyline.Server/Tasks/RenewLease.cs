using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>Renews a lease, notes the phase, and tells the builder whether its build was cancelled.</summary>
public sealed class RenewLease(Database database, Bells bells, SkylineSettings settings, TimeProvider time)
{
    /// <summary>A builder goes through its phases a few times; more than that is not kept.</summary>
    const int LongestStarts = 1000;

    public async Task<IResult> Renew(long run, long builder, RunPhase phase, CancellationToken ct)
    {
        var now = time.Stamp();
        var until = now + (settings.LeaseSeconds * 1000L);
        var (held, moved) = await database.Write(tx =>
        {
            tx.Execute("UPDATE builders SET last_seen_at = @now WHERE id = @builder", new { now, builder });
            var moved = tx.Execute("""
                UPDATE task_runs SET phase = @phase, phase_starts = CASE WHEN length(phase_starts) > @LongestStarts THEN phase_starts ELSE coalesce(phase_starts || ' ', '') || @phase || ' ' || @now END
                WHERE id = @run AND builder_id = @builder AND state = 'Running' AND phase <> @phase
                """, new { run, builder, phase = phase.ToString(), now, LongestStarts }) > 0;
            var renewed = tx.Execute("UPDATE task_runs SET leased_until = @until WHERE id = @run AND builder_id = @builder AND state = 'Running'", new { run, builder, until }) > 0;
            var held = HeldRun.Of(tx.Connection!, run, builder);
            if (moved) tx.Execute("UPDATE builds SET revision = revision + 1 WHERE id = @BuildId", held);
            return (renewed || held?.State == nameof(RunState.Cancelled) ? held : null, moved);
        }, ct);
        if (held is null) return HeldRun.NotYours(run).AsResult();
        if (moved) bells.Ring(Bells.Build(held.BuildId));
        return TypedResults.Ok(new HeartbeatAnswer(!held.IsOpen, until.ToTime()));
    }
}
