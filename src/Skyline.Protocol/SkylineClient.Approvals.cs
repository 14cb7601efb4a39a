using System.Globalization;

namespace Skyline.Protocol;

// What waits for a second person. A change that does is a WaitsForApprovalException.
public sealed partial class SkylineClient
{
    /// <summary>What waits for a second person, or did, the newest first, a page at a time. For all people, whatever their role.</summary>
    /// <param name="waiting">Only those that are not decided.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 200; null: 50.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    public Task<ApprovalPage> Approvals(bool waiting, long? before, int? limit, CancellationToken ct) => http.Get("api/approvals" + Asked(
        ("waiting", waiting ? "true" : null), ("before", before?.ToString(CultureInfo.InvariantCulture)), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), SkylineJson.Default.ApprovalPage, ct);

    /// <summary>What was asked for, what it would change, and whether whoever asks could agree to it.</summary>
    /// <param name="id">Of the approval: <see cref="HeldChange.Approval"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="since">Waits until its revision is another than this one, or the wait is over.</param>
    /// <param name="wait">In seconds, 60 at most; null: it is answered at once.</param>
    /// <exception cref="RefusedException">404: there is no such approval.</exception>
    public Task<ApprovalDetails> Approval(long id, CancellationToken ct, long? since = null, int? wait = null) => http.Get($"api/approvals/{id}" + Asked(
        ("since", since?.ToString(CultureInfo.InvariantCulture)), ("wait", wait?.ToString(CultureInfo.InvariantCulture))), SkylineJson.Default.ApprovalDetails, ct);

    /// <summary>What differs in the packages that it changes, against what is in the tag now: files, scriptlets, dependencies, spec, sources; some packages at a time.</summary>
    /// <param name="id">Of the approval.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="from">Where the page begins, the <see cref="ApprovalDifference.Next"/> of the page before.</param>
    /// <exception cref="RefusedException">404: there is no such approval.</exception>
    public Task<ApprovalDifference> ApprovalDifference(long id, CancellationToken ct, int from = 0) => http.Get($"api/approvals/{id}/difference?from={from}", SkylineJson.Default.ApprovalDifference, ct);

    /// <summary>Agrees to what has this digest, as a second person; when this answers, it is done. For who could have done it themselves, and did not ask for it.</summary>
    /// <param name="id">Of the approval.</param>
    /// <param name="digest">Of what was seen: <see cref="ApprovalSummary.Digest"/>.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">403: who asks is no second person to this. 404: there is no such approval. 409: it does not wait any more, has another digest, or is stale: then nothing
    /// is changed, and it must be asked for anew. What the change itself would be refused with comes too.</exception>
    public Task<ApprovalDetails> Approve(long id, string digest, CancellationToken ct) => http.Post($"api/approvals/{id}/approve", new(digest), SkylineJson.Default.AgreeOrder, SkylineJson.Default.ApprovalDetails, ct);

    /// <summary>Refuses what waits, so that it comes to nothing. For who could agree to it.</summary>
    /// <param name="id">Of the approval.</param>
    /// <param name="reason">Up to 1000 letters; who asked for it is told.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: there is no reason, or it is too long. 403: who asks is no second person to this. 404: there is no such approval. 409: it does not wait any more.</exception>
    public Task<ApprovalDetails> Refuse(long id, string reason, CancellationToken ct) => http.Post($"api/approvals/{id}/refuse", new(reason), SkylineJson.Default.RefuseOrder, SkylineJson.Default.ApprovalDetails, ct);

    /// <summary>Takes back what waits. For who asked for it.</summary>
    /// <exception cref="RefusedException">403: somebody else asked for it. 404: there is no such approval. 409: it does not wait any more.</exception>
    public Task<ApprovalDetails> Withdraw(long id, CancellationToken ct) => http.PostAndWait($"api/approvals/{id}/withdraw", SkylineJson.Default.ApprovalDetails, ct);
}
