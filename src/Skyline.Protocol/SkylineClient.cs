using System.Globalization;

namespace Skyline.Protocol;

/// <summary>The API for people: what the CLI and the tests call. One method a verb; refusals are <see cref="RefusedException"/>.</summary>
public sealed partial class SkylineClient(HttpClient http)
{
    public Task<WhoAmI> WhoAmI(CancellationToken ct) => http.Get("api/whoami", SkylineJson.Default.WhoAmI, ct);

    /// <summary>
    /// Uploads a source package as it is read; nothing of it is held in memory, and nothing is sent before the server has said
    /// that it wants it. The client's HttpClient.Timeout covers the upload too: an HttpClient for this has none.
    /// </summary>
    public Task<BuildDetails> Submit(Stream srpm, string fileName, string target, bool scratch, CancellationToken ct, BuildOptions? options = null, IReadOnlyList<string>? arches = null, int? priority = null, bool draft = false) =>
        http.SendBytes(HttpMethod.Post, $"api/builds?target={Uri.EscapeDataString(target)}&scratch={(scratch ? "true" : "false")}&name={Uri.EscapeDataString(fileName)}{(draft ? "&draft=true" : "")}{Query(options)}{Query(arches, priority)}",
            new StreamContent(srpm, 1 << 16), SkylineJson.Default.BuildDetails, ct, askFirst: true);

    static string Query(BuildOptions? options) => options is null ? "" : string.Concat(options.Words()
        .Select(word => word[2..].Split('=', 2)).Select(word => $"&{word[0]}={Uri.EscapeDataString(word.ElementAtOrDefault(1) ?? "true")}"));

    static string Query(IReadOnlyList<string>? arches, int? priority) =>
        string.Concat((arches ?? []).Select(arch => $"&arch={Uri.EscapeDataString(arch)}")) + (priority is { } given ? string.Create(CultureInfo.InvariantCulture, $"&priority={given}") : "");

    public Task<BuildDetails> SubmitUrl(BuildFromUrl from, CancellationToken ct) =>
        http.Post("api/builds", from, SkylineJson.Default.BuildFromUrl, SkylineJson.Default.BuildDetails, ct);

    /// <summary>Whether such a build may be; nothing is begun.</summary>
    /// <exception cref="RefusedException">It may not, with the sentence that <see cref="SubmitUrl"/> would have.</exception>
    public Task PreviewBuild(BuildFromUrl from, CancellationToken ct) => http.Post("api/builds?preview=true", from, SkylineJson.Default.BuildFromUrl, ct);

    public Task<BuildPage> Builds(CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"api/builds?limit={limit}{(before is { } b ? $"&before={b}" : "")}", SkylineJson.Default.BuildPage, ct);

    public Task<BuildDetails> Build(long id, CancellationToken ct) =>
        http.Get($"api/builds/{id}", SkylineJson.Default.BuildDetails, ct);

    /// <summary>The build as it is once its revision is past <paramref name="since"/>, or as it is after the wait.</summary>
    public Task<BuildDetails> WaitBuild(long id, long since, int waitSeconds, CancellationToken ct) =>
        http.Get($"api/builds/{id}?since={since}&wait={waitSeconds}", SkylineJson.Default.BuildDetails, ct);

    /// <summary>The same source package anew, as a scratch build; locked: from the very packages that the build was made from.</summary>
    public Task<BuildDetails> Rebuild(long build, RebuildOrder order, CancellationToken ct) =>
        http.Post($"api/builds/{build}/rebuild", order, SkylineJson.Default.RebuildOrder, SkylineJson.Default.BuildDetails, ct);

    /// <summary>The same source package again: what succeeded is taken over, only what failed is built again.</summary>
    public Task<BuildDetails> Resubmit(long build, CancellationToken ct) => http.PostAndWait($"api/builds/{build}/resubmit", SkylineJson.Default.BuildDetails, ct);

