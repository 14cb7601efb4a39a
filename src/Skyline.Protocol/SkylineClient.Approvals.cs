using System.Globalization;

namespace Skyline.Protocol;

/// <summary>What waits for a second person. A change that does is told as <see cref="WaitsForApprovalException"/>.</summary>
public sealed partial class SkylineClient
{
    /// <param name="waiting">Only those that are not decided.</param>
    public Task<ApprovalPage> Approvals(bool waiting, long? before, int? limit, CancellationToken ct) => http.Get("api/approvals" + Asked(
        ("waiting", waiting ? "true" : null), ("before", before?.ToString(CultureInfo.InvariantCulture)), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), SkylineJson.Default.ApprovalPage, ct);

    /// <param name="since">Waits until its revision is another than this one, or the wait (seconds) is over.</param>
    public Task<ApprovalDetails> Approval(long id, CancellationToken ct, long? since = null, int? wait = null) => http.Get($"api/approvals/{id}" + Asked(
        ("since", since?.ToString(CultureInfo.InvariantCulture)), ("wait", wait?.ToString(CultureInfo.InvariantCulture))), SkylineJson.Default.ApprovalDetails, ct);

    /// <summary>What differs in the packages that it changes, against what is in the tag now.</summary>
    public Task<ApprovalDifference> ApprovalDifference(long id, CancellationToken ct, int from = 0) => http.Get($"api/approvals/{id}/difference?from={from}", SkylineJson.Default.ApprovalDifference, ct);

    /// <summary>Agrees to what has this digest; when this answers, it is done.</summary>
    public Task<ApprovalDetails> Approve(long id, string digest, CancellationToken ct) => http.Post($"api/approvals/{id}/approve", new(digest), SkylineJson.Default.AgreeOrder, SkylineJson.Default.ApprovalDetails, ct);

    public Task<ApprovalDetails> Refuse(long id, string reason, CancellationToken ct) => http.Post($"api/approvals/{id}/refuse", new(reason), SkylineJson.Default.RefuseOrder, SkylineJson.Default.ApprovalDetails, ct);

    /// <summary>By who asked for it.</summary>
    public Task<ApprovalDetails> Withdraw(long id, CancellationToken ct) => http.PostAndWait($"api/approvals/{id}/withdraw", SkylineJson.Default.ApprovalDetails, ct);
}
