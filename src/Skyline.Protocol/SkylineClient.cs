using System.Globalization;

namespace Skyline.Protocol;

/// <summary>The API for people: what the CLI and the tests call. One method a verb; it keeps nothing but its HttpClient, and may be used by many at once.</summary>
/// <remarks>
/// <para>
/// What the server refuses is a <see cref="RefusedException"/>, with HTTP's status and the server's sentence. Any method's may be 400 (what was sent is none), 401 (no token, or one that is good
/// no more) and 403 (the role of whoever asks, or what their token is for, is too small: the sentence says what is needed); of each is said below what else is to be expected. What whoever asks may
/// not see is refused as if it were not there. A change to a tag that asks for a second person is a <see cref="WaitsForApprovalException"/>. What did not get through is an HttpRequestException
/// or, where it was given up, an OperationCanceledException; nothing is sent again by itself.
/// </para>
/// <para>
/// Who may: a packager may what a viewer may, a release engineer what a packager may, an administrator all. Who may change a tag: its owner, whom `tag` or `administer` was given there, and, of one that
/// is nobody's own and not closed, release engineers. Who may build into it, or promote into it: those, and whom `build`, or `promote`, was given there; of one that is nobody's own and not closed
/// packagers build.
/// </para>
/// </remarks>
/// <param name="http">Its BaseAddress is the server's; it sends the token, as `Authorization: Bearer TOKEN`. It is not disposed here.</param>
public sealed partial class SkylineClient(HttpClient http)
{
    /// <summary>Who the token belongs to, with which role, what the token is for, and which version the server is of. For whoever has a token, a builder's too.</summary>
    /// <exception cref="RefusedException">401: there is no token, or one that is good no more.</exception>
    public Task<WhoAmI> WhoAmI(CancellationToken ct) => http.Get("api/whoami", SkylineJson.Default.WhoAmI, ct);

    /// <summary>
    /// Uploads a source package as it is read, and begins a build of it; for who may build into the target's destination, of a scratch build for packagers. Nothing of it is held in memory, and
    /// nothing is sent before the server has said that it wants it. The client's HttpClient.Timeout covers the upload too: an HttpClient for this has none.
    /// </summary>
    /// <param name="srpm">Read from where it stands to its end, and disposed when the call ends.</param>
    /// <param name="fileName">What the file is called ("hello-2.12.1-1.fc43.src.rpm"); it must be what the package in it is called.</param>
    /// <param name="target">Whose build tag it is built with, and into whose destination it goes.</param>
    /// <param name="scratch">Its packages are published in no tag.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="options">What it is built with beside its spec and its chroot; null: nothing.</param>
    /// <param name="arches">Of a scratch build: the only architectures; null: all of the tag's that its spec allows.</param>
    /// <param name="priority">0 to 99, the lower goes first; null: 20, the usual. Going before that is a release engineer's to give.</param>
    /// <param name="draft">Others may have its name, version and release; it is a real build once it is promoted (<see cref="PromoteDraft"/>).</param>
    /// <returns>The build as it waits; <see cref="WaitBuild"/> tells how it goes on.</returns>
    /// <exception cref="RefusedException">400: this is no source package, or is built for none of the architectures, or an option is none. 403: who asks may not build there, or not so early. 404:
    /// there is no such target. 409: there is such a build already, or the tag takes none now. 413: it is larger than the server takes. 507: the server's disk is full.</exception>
    public Task<BuildDetails> Submit(Stream srpm, string fileName, string target, bool scratch, CancellationToken ct, BuildOptions? options = null, IReadOnlyList<string>? arches = null, int? priority = null, bool draft = false) =>
        http.SendBytes(HttpMethod.Post, $"api/builds?target={Uri.EscapeDataString(target)}&scratch={(scratch ? "true" : "false")}&name={Uri.EscapeDataString(fileName)}{(draft ? "&draft=true" : "")}{Query(options)}{Query(arches, priority)}",
            new StreamContent(srpm, 1 << 16), SkylineJson.Default.BuildDetails, ct, askFirst: true);

    static string Query(BuildOptions? options) => options is null ? "" : string.Concat(options.Words()
        .Select(word => word[2..].Split('=', 2)).Select(word => $"&{word[0]}={Uri.EscapeDataString(word.ElementAtOrDefault(1) ?? "true")}"));

