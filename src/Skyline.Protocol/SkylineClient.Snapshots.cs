namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>Makes a tag's own builds and blocks what they were with a snapshot; what it inherits stays as it is now. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="to">The snapshot's hash, or six digits or more of its beginning.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: that is no hash. 404: there is no such tag, or it has no such snapshot (any more). 409: several begin so, or the tag is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> RollBack(string tag, RollbackTag to, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "rollback", to, SkylineJson.Default.RollbackTag, preview, force, ct);

    /// <summary>What happened to a tag, who did it and when, the newest first, a page at a time. Of a tag that was removed, too.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <exception cref="RefusedException">404: there never was such a tag.</exception>
    public Task<TagEventPage> TagEvents(string tag, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/events?limit={limit}{Before(before)}", SkylineJson.Default.TagEventPage, ct);

    /// <summary>The snapshots of a tag's repositories that are kept, with what each took in, the newest first, a page at a time.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<SnapshotPage> Snapshots(string tag, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/snapshots?limit={limit}{Before(before)}", SkylineJson.Default.SnapshotPage, ct);

    /// <summary>A snapshot with its repositories and where each is served.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="hash">Of the snapshot, or six digits or more of its beginning.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that is no hash. 404: there is no such tag, or it has no such snapshot (any more). 409: several begin so.</exception>
    public Task<SnapshotDetails> Snapshot(string tag, string hash, CancellationToken ct) =>
        http.Get($"{Of(tag)}/snapshots/{Uri.EscapeDataString(hash)}", SkylineJson.Default.SnapshotDetails, ct);

    /// <summary>Which packages one snapshot holds that another does not; the first 10,000.</summary>
    /// <param name="tag">The tag that <paramref name="from"/> is of.</param>
    /// <param name="from">Null: the one before <paramref name="to"/>, or of two tags the newest.</param>
    /// <param name="to">Null: the newest.</param>
    /// <param name="toTag">The tag that <paramref name="to"/> is of, if another.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that is no hash. 404: there is no such tag or snapshot (any more). 409: several begin so.</exception>
    public Task<SnapshotDiff> Diff(string tag, string? from, string? to, string? toTag, CancellationToken ct) =>
        http.Get($"{Of(tag)}/diff?{Named("from", from)}{Named("to", to)}{Named("toTag", toTag)}", SkylineJson.Default.SnapshotDiff, ct);

    /// <summary>Answers as soon as the tag's newest snapshot holds all packages of these builds, or it is clear that it will not, or after the wait.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="nvrs">1 to 100 builds by their NVRs.</param>
    /// <param name="waitSeconds">How long the server may hold the answer, in seconds: 60 at most, more counts as 60.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>Whether it holds them; where it does not, why, and whether it will.</returns>
    /// <exception cref="RefusedException">400: there are none, or too many. 404: there is no such tag.</exception>
    public Task<RepoHolds> WaitRepo(string tag, IReadOnlyList<string> nvrs, int waitSeconds, CancellationToken ct) =>
        http.Get($"{Of(tag)}/repo?wait={waitSeconds}{string.Concat(nvrs.Select(nvr => $"&holds={Uri.EscapeDataString(nvr)}"))}", SkylineJson.Default.RepoHolds, ct);

    /// <summary>Uploads a package that was built elsewhere, as it is read. For release engineers, and for who may change the tag. What is here already with the same content is no error.</summary>
    /// <param name="rpm">Read from where it stands to its end, and disposed when the call ends.</param>
    /// <param name="tag">The tag that it comes into; null: none, its build can be tagged later.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: it is no package, or a damaged one. 404: there is no such tag. 409: there is another package of that name, or its build was made here, or the tag is
    /// locked, blocks it, or asks for a second person. 413: it is larger than the server takes. 507: the server's disk is full.</exception>
    public Task<ImportedRpm> Import(Stream rpm, string? tag, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Post, tag is null ? "api/rpms" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/rpms", new StreamContent(rpm, 1 << 16), SkylineJson.Default.ImportedRpm, ct, askFirst: true);
}
