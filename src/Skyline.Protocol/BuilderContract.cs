namespace Skyline.Protocol;

/// <summary>
/// A run's life, as server and builder agree on it. A builder only ever dials out; every call carries its token, and every
/// call about a run is refused with 409 if the run is not (or no longer) leased to that builder.
///
/// 1. <see cref="Lease"/> — the builder says how it stands (<see cref="BuilderReport"/>) and asks for work. The server holds the
///    request until there is some, or answers null (204) when the wait is over. One statement claims a waiting run; nobody else can
///    have it. What the builder's owner should know (it is drained, it is old) comes with the answer, as a sentence. A builder whose
///    clock is more than five minutes from the server's is refused (409); one whose disk is full says so and gets nothing.
///    An answer that is lost on its way is given again to whoever asks again under the same name (LeaseRequest.Question).
/// 2. <see cref="OpenSrpm"/> — the source package, resumable, with its SHA-256 known from the lease. Where the lease has a lock, each
///    package of it that the builder lacks comes the same way: <see cref="OpenLocked"/>.
///    A run that makes a source package (LeasedRun.Source) gets a repository's tree that way, as a tar. The files that its spec names by
///    address it tells once, in a list (<see cref="WantFiles"/>); the server fetches each when asked to (<see cref="FetchFile"/>, 422 with
///    a sentence for the packager if it cannot) and hands it over, resumable (<see cref="OpenFile"/>).
/// 3. <see cref="Beat"/> — every LeasedRun.HeartbeatSeconds, beside the work: the lease is renewed, the phase is told, and the
///    builder learns of a cancel. Silence until LeasedUntil ends the run as lost, and another builder gets a new one.
///    A server that cannot be reached is no reason to stop: the builder builds on and tries again.
/// 4. <see cref="AppendLog"/> — the log in pieces, each with its offset. The answer says how much the server has; a piece sent
///    twice is not doubled, a gap is refused with the offset to go on from.
/// 5. <see cref="PutFile"/> — each result, streamed, with its SHA-256. Sent twice is stored once. After a broken connection
///    <see cref="Uploaded"/> tells how far the server has it, and the rest goes on from there (offset); another offset is refused
///    with 416. What has come of a file is kept until its run ends or the server starts anew.
/// 6. <see cref="Report"/> — the end: outcome, files, phases, lock. Taken once; the same report again is answered as the first.
///    The server digests the files itself and believes no claim about them.
/// </summary>
/// <param name="http">Its BaseAddress is the server's; it sends the builder's token.</param>
public sealed class BuilderContract(HttpClient http)
{
    /// <summary>Grows when builders are given work of a new kind. 1: builds. 2: makes source packages of repositories' trees too.</summary>
    public const int Version = 2;

    /// <summary>The answer's header with what the builder's owner should know, percent-encoded.</summary>
    public const string NoticeHeader = "Skyline-Notice";

    /// <summary>Joins a pool, with the pool's token, before anything else; the answer holds the token that all other calls are made with.</summary>
    /// <exception cref="RefusedException">403: it is no pool's token. 409: there is a builder of that name elsewhere, the pool has as many as it may have, or lets this one go.</exception>
    public Task<EnrolledBuilder> Join(JoiningBuilder joining, CancellationToken ct) => http.Post("api/builders/join", joining, SkylineJson.Default.JoiningBuilder, SkylineJson.Default.EnrolledBuilder, ct);

    /// <summary>Asks for work, and waits for it.</summary>
    /// <param name="request">What the builder can, how it stands, and how long the server may hold the answer.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="notice">Is told what the builder's owner should know; null: nothing.</param>
    /// <returns>Null: there was none within the wait.</returns>
    /// <exception cref="RefusedException">409: the builder's clock is more than five minutes off.</exception>
    public Task<LeasedRun?> Lease(LeaseRequest request, CancellationToken ct, Action<string?>? notice = null) =>
        http.PostForOptional("api/runs/lease", request, SkylineJson.Default.LeaseRequest, SkylineJson.Default.LeasedRun, ct,
            headers => notice?.Invoke(headers.TryGetValues(NoticeHeader, out var said) ? Uri.UnescapeDataString(said.First()) : null));