    static string Query(IReadOnlyList<string>? arches, int? priority) =>
        string.Concat((arches ?? []).Select(arch => $"&arch={Uri.EscapeDataString(arch)}")) + (priority is { } given ? string.Create(CultureInfo.InvariantCulture, $"&priority={given}") : "");

    /// <summary>As <see cref="Submit"/>, of a source package that the server fetches, or that was sent ahead (<see cref="SendSource"/>). It answers once it was fetched.</summary>
    /// <exception cref="RefusedException">As of <see cref="Submit"/>; also 400: it could not be fetched, or url and sha256 are both given or neither is. 404: what was sent ahead is not here (any
    /// more).</exception>
    public Task<BuildDetails> SubmitUrl(BuildFromUrl from, CancellationToken ct) =>
        http.Post("api/builds", from, SkylineJson.Default.BuildFromUrl, SkylineJson.Default.BuildDetails, ct);

    /// <summary>Whether such a build may be; nothing is fetched, and nothing is begun.</summary>
    /// <exception cref="RefusedException">It may not, with the sentence that <see cref="SubmitUrl"/> would have.</exception>
    public Task PreviewBuild(BuildFromUrl from, CancellationToken ct) => http.Post("api/builds?preview=true", from, SkylineJson.Default.BuildFromUrl, ct);

    /// <summary>All builds that whoever asks may see, the newest first, a page at a time.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    public Task<BuildPage> Builds(CancellationToken ct, long? before = null, int limit = 50) =>
        Builds(new BuildFilter(), ct, before, limit);

    /// <summary>Those of the builds that whoever asks may see of which all holds that the filter says, in its order, a page at a time.</summary>
    /// <param name="filter">What is asked of them.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the first on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <param name="after">In place of before: where the page after begins, its `PreviousAfter`; the page before that one is answered.</param>
    /// <exception cref="RefusedException">400: something in the filter is longer than 200 characters, or there is no such state.</exception>
    public Task<BuildPage> Builds(BuildFilter filter, CancellationToken ct, long? before = null, int limit = 50, long? after = null) =>
        http.Get($"api/builds?limit={limit}{(before is { } b ? $"&before={b}" : "")}{(after is { } a ? $"&after={a}" : "")}{(filter.Query() is { Length: > 0 } query ? $"&{query}" : "")}", SkylineJson.Default.BuildPage, ct);

    /// <summary>A build as it is now, with its tasks, runs and packages. For whoever may read.</summary>
    /// <exception cref="RefusedException">404: there is no such build, or none that whoever asks may see.</exception>
    public Task<BuildDetails> Build(long id, CancellationToken ct) =>
        http.Get($"api/builds/{id}", SkylineJson.Default.BuildDetails, ct);

    /// <summary>The build as it is once its revision is past <paramref name="since"/>, or as it is after the wait. Ask again with the revision of the answer: nothing is missed in between.</summary>
    /// <param name="id">Of the build.</param>
    /// <param name="since">The <see cref="BuildDetails.Revision"/> that is known.</param>
    /// <param name="waitSeconds">How long the server may hold the answer, in seconds: 60 at most, more counts as 60.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such build.</exception>
    public Task<BuildDetails> WaitBuild(long id, long since, int waitSeconds, CancellationToken ct) =>
        http.Get($"api/builds/{id}?since={since}&wait={waitSeconds}", SkylineJson.Default.BuildDetails, ct);

    /// <summary>Builds the same source package anew, as a scratch build unless the order says otherwise; locked: from the very packages that the build was made from. For packagers.</summary>
    /// <param name="build">The build whose source package it is; it stays as it is.</param>
    /// <param name="order">From which packages, for which target, with which options.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The new build.</returns>
    /// <exception cref="RefusedException">400: it is to be both exactly as then and otherwise. 404: there is no such build or target. 409: it was imported, or its source package or packages of
    /// its lock are not kept any more.</exception>
    public Task<BuildDetails> Rebuild(long build, RebuildOrder order, CancellationToken ct) =>
        http.Post($"api/builds/{build}/rebuild", order, SkylineJson.Default.RebuildOrder, SkylineJson.Default.BuildDetails, ct);

