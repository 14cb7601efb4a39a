namespace Skyline.Protocol;

/// <summary>Builds that belong together.</summary>
public sealed partial class SkylineClient
{
    public Task<BatchPage> Batches(CancellationToken ct, long? before = null, int limit = 50, BatchKind? kind = null) =>
        http.Get($"api/batches?limit={limit}{(before is null ? "" : $"&before={before}")}{(kind is null ? "" : $"&kind={kind}")}", SkylineJson.Default.BatchPage, ct);

    public Task<BatchDetails> Batch(long id, CancellationToken ct) => http.Get($"api/batches/{id}", SkylineJson.Default.BatchDetails, ct);

    /// <summary>Answers when the batch's revision is another than <paramref name="since"/>, or after so many seconds.</summary>
    public Task<BatchDetails> WaitBatch(long id, long since, int seconds, CancellationToken ct) =>
        http.Get($"api/batches/{id}?since={since}&wait={seconds}", SkylineJson.Default.BatchDetails, ct);

    /// <param name="after">The last member that is known already.</param>
    public Task<BatchMemberPage> BatchMembers(long id, CancellationToken ct, long after = 0, MemberState? state = null) =>
        http.Get($"api/batches/{id}/members?after={after}{(state is null ? "" : $"&state={state}")}", SkylineJson.Default.BatchMemberPage, ct);

    public Task<BatchDetails> CancelBatch(long id, CancellationToken ct) => http.PostAndWait($"api/batches/{id}/cancel", SkylineJson.Default.BatchDetails, ct);

    public Task<BatchDetails> ResumeBatch(long id, CancellationToken ct) => http.PostAndWait($"api/batches/{id}/resume", SkylineJson.Default.BatchDetails, ct);
}