    public Task<BuildDetails> EditBuild(long build, BuildEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/builds/{build}", edit, SkylineJson.Default.BuildEdit, SkylineJson.Default.BuildDetails, ct);

    /// <param name="arch">Not needed where the build has one task.</param>
    public Task<BuildLock> Lock(long build, string? arch, CancellationToken ct) =>
        http.Get($"api/builds/{build}/lock{(arch is null ? "" : $"?arch={Uri.EscapeDataString(arch)}")}", SkylineJson.Default.BuildLock, ct);

    public Task<BuildComparison> Compare(long before, long after, CancellationToken ct) =>
        http.Get($"api/builds/{before}/compare/{after}", SkylineJson.Default.BuildComparison, ct);

    /// <summary>A package of a build, from its <see cref="RpmDetails.Url"/>.</summary>
    public Task<Stream> OpenPackage(long build, string fileName, CancellationToken ct) => http.OpenFrom($"api/builds/{build}/files/{Uri.EscapeDataString(fileName)}", 0, ct);

    /// <summary>Makes a draft the real build of its name, version and release.</summary>
    public Task<BuildDetails> PromoteDraft(long build, CancellationToken ct) => http.PostAndWait($"api/builds/{build}/promote", SkylineJson.Default.BuildDetails, ct);

    public Task Cancel(long build, CancellationToken ct) => http.PostNothing($"api/builds/{build}/cancel", ct);

    /// <summary>A run's log as plain text from an offset; with follow, until the run has ended.</summary>
    public Task<Stream> OpenLog(long run, long offset, bool follow, CancellationToken ct) =>
        http.OpenFrom(string.Create(CultureInfo.InvariantCulture, $"api/runs/{run}/log?offset={offset}&follow={(follow ? "true" : "false")}"), 0, ct);

    public Task<IReadOnlyList<TagSummary>> Tags(CancellationToken ct) => http.Get("api/tags", SkylineJson.Default.IReadOnlyListTagSummary, ct);

    public Task<TagDetails> Tag(string name, CancellationToken ct) => http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(name))}", SkylineJson.Default.TagDetails, ct);

    public Task<TagDetails> CreateTag(NewTag tag, CancellationToken ct) =>
        http.Post("api/tags", tag, SkylineJson.Default.NewTag, SkylineJson.Default.TagDetails, ct);

    public Task<IReadOnlyList<KeyDetails>> Keys(CancellationToken ct) => http.Get("api/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>What a tag's repository is and was signed with, the newest first.</summary>
    public Task<IReadOnlyList<KeyDetails>> KeysOf(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/keys", SkylineJson.Default.IReadOnlyListKeyDetails, ct);

    /// <summary>Gives a tag a key of its own, which is taken into use when everything in the tag is signed with it.</summary>
    public Task<KeyDetails> CreateKey(string tag, NewKey key, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);

    /// <param name="tag">Whose own key is replaced; null: the instance's.</param>
    public Task<KeyDetails> RotateKey(string? tag, NewKey key, CancellationToken ct) =>
        http.Post(tag is null ? "api/keys/rotate" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/key/rotate", key, SkylineJson.Default.NewKey, SkylineJson.Default.KeyDetails, ct);

    /// <summary>Uploads a package that was built elsewhere, into a tag or, without one, for later tagging.</summary>
    public Task<ImportedRpm> Import(Stream rpm, string? tag, CancellationToken ct) =>
        http.SendBytes(HttpMethod.Post, tag is null ? "api/rpms" : $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/rpms", new StreamContent(rpm, 1 << 16), SkylineJson.Default.ImportedRpm, ct, askFirst: true);

    public Task<TagRetention> Retention(string tag, CancellationToken ct) => http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", SkylineJson.Default.TagRetention, ct);

    public Task<TagRetention> SetRetention(string tag, TagRetention wanted, CancellationToken ct) =>
        http.Put($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/retention", wanted, SkylineJson.Default.TagRetention, SkylineJson.Default.TagRetention, ct);

    public Task<KeepingState> Keeping(CancellationToken ct) => http.Get("api/keeping", SkylineJson.Default.KeepingState, ct);

    public Task<RetentionReport> ApplyRetention(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/retention?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.RetentionReport, ct);

    public Task<CollectedGarbage> CollectGarbage(bool dryRun, CancellationToken ct) =>
        http.PostAndWait($"api/gc?dryRun={(dryRun ? "true" : "false")}", SkylineJson.Default.CollectedGarbage, ct);

    /// <summary>The check's lines as they come; the last has the result. A stream that ends without one was cut off.</summary>
    /// <param name="tag">Null: everything.</param>
    public IAsyncEnumerable<VerifyLine> Verify(string? tag, CancellationToken ct) =>
        http.PostForLines(tag is null ? "api/verify" : $"api/verify?tag={Uri.EscapeDataString(tag)}", SkylineJson.Default.VerifyLine, ct);

    public Task<ExportedTree> Export(string tag, ExportOrder order, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/export", order, SkylineJson.Default.ExportOrder, SkylineJson.Default.ExportedTree, ct);

    public Task<IReadOnlyList<TargetDetails>> Targets(CancellationToken ct) => http.Get("api/targets", SkylineJson.Default.IReadOnlyListTargetDetails, ct);

    public Task<TargetDetails> CreateTarget(NewTarget target, CancellationToken ct) =>
        http.Post("api/targets", target, SkylineJson.Default.NewTarget, SkylineJson.Default.TargetDetails, ct);

    public Task<IReadOnlyList<BuilderSummary>> Builders(CancellationToken ct) => http.Get("api/builders", SkylineJson.Default.IReadOnlyListBuilderSummary, ct);

    public Task<EnrolledBuilder> EnrolBuilder(NewBuilder builder, CancellationToken ct) =>
        http.Post("api/builders", builder, SkylineJson.Default.NewBuilder, SkylineJson.Default.EnrolledBuilder, ct);

    public Task<BuilderDetails> Builder(string name, CancellationToken ct) => http.Get($"api/builders/{Uri.EscapeDataString(name)}", SkylineJson.Default.BuilderDetails, ct);

    public Task SetBuilderEnabled(string name, bool enabled, CancellationToken ct, string? reason = null) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/{(enabled ? "enable" : "disable")}", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    /// <summary>Gives it no more work, and says when it has finished what it runs.</summary>
    public Task DrainBuilder(string name, string? reason, CancellationToken ct) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/drain", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    public Task<BuilderDetails> EditBuilder(string name, BuilderEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/builders/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.BuilderEdit, SkylineJson.Default.BuilderDetails, ct);

    public Task<IReadOnlyList<ExternalSummary>> Externals(CancellationToken ct) => http.Get("api/externals", SkylineJson.Default.IReadOnlyListExternalSummary, ct);

    /// <param name="waitSeconds">How long the server may hold the answer while a refresh is under way.</param>
    public Task<ExternalDetails> External(string name, CancellationToken ct, int waitSeconds = 0) =>
        http.Get($"api/externals/{Uri.EscapeDataString(name)}?wait={waitSeconds}", SkylineJson.Default.ExternalDetails, ct);

    public Task<ExternalDetails> AddExternal(NewExternal external, CancellationToken ct) =>
        http.Post("api/externals", external, SkylineJson.Default.NewExternal, SkylineJson.Default.ExternalDetails, ct);

    /// <summary>Begins to ask its upstream for a newer state; how that ends, <see cref="External"/> tells.</summary>
    public Task RefreshExternal(string name, CancellationToken ct) => http.PostNothing($"api/externals/{Uri.EscapeDataString(name)}/refresh", ct);

    public Task RemoveExternal(string name, CancellationToken ct) => http.Delete($"api/externals/{Uri.EscapeDataString(name)}", ct);

    public Task<IReadOnlyList<TagExternal>> TagExternals(string tag, CancellationToken ct) =>
        http.Get($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", SkylineJson.Default.IReadOnlyListTagExternal, ct);

    public Task AddTagExternal(string tag, TagExternal external, CancellationToken ct) =>
        http.Post($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals", external, SkylineJson.Default.TagExternal, ct);

    public Task RemoveTagExternal(string tag, string name, CancellationToken ct) =>
        http.Delete($"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/externals/{Uri.EscapeDataString(name)}", ct);
}
