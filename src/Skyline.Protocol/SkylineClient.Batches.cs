namespace Skyline.Protocol;

// Builds that belong together.
public sealed partial class SkylineClient
{
    /// <summary>Chains, mass rebuilds and runs by the clock, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <param name="kind">Only these; null: all.</param>
    public Task<BatchPage> Batches(CancellationToken ct, long? before = null, int limit = 50, BatchKind? kind = null) =>
        http.Get($"api/batches?limit={limit}{(before is null ? "" : $"&before={before}")}{(kind is null ? "" : $"&kind={kind}")}", SkylineJson.Default.BatchPage, ct);

    /// <summary>A batch as it is now, with counts by wave.</summary>
    /// <exception cref="RefusedException">404: there is no such batch.</exception>
    public Task<BatchDetails> Batch(long id, CancellationToken ct) => http.Get($"api/batches/{id}", SkylineJson.Default.BatchDetails, ct);

    /// <summary>Answers when the batch's revision is another than <paramref name="since"/>, or after so many seconds.</summary>
    /// <param name="id">Of the batch.</param>
    /// <param name="since">The <see cref="BatchDetails.Revision"/> that is known.</param>
    /// <param name="seconds">How long the server may hold the answer: 60 at most, more counts as 60.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such batch.</exception>
    public Task<BatchDetails> WaitBatch(long id, long since, int seconds, CancellationToken ct) =>
        http.Get($"api/batches/{id}?since={since}&wait={seconds}", SkylineJson.Default.BatchDetails, ct);

    /// <summary>The source packages of a batch in order, each with what it waits for; 500 at a time.</summary>
    /// <param name="id">Of the batch.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="after">The last member that is known already: <see cref="BatchMemberPage.NextAfter"/>. 0: from the first on.</param>
    /// <param name="state">Only those in this state; null: all.</param>
    /// <exception cref="RefusedException">404: there is no such batch.</exception>
    public Task<BatchMemberPage> BatchMembers(long id, CancellationToken ct, long after = 0, MemberState? state = null) =>
        http.Get($"api/batches/{id}/members?after={after}{(state is null ? "" : $"&state={state}")}", SkylineJson.Default.BatchMemberPage, ct);

    /// <summary>Ends a batch: what waits is not built any more, what is being built is cancelled, what is done stays. For its owner and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such batch. 409: it is over.</exception>
    public Task<BatchDetails> CancelBatch(long id, CancellationToken ct) => http.PostAndWait($"api/batches/{id}/cancel", SkylineJson.Default.BatchDetails, ct);

    /// <summary>Builds what of a batch failed, was blocked or was cancelled; what is done stays done. For its owner and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's. 404: there is no such batch. 409: it has neither failed nor was it cancelled.</exception>
    public Task<BatchDetails> ResumeBatch(long id, CancellationToken ct) => http.PostAndWait($"api/batches/{id}/resume", SkylineJson.Default.BatchDetails, ct);
}
