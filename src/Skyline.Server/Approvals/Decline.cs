using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>What waits is refused by somebody who could have agreed, or withdrawn by who asked for it; or its time is over.</summary>
sealed class Decline(Database database, Bells bells, TimeProvider time)
{
    const int LongestReason = 1000;

    public async Task<Refusal?> Refuse(long id, string? reason, CallerIdentity caller, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason) return new(400, $"Say why, in up to {LongestReason} letters: who asked for it is told.");
        return await Decide(id, ApprovalState.Refused, reason.Trim(), caller, (db, row, now) => WhoMayAgree.WhyNot(db, row, caller, now), ct);
    }

    public Task<Refusal?> Withdraw(long id, CallerIdentity caller, CancellationToken ct) => Decide(id, ApprovalState.Withdrawn, null, caller,
        (_, row, _) => row.MadeBy == caller.PersonId ? null : new(403, $"Approval {id} is {row.Maker}'s to withdraw; who could agree to it may refuse it, and say why."), ct);

    async Task<Refusal?> Decide(long id, ApprovalState state, string? reason, CallerIdentity caller, Func<IDbConnection, ApprovalRow, long, Refusal?> whyNot, CancellationToken ct)
    {
        var why = await database.Write(tx =>
        {
            var (now, person) = (time.Stamp(), caller.PersonId!.Value);
            if (ApprovalRow.Find(tx.Connection!, id) is not { } row) return ApprovalRow.None(id);
            if ((row.WhyOver(now) ?? whyNot(tx.Connection!, row, now)) is { } no) return no;
            tx.Execute("UPDATE approvals SET state = @state, decided_by = @person, decided_at = @now, reason = @reason, revision = revision + 1 WHERE id = @id AND state = 'Waiting'", new { id, state = state.ToString(), person, now, reason });
            tx.Note(state == ApprovalState.Refused ? "refused" : "withdrawn", $"approval {id}", null, new { reason }, id);
            HoldBuild.SayWhy(tx, id, $"Built. It is in no tag: {caller.Name} {(state == ApprovalState.Refused ? "refused" : "withdrew")} approval {id}{(reason is null ? "" : $": {reason}")}.");
            if (state == ApprovalState.Refused) Notify.Put(tx, row.MadeBy, NoticeKind.Approval, $"{caller.Name} refused what you asked for ({row.Act}): {reason}", $"/approvals/{id}", now, row.TagIds(tx.Connection!).Cast<long?>().FirstOrDefault());
            return null;
        }, ct);
        if (why is null) bells.Ring(Bells.Approvals);
        if (why is null) bells.Ring(Bells.Notices);
        return why;
    }

    /// <summary>By the clock.</summary>
    public async Task Expire(CancellationToken ct)
    {
        if (!database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM approvals WHERE state = 'Waiting' AND expires_at <= @now)", new { now = time.Stamp() }))) return;
        await database.Write(tx =>
        {
            foreach (var id in tx.All<long>("UPDATE approvals SET state = 'Expired', revision = revision + 1 WHERE state = 'Waiting' AND expires_at <= @now RETURNING id", new { now = time.Stamp() }))
            {
                tx.Note("over: nobody agreed in time", $"approval {id}", id: id);
                HoldBuild.SayWhy(tx, id, $"Built. It is in no tag: nobody agreed to approval {id} in time.");
            }
        }, ct);
        bells.Ring(Bells.Approvals);
    }
}