    /// <summary>Renews the lease and tells the phase.</summary>
    /// <param name="run">The builder's own.</param>
    /// <param name="phase">What it is at.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>Until when the lease is good now, and whether the build was cancelled.</returns>
    /// <exception cref="RefusedException">409: the run is not, or no longer, leased to this builder.</exception>
    public Task<HeartbeatAnswer> Beat(long run, RunPhase phase, CancellationToken ct) =>
        http.Post($"api/runs/{run}/heartbeat", new Heartbeat(phase), SkylineJson.Default.Heartbeat, SkylineJson.Default.HeartbeatAnswer, ct);

    /// <summary>The SRPM's bytes from <paramref name="offset"/> on; of a run that makes a source package, the tree's, as a tar.</summary>
    public Task<Stream> OpenSrpm(long run, long offset, CancellationToken ct) =>
        http.OpenFrom($"api/runs/{run}/srpm", offset, ct);

    /// <summary>All that the run's source package needs from elsewhere, up to 500 files; another list than the first is refused.</summary>
    public Task WantFiles(long run, WantedFiles wanted, CancellationToken ct) => http.Post($"api/runs/{run}/sources", wanted, SkylineJson.Default.WantedFiles, ct);

    /// <summary>Has the server fetch a file of that list; it answers when it has it.</summary>
    /// <param name="run">The builder's own.</param>
    /// <param name="number">In the list, from 0.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">422: it cannot be had, or has another checksum; the sentence is for the packager.</exception>
    public Task<FetchedFile> FetchFile(long run, int number, CancellationToken ct) => http.PostAndWait($"api/runs/{run}/sources/{number}", SkylineJson.Default.FetchedFile, ct);

    /// <summary>A file that was fetched, from <paramref name="offset"/> on.</summary>
    public Task<Stream> OpenFile(long run, int number, long offset, CancellationToken ct) => http.OpenFrom($"api/runs/{run}/sources/{number}", offset, ct);

    /// <summary>A package that the run's given lock names, from <paramref name="offset"/> on; 422 if nobody has it any more.</summary>
    public Task<Stream> OpenLocked(long run, string sha256, long offset, CancellationToken ct) =>
        http.OpenFrom($"api/runs/{run}/packages/{sha256}", offset, ct);

    /// <summary>A piece of the log; one that is sent twice is not doubled.</summary>
    /// <param name="run">The builder's own.</param>
    /// <param name="offset">Where in the log the piece begins, in bytes.</param>
    /// <param name="bytes">The piece.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>How much of the log the server has: where the next piece begins.</returns>
    /// <exception cref="RefusedException">409: the run is not, or no longer, leased to this builder.</exception>
    public Task<LogReceipt> AppendLog(long run, long offset, ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Post, $"api/runs/{run}/log?offset={offset}", new ReadOnlyMemoryContent(bytes), SkylineJson.Default.LogReceipt, ct);

    /// <summary>Sends a result; one that is sent twice is stored once.</summary>
    /// <param name="run">The builder's own.</param>
    /// <param name="fileName">What it is called among the results.</param>
    /// <param name="content">The file from <paramref name="offset"/> on.</param>
    /// <param name="sha256">Of the whole file.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="offset">How much of it has come before: see <see cref="Uploaded"/>.</param>
    /// <exception cref="RefusedException">409: the run is not, or no longer, leased to this builder. 416: it goes on from another offset.</exception>
    public Task<ResultFile> PutFile(long run, string fileName, Stream content, string sha256, CancellationToken ct, long offset = 0) =>
        http.SendBytes(HttpMethod.Put, $"{FileOf(run, fileName, sha256)}{(offset > 0 ? $"&offset={offset}" : "")}", new StreamContent(content), SkylineJson.Default.ResultFile, ct);

    /// <summary>How far the server has a result. A connection that still brings it is given up: what it brought by then counts.</summary>
    public Task<UploadState> Uploaded(long run, string fileName, string sha256, CancellationToken ct) =>
        http.Get(FileOf(run, fileName, sha256), SkylineJson.Default.UploadState, ct);

    static string FileOf(long run, string fileName, string sha256) => $"api/runs/{run}/files/{Uri.EscapeDataString(fileName)}?sha256={sha256}";

    /// <summary>The run's end. It is taken once; the same report again is answered as the first.</summary>
    /// <exception cref="RefusedException">400: the report is malformed. 409: the run is not, or no longer, leased to this builder.</exception>
    public Task Report(long run, RunReport report, CancellationToken ct) =>
        http.Post($"api/runs/{run}/report", report, SkylineJson.Default.RunReport, ct);
}
