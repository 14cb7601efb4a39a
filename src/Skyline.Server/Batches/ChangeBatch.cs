using System.Data;
using System.Security.Claims;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <summary>A batch is ended before its time, or goes on from where it stopped; by who made it, or an administrator.</summary>
public sealed class ChangeBatch(Database database, CancelBuild cancelBuild, Bells bells, TimeProvider time)
{
    /// <summary>What waits is not built any more, what is being built is cancelled, what is done stays.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Cancel(long batch, ClaimsPrincipal caller, CancellationToken ct)
    {
        var (refusal, builds) = await database.Write(tx => End(tx, batch, caller), ct);
        if (refusal is not null) return refusal;
        // One that has just ended by itself needs no cancelling.
        foreach (var build in builds) await cancelBuild.Cancel(build, $"{caller.Identity!.Name}, with batch {batch}", CancellationToken.None);
        Tell(batch);
        return null;
    }

    (Refusal?, IReadOnlyList<long>) End(IDbTransaction tx, long batch, ClaimsPrincipal caller)
    {
        if (WhyNot(tx, batch, caller) is { } refusal) return (refusal, []);
        var (who, now) = (caller.Identity!.Name, time.Stamp());
        if (tx.Execute("UPDATE batches SET state = 'Cancelled', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @batch AND state IN ('Planned', 'Running')", new { batch, now, why = $"Cancelled by {who}." }) == 0)
            return (new(409, $"Batch {batch} cannot be cancelled any more: it is {tx.One<string>("SELECT lower(state) FROM batches WHERE id = @batch", new { batch })}."), []);
        tx.Note("cancelled", $"batch {batch}", id: batch);
        tx.Execute("UPDATE batch_members SET state = 'Cancelled', why = @why, ended_at = @now WHERE batch_id = @batch AND state = 'Waiting'", new { batch, now, why = $"Cancelled by {who}, with the whole batch." });
        return (null, tx.All<long>("SELECT build_id FROM batch_members WHERE batch_id = @batch AND state = 'Building' AND build_id IS NOT NULL", new { batch }));
    }

    /// <summary>What is done stays done; what failed, was blocked or was cancelled waits again.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Resume(long batch, ClaimsPrincipal caller, CancellationToken ct)
    {
        var refusal = await database.Write<Refusal?>(tx =>
        {
            if (WhyNot(tx, batch, caller) is { } why) return why;
            if (tx.Execute("UPDATE batches SET state = 'Running', why = NULL, ended_at = NULL, started_at = coalesce(started_at, @now), revision = revision + 1 WHERE id = @batch AND state IN ('Failed', 'Cancelled')", new { batch, now = time.Stamp() }) == 0)
                return new(409, $"Batch {batch} is {tx.One<string>("SELECT lower(state) FROM batches WHERE id = @batch", new { batch })}: there is nothing to resume.");
            tx.Note("resumed", $"batch {batch}", id: batch);
            tx.Execute("UPDATE batch_members SET state = 'Waiting', why = NULL, ended_at = NULL, tries = 0 WHERE batch_id = @batch AND state IN ('Failed', 'Blocked', 'Cancelled')", new { batch });
            return null;
        }, ct);
        if (refusal is null) Tell(batch);
        return refusal;
    }

    void Tell(long batch)
    {
        bells.Ring(Bells.Batches);
        bells.Ring(Bells.Batch(batch));
    }

    static Refusal? WhyNot(IDbTransaction tx, long batch, ClaimsPrincipal caller) =>
        tx.One<long?>("SELECT owner_id FROM batches WHERE id = @batch", new { batch }) is not { } owner ? ShowBatch.None(batch)
        : caller.IsAdmin() || owner == caller.PersonId() ? null
        : new(403, $"Batch {batch} is {tx.One<string>("SELECT name FROM users WHERE id = @owner", new { owner })}'s: they or an administrator can cancel and resume it.");
}
