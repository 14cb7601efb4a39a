using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Skyline.Protocol;

/// <summary>What is done to tags, and what can be seen of their snapshots.</summary>
public sealed partial class SkylineClient
{
    /// <param name="disclose">Though builds of a private tag become everybody's to see.</param>
    public Task<TagChanged> TagBuilds(string tag, TagBuilds builds, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, tag, "builds", builds, SkylineJson.Default.TagBuilds, preview, force, ct, disclose);

    public Task<TagChanged> UntagBuilds(string tag, TagBuilds builds, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "untag", builds, SkylineJson.Default.TagBuilds, preview, force, ct);

    public Task<TagChanged> MoveBuilds(string from, MoveBuilds move, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, from, "move", move, SkylineJson.Default.MoveBuilds, preview, force, ct, disclose);

    public Task<TagChanged> PromoteBuilds(string from, PromoteBuilds promote, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, from, "promote", promote, SkylineJson.Default.PromoteBuilds, preview, force, ct, disclose);

    public Task<TagChanged> Block(string tag, TagBlocks blocks, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "blocks", blocks, SkylineJson.Default.TagBlocks, preview, force, ct);

    public Task<TagChanged> Unblock(string tag, TagBlocks blocks, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "unblock", blocks, SkylineJson.Default.TagBlocks, preview, force, ct);

    /// <summary>These take the place of all that the tag inherited from.</summary>
    public Task<TagChanged> SetParents(string tag, IReadOnlyList<TagParent> parents, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Put, tag, "parents", parents, SkylineJson.Default.IReadOnlyListTagParent, preview, force, ct);

    /// <summary>One of them alone: what else it inherits from stays, whoever changes that meanwhile.</summary>
    public Task<TagChanged> LinkTag(string tag, LinkTag parent, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "parents", parent, SkylineJson.Default.LinkTag, preview, force, ct);

    public Task<TagChanged> UnlinkTag(string tag, string parent, bool preview, CancellationToken ct, bool force = false) =>
        http.Delete($"{Of(tag)}/parents/{Uri.EscapeDataString(TagAddress.Of(parent))}{Asked(preview, force)}", SkylineJson.Default.TagChanged, ct);

    public Task<TagChanged> SetTag(string tag, TagSettings settings, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Patch, tag, "", settings, SkylineJson.Default.TagSettings, preview, force, ct);

    public Task<TagChanged> RollBack(string tag, RollbackTag to, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "rollback", to, SkylineJson.Default.RollbackTag, preview, force, ct);

    /// <summary>What the tag's buildroots have, and extra settings, by key.</summary>
    public Task<TagChanged> SetTagSettings(string tag, IReadOnlyList<TagSettingEdit> edits, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "settings", edits, SkylineJson.Default.IReadOnlyListTagSettingEdit, preview, force, ct);

    public Task<TagChanged> ListPackages(string tag, ListPackages packages, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "packages", packages, SkylineJson.Default.ListPackages, preview, force, ct);

    public Task<TagChanged> UnlistPackages(string tag, TagBlocks packages, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "unlist", packages, SkylineJson.Default.TagBlocks, preview, force, ct);

    Task<TagChanged> Change<T>(HttpMethod method, string tag, string act, T body, JsonTypeInfo<T> type, bool preview, bool force, CancellationToken ct, bool disclose = false) =>
        http.Send(method, $"{Of(tag)}{(act.Length > 0 ? "/" : "")}{act}{Asked(preview, force, disclose)}", body, type, SkylineJson.Default.TagChanged, ct);

    static string Asked(bool preview, bool force, bool disclose = false) =>
        string.Join('&', [.. preview ? ["preview=true"] : Array.Empty<string>(), .. force ? ["force=true"] : Array.Empty<string>(), .. disclose ? ["disclose=true"] : Array.Empty<string>()]) is { Length: > 0 } asked ? "?" + asked : "";

    /// <param name="own">Only what the tag itself says.</param>
    public Task<IReadOnlyList<TagPackage>> Packages(string tag, CancellationToken ct, bool own = false, string? at = null, long? @event = null) =>
        http.Get($"{Of(tag)}/packages?{(own ? "own=true&" : "")}{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.IReadOnlyListTagPackage, ct);

    /// <summary>The build that the tag's repositories hold of each package, in the order of their names.</summary>
    public Task<IReadOnlyList<LatestBuild>> Latest(string tag, CancellationToken ct, string? after = null, int? limit = null, string? at = null, long? @event = null) =>
        http.Get($"{Of(tag)}/latest?{Named("after", after)}{Named("limit", Text(limit))}{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.IReadOnlyListLatestBuild, ct);

    /// <summary>The tag as it was.</summary>
    /// <param name="at">A time, or a day, which is its end, in UTC.</param>
    /// <param name="event">Or after this event.</param>
    public Task<TagDetails> Tag(string tag, string? at, long? @event, CancellationToken ct) =>
        http.Get($"{Of(tag)}?{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.TagDetails, ct);

    public Task<ClonedTag> CloneTag(string tag, CloneTag clone, CancellationToken ct) =>
        http.Post($"{Of(tag)}/clone", clone, SkylineJson.Default.CloneTag, SkylineJson.Default.ClonedTag, ct);

    public Task RemoveTag(string tag, CancellationToken ct, bool force = false) => http.Delete($"{Of(tag)}{(force ? "?force=true" : "")}", ct);

    public Task RemoveTarget(string target, CancellationToken ct) => http.Delete($"api/targets/{Uri.EscapeDataString(TagAddress.Of(target))}", ct);

    public Task<TagEventPage> TagEvents(string tag, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/events?limit={limit}{Before(before)}", SkylineJson.Default.TagEventPage, ct);

    public Task<SnapshotPage> Snapshots(string tag, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{Of(tag)}/snapshots?limit={limit}{Before(before)}", SkylineJson.Default.SnapshotPage, ct);

    public Task<SnapshotDetails> Snapshot(string tag, string hash, CancellationToken ct) =>
        http.Get($"{Of(tag)}/snapshots/{Uri.EscapeDataString(hash)}", SkylineJson.Default.SnapshotDetails, ct);

    /// <param name="from">Null: the one before <paramref name="to"/>, or of two tags the newest.</param>
    /// <param name="to">Null: the newest.</param>
    /// <param name="toTag">The tag that <paramref name="to"/> is of, if another.</param>
    public Task<SnapshotDiff> Diff(string tag, string? from, string? to, string? toTag, CancellationToken ct) =>
        http.Get($"{Of(tag)}/diff?{Named("from", from)}{Named("to", to)}{Named("toTag", toTag)}", SkylineJson.Default.SnapshotDiff, ct);

    /// <summary>Answers as soon as the tag's newest snapshot holds all packages of these builds, or it is clear that it will not.</summary>
    public Task<RepoHolds> WaitRepo(string tag, IReadOnlyList<string> nvrs, int waitSeconds, CancellationToken ct) =>
        http.Get($"{Of(tag)}/repo?wait={waitSeconds}{string.Concat(nvrs.Select(nvr => $"&holds={Uri.EscapeDataString(nvr)}"))}", SkylineJson.Default.RepoHolds, ct);

    static string Of(string tag) => $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}";

    static string Before(long? before) => before is { } b ? $"&before={b}" : "";

    static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    static string Named(string name, string? value) => value is null ? "" : $"{name}={Uri.EscapeDataString(value)}&";
}