    /// <summary>The same source package again, of a build that failed or was cancelled: what succeeded is taken over, only what failed is built again. For packagers.</summary>
    /// <returns>The new build, of whoever asks.</returns>
    /// <exception cref="RefusedException">404: there is no such build. 409: it is not over, or nothing of it failed, or its source package or what it made is not kept any more.</exception>
    public Task<BuildDetails> Resubmit(long build, CancellationToken ct) => http.PostAndWait($"api/builds/{build}/resubmit", SkylineJson.Default.BuildDetails, ct);

    /// <summary>Gives a build that waits, or is being built, another priority. For release engineers.</summary>
    /// <param name="build">Of the build.</param>
    /// <param name="edit">Priorities are 0 to 99, and the lower goes first.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: there is no such priority. 404: there is no such build. 409: it waits for no builder any more.</exception>
    public Task<BuildDetails> EditBuild(long build, BuildEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/builds/{build}", edit, SkylineJson.Default.BuildEdit, SkylineJson.Default.BuildDetails, ct);

    /// <summary>The exact packages that a build was made from, and which of them are kept.</summary>
    /// <param name="build">Of the build.</param>
    /// <param name="arch">Not needed where the build has one task.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: it has several locks, and the sentence names their architectures. 404: there is no such build, or it has no lock (yet).</exception>
    public Task<BuildLock> Lock(long build, string? arch, CancellationToken ct) =>
        http.Get($"api/builds/{build}/lock{(arch is null ? "" : $"?arch={Uri.EscapeDataString(arch)}")}", SkylineJson.Default.BuildLock, ct);

    /// <summary>How the binary packages of two builds differ: which only one of them has, and of the others header tags and files. Up to 200 pairs that differ are looked into.</summary>
    /// <exception cref="RefusedException">404: there is no such build. 409: one of the two is not complete, or its packages are not kept any more.</exception>
    public Task<BuildComparison> Compare(long before, long after, CancellationToken ct) =>
        http.Get($"api/builds/{before}/compare/{after}", SkylineJson.Default.BuildComparison, ct);

    /// <summary>A package of a build as the builder made it, without a tag's signature. Its name is <see cref="RpmDetails.FileName"/>.</summary>
    /// <returns>The whole file; it holds a connection until it is disposed.</returns>
    /// <exception cref="RefusedException">404: the build has no such package, or it is not kept any more.</exception>
    public Task<Stream> OpenPackage(long build, string fileName, CancellationToken ct) => http.OpenFrom($"api/builds/{build}/files/{Uri.EscapeDataString(fileName)}", 0, ct);

    /// <summary>Makes a draft the real build of its name, version and release; nothing is built again. For its owner, release engineers and administrators.</summary>
    /// <exception cref="RefusedException">403: it is somebody else's draft. 404: there is no such build. 409: it is no draft, or not complete, or there is a real build of that name, version and
    /// release already.</exception>
    /// <exception cref="WaitsForApprovalException">A tag that it is in asks for a second person: nothing is changed yet.</exception>
    public Task<BuildDetails> PromoteDraft(long build, CancellationToken ct) => http.PostAndWait($"api/builds/{build}/promote", SkylineJson.Default.BuildDetails, ct);

    /// <summary>Ends a build that is not over; builders that build it stop soon after. For its owner and administrators.</summary>
    /// <exception cref="RefusedException">403: it is another's. 404: there is no such build. 409: it is over, or in a tag already.</exception>
    public Task Cancel(long build, CancellationToken ct) => http.PostNothing($"api/builds/{build}/cancel", ct);

    /// <summary>A run's log as plain text, from an offset on. For whoever may read.</summary>
    /// <param name="run">Of the run: <see cref="RunDetails.Id"/>.</param>
    /// <param name="offset">In bytes, from the log's beginning.</param>
    /// <param name="follow">What comes is sent as it is written, until the run has ended; otherwise the stream ends with what there is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The bytes as the build wrote them, mostly UTF-8; it holds a connection until it is disposed.</returns>
    /// <exception cref="RefusedException">404: there is no such run.</exception>
    public Task<Stream> OpenLog(long run, long offset, bool follow, CancellationToken ct) =>
        http.OpenFrom(string.Create(CultureInfo.InvariantCulture, $"api/runs/{run}/log?offset={offset}&follow={(follow ? "true" : "false")}"), 0, ct);

    /// <summary>All tags that whoever asks may read, in the order of their names.</summary>
    public Task<IReadOnlyList<TagSummary>> Tags(CancellationToken ct) => http.Get("api/tags", SkylineJson.Default.IReadOnlyListTagSummary, ct);

    /// <summary>A tag as it is now: its own builds, its settings, and the text of its `.repo` file. For whoever may read it.</summary>
    /// <exception cref="RefusedException">404: there is no such tag, or it is private and whoever asks has no right in it.</exception>
    public Task<TagDetails> Tag(string name, CancellationToken ct) => http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(name))}", SkylineJson.Default.TagDetails, ct);

    /// <summary>
    /// Makes a tag with its empty repository. For release engineers; with <see cref="NewTag.Base"/> any packager makes one of their own, called USER/NAME, with a target of its name.
    /// </summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or there is no such chroot, architecture or base. 403: it would be nobody's own or somebody else's, and who asks is no
    /// release engineer. 409: there is one of that name, or who asks has as many of their own as one may have.</exception>
    public Task<TagDetails> CreateTag(NewTag tag, CancellationToken ct) =>
        http.Post("api/tags", tag, SkylineJson.Default.NewTag, SkylineJson.Default.TagDetails, ct);

    /// <summary>All keys that are or were signed with: the instance's and those of tags. Secrets are never among what is told.</summary>
    public Task<IReadOnlyList<KeyDetails>> Keys(CancellationToken ct) => http.Get("api/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>What a tag's repository is and was signed with, the newest first.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<KeyDetails>> KeysOf(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>
    /// Gives a tag a key of its own, which is taken into use when everything in the tag is signed with it; until then <see cref="KeyDetails.Why"/> tells what that waits for. For administrators.
    /// </summary>
    /// <exception cref="RefusedException">400: there is no such kind of key, or it cannot be used. 404: there is no such tag. 409: it has a key of its own already, or the next one is being taken
    /// into use.</exception>
    public Task<KeyDetails> CreateKey(string tag, NewKey key, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);

    /// <summary>Replaces a key: everything is signed with the next one, then that is taken into use. For administrators.</summary>
    /// <param name="tag">Whose own key is replaced; null: the instance's.</param>
    /// <param name="key">What is null is as the server's settings say.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The next key.</returns>
    /// <exception cref="RefusedException">400: there is no such kind of key, or it cannot be used. 404: there is no such tag. 409: there is no key to replace, or the next one is being taken into
    /// use.</exception>
    public Task<KeyDetails> RotateKey(string? tag, NewKey key, CancellationToken ct) =>
        http.Post(tag is null ? "api/keys/rotate" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key/rotate", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);

    /// <summary>Uploads a package that was built elsewhere, as it is read. For release engineers, and for who may change the tag. What is here already with the same content is no error.</summary>
    /// <param name="rpm">Read from where it stands to its end, and disposed when the call ends.</param>
    /// <param name="tag">The tag that it comes into; null: none, its build can be tagged later.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: it is no package, or a damaged one. 404: there is no such tag. 409: there is another package of that name, or its build was made here, or the tag is
    /// locked, blocks it, or asks for a second person. 413: it is larger than the server takes. 507: the server's disk is full.</exception>
    public Task<ImportedRpm> Import(Stream rpm, string? tag, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Post, tag is null ? "api/rpms" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/rpms", new StreamContent(rpm, 1 << 16), SkylineJson.Default.ImportedRpm, ct, askFirst: true);

    /// <summary>How much of its past a tag keeps.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<TagRetention> Retention(string tag, CancellationToken ct) => http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", SkylineJson.Default.TagRetention, ct);

    /// <summary>
    /// Sets how much of its past a tag keeps: 1 to 100,000 snapshots, and 0 to 36,500 days. What is kept no more goes in the next night. For release engineers, and for who may change the tag.
    /// </summary>
    /// <exception cref="RefusedException">400: it is more or less than that. 404: there is no such tag.</exception>
    public Task<TagRetention> SetRetention(string tag, TagRetention wanted, CancellationToken ct) =>
        http.Put($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", wanted, SkylineJson.Default.TagRetention, SkylineJson.Default.TagRetention, ct);

    /// <summary>How it stands with what is kept: how large it is, the last retention, collection, checks and exports.</summary>
    public Task<KeepingState> Keeping(CancellationToken ct) => http.Get("api/keeping", SkylineJson.Default.KeepingState, ct);

    /// <summary>Removes the snapshots and packages that no rule keeps, as every night does by itself; it answers when that is done. For administrators.</summary>
    /// <param name="dryRun">Remove nothing, and say what would go and why the rest stays.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">409: the server is at such work already.</exception>
    public Task<RetentionReport> ApplyRetention(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/retention?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.RetentionReport, ct);

    /// <summary>Removes files that nothing points at, as every night does by itself; it answers when that is done. For administrators.</summary>
    /// <param name="dryRun">Remove nothing, and count them.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">409: the server is at such work already.</exception>
    public Task<CollectedGarbage> CollectGarbage(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/gc?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.CollectedGarbage, ct);

    /// <summary>
    /// Digests everything that the server keeps anew, and tells what is not as it should be; nothing is changed. The lines come as it goes; the last has the result, and a stream that ends without
    /// one was cut off. For administrators.
    /// </summary>
    /// <param name="tag">Only what this tag's repositories hold; null: everything.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such tag. 409: the server is at such work already. It comes with the first line that is asked for.</exception>
    public IAsyncEnumerable<VerifyLine> Verify(string? tag, CancellationToken ct) =>
        http.PostForLines(tag is null ? "api/verify" : $"api/verify?tag={Uri.EscapeDataString(tag)}", SkylineJson.Default.VerifyLine, ct);

    /// <summary>Writes a tag's repositories as a plain directory tree on the server, below its `Skyline__ExportFolder`; it answers when that is done. For administrators.</summary>
    /// <param name="tag">The tag that is exported.</param>
    /// <param name="order">Into which folder, and which snapshot.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: it cannot be written to such a folder. 404: there is no such tag or snapshot. 409: exporting is off, a file or a link is in the way, or the server
    /// is at such work already.</exception>
    public Task<ExportedTree> Export(string tag, ExportOrder order, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/export", order, SkylineJson.Default.ExportOrder, SkylineJson.Default.ExportedTree, ct);

    /// <summary>All targets that whoever asks may see, in the order of their names.</summary>
    public Task<IReadOnlyList<TargetDetails>> Targets(CancellationToken ct) => http.Get("api/targets", SkylineJson.Default.IReadOnlyListTargetDetails, ct);

    /// <summary>Makes a target: which tag is built with, and into which results go. For release engineers.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or there is no such tag or channel. 409: there is one of that name, or it would carry what is private into a public tag.</exception>
    public Task<TargetDetails> CreateTarget(NewTarget target, CancellationToken ct) =>
        http.Post("api/targets", target, SkylineJson.Default.NewTarget, SkylineJson.Default.TargetDetails, ct);

    /// <summary>All builders: whether each is there, what it can build, and why it gets no work if it gets none.</summary>
    public Task<IReadOnlyList<BuilderSummary>> Builders(CancellationToken ct) => http.Get("api/builders", SkylineJson.Default.IReadOnlyListBuilderSummary, ct);

    /// <summary>Makes a builder known; the answer holds its token, this once. For administrators.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or there is no such channel. 409: there is one of that name.</exception>
    public Task<EnrolledBuilder> EnrolBuilder(NewBuilder builder, CancellationToken ct) =>
        http.Post("api/builders", builder, SkylineJson.Default.NewBuilder, SkylineJson.Default.EnrolledBuilder, ct);

    /// <summary>A builder with what it says of itself, and what it runs and ran last.</summary>
    /// <exception cref="RefusedException">404: there is no such builder.</exception>
    public Task<BuilderDetails> Builder(string name, CancellationToken ct) => http.Get($"api/builders/{Uri.EscapeDataString(name)}", SkylineJson.Default.BuilderDetails, ct);

    /// <summary>Gives a builder work again, or no more; what it runs, it finishes. For administrators.</summary>
    /// <param name="name">Of the builder.</param>
    /// <param name="enabled">Whether it gets work.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="reason">Why it gets none, up to 200 letters, shown with the builder; says nothing where it is enabled.</param>
    /// <exception cref="RefusedException">400: the reason is too long. 404: there is no such builder.</exception>
    public Task SetBuilderEnabled(string name, bool enabled, CancellationToken ct, string? reason = null) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/{(enabled ? "enable" : "disable")}", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    /// <summary>Gives it no more work, and says when it has finished what it runs (<see cref="BuilderState.Drained"/>). For administrators.</summary>
    /// <param name="name">Of the builder.</param>
    /// <param name="reason">Up to 200 letters, shown with the builder; null: none.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: the reason is too long. 404: there is no such builder.</exception>
    public Task DrainBuilder(string name, string? reason, CancellationToken ct) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/drain", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    /// <summary>Gives a builder another weight, 1 to 100: of those that wait for work, the one with more is asked first. For administrators.</summary>
    /// <exception cref="RefusedException">400: there is no such weight. 404: there is no such builder.</exception>
    public Task<BuilderDetails> EditBuilder(string name, BuilderEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/builders/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.BuilderEdit, SkylineJson.Default.BuilderDetails, ct);

    /// <summary>Lets a builder in no more; what it built stays, and its name may be enrolled again. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such builder. 409: it still builds something.</exception>
    public Task RemoveBuilder(string name, CancellationToken ct) => http.Delete($"api/builders/{Uri.EscapeDataString(name)}", ct);

    /// <summary>All external repositories, those of chroots too, with the state in which each is pinned.</summary>
    public Task<IReadOnlyList<ExternalSummary>> Externals(CancellationToken ct) => http.Get("api/externals", SkylineJson.Default.IReadOnlyListExternalSummary, ct);

    /// <summary>An external repository with its pinned states.</summary>
    /// <param name="name">Of the external repository.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="waitSeconds">How long the server may hold the answer while a refresh is under way, in seconds: 60 at most.</param>
    /// <exception cref="RefusedException">404: there is no such external repository.</exception>
    public Task<ExternalDetails> External(string name, CancellationToken ct, int waitSeconds = 0) =>
        http.Get($"api/externals/{Uri.EscapeDataString(name)}?wait={waitSeconds}", SkylineJson.Default.ExternalDetails, ct);

    /// <summary>Adds an external repository, and begins to pin it; <see cref="External"/> tells how that ends. For release engineers.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or its address, keys or architectures cannot be used. 409: there is one of that name. 413: the keys are too large.</exception>
    public Task<ExternalDetails> AddExternal(NewExternal external, CancellationToken ct) =>
        http.Post("api/externals", external, SkylineJson.Default.NewExternal, SkylineJson.Default.ExternalDetails, ct);

    /// <summary>Begins to ask its upstream for a newer state; how that ends, <see cref="External"/> tells. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such external repository. 409: no builder has told yet for which architectures.</exception>
    public Task RefreshExternal(string name, CancellationToken ct) => http.PostNothing($"api/externals/{Uri.EscapeDataString(name)}/refresh", ct);

    /// <summary>Forgets an external repository. For release engineers.</summary>
    /// <exception cref="RefusedException">404: there is no such external repository. 409: it is a chroot's, a tag's, or that of a build that is not over.</exception>
    public Task RemoveExternal(string name, CancellationToken ct) => http.Delete($"api/externals/{Uri.EscapeDataString(name)}", ct);

    /// <summary>The external repositories that a tag's buildroots are made of beside its chroot's: its own, and those that it inherits.</summary>
    /// <exception cref="RefusedException">404: there is no such tag.</exception>
    public Task<IReadOnlyList<TagExternal>> TagExternals(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", SkylineJson.Default.IReadOnlyListTagExternal, ct);

    /// <summary>Adds an external repository to a tag's buildroots, or changes its priority there, 1 to 9999, the lower wins. For release engineers, and for who may change the tag.</summary>
    /// <exception cref="RefusedException">400: there is no such priority. 404: there is no such tag or external repository. 409: it is a chroot's.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task AddTagExternal(string tag, TagExternal external, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", external, SkylineJson.Default.TagExternal, ct);

    /// <summary>Takes an external repository out of a tag's buildroots. For release engineers, and for who may change the tag.</summary>
    /// <param name="tag">The tag that has it itself.</param>
    /// <param name="name">Of the external repository.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: there is no such tag, or it has no such external repository itself.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task RemoveTagExternal(string tag, string name, CancellationToken ct) =>
        http.Delete($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals/{Uri.EscapeDataString(name)}", ct);
}
