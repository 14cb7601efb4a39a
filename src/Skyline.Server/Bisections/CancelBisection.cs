using System.Security.Claims;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>Ends a search that nobody wants any more, with the probe that is being built; by who began it, or an administrator.</summary>
public sealed class CancelBisection(Database database, CancelBuild cancel, Bells bells, TimeProvider time)
{
    sealed record Row(string State, long OwnerId);

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Cancel(long id, ClaimsPrincipal caller, CancellationToken ct)
    {
        var who = caller.Identity!.Name!;
        var (refusal, open) = await database.Write<(Refusal?, IReadOnlyList<long>)>(tx =>
        {
            if (tx.One<Row>("SELECT state AS State, owner_id AS OwnerId FROM bisections WHERE id = @id", new { id }) is not { } row) return (ShowBisections.None(id), []);
            if (row.OwnerId != caller.PersonId() && !caller.IsAdmin()) return (new(403, $"Bisection {id} is another's; who began it or an administrator may cancel it."), []);
            if (tx.Execute("UPDATE bisections SET state = 'Cancelled', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @id AND state = 'Running'", new { id, why = $"Cancelled by {who}.", now = time.Stamp() }) == 0)
                return (new(409, $"Bisection {id} is over: it is {row.State.ToLowerInvariant()}."), []);
            tx.Note("cancelled", $"bisection {id}", id: id);
            return (null, tx.All<long>("SELECT build_id FROM bisection_probes WHERE bisection_id = @id AND result IS NULL", new { id }));
        }, ct);
        if (refusal is not null) return refusal;
        // One that has just ended by itself needs no cancelling.
        foreach (var build in open) await cancel.Cancel(build, $"{who}, with bisection {id}", CancellationToken.None);
        bells.Ring(Bells.Bisection(id));
        bells.Ring(Bells.Bisections);
        return null;
    }
}
