using System.Globalization;

namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
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
}
