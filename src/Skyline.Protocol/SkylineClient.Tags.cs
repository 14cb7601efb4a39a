using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Skyline.Protocol;

// What is done to tags, and what can be seen of their snapshots.
public sealed partial class SkylineClient
{
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

    /// <summary>Puts complete builds into a tag; all of them or none. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="builds">Up to 100,000, each by its NVR or its number.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <param name="disclose">Though builds of a private tag, with their logs and locks, become everybody's to see.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">404: there is no such tag or build. 409: one is in the tag already, is not complete, or its package is blocked or not listed there; the tag is locked; or
    /// what is private would become public.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> TagBuilds(string tag, TagBuilds builds, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, tag, "builds", builds, SkylineJson.Default.TagBuilds, preview, force, ct, disclose);

    /// <summary>Takes builds out of a tag; all of them or none. They stay what they are. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="builds">Each by its NVR or its number.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">404: there is no such tag or build. 409: one is not in the tag itself, or the tag is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> UntagBuilds(string tag, TagBuilds builds, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "untag", builds, SkylineJson.Default.TagBuilds, preview, force, ct);

    /// <summary>Takes builds out of one tag and puts them into another, in one step. For who may change both.</summary>
    /// <param name="from">The tag that they leave.</param>
    /// <param name="move">Which, and into which tag.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <param name="disclose">Though builds of a private tag, with their logs and locks, become everybody's to see.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: both are the same tag. 404: there is no such tag or build. 409: as of <see cref="UntagBuilds"/> and <see cref="TagBuilds"/>.</exception>
    /// <exception cref="WaitsForApprovalException">One of the two asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> MoveBuilds(string from, MoveBuilds move, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, from, "move", move, SkylineJson.Default.MoveBuilds, preview, force, ct, disclose);

    /// <summary>Puts what a tag's repositories hold, inherited or not, into another tag too; it stays in the first. For who may promote into the other.</summary>
    /// <param name="from">The tag whose repositories hold them.</param>
    /// <param name="promote">Which, and into which tag.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <param name="disclose">Though builds of a private tag, with their logs and locks, become everybody's to see.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: both are the same tag, or some builds and all are asked for. 404: there is no such tag or build. 409: the one does not hold such a build, the other
    /// holds it already, blocks it or is locked, or what is private would become public.</exception>
    /// <exception cref="WaitsForApprovalException">The other tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> PromoteBuilds(string from, PromoteBuilds promote, bool preview, CancellationToken ct, bool force = false, bool disclose = false) =>
        Change(HttpMethod.Post, from, "promote", promote, SkylineJson.Default.PromoteBuilds, preview, force, ct, disclose);

    /// <summary>Hides packages in a tag and in those that inherit from it, whatever builds there are of them. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="blocks">Names of packages, up to 1000.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: one cannot be a package's name. 404: there is no such tag. 409: one is blocked there already, or the tag is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> Block(string tag, TagBlocks blocks, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "blocks", blocks, SkylineJson.Default.TagBlocks, preview, force, ct);

    /// <summary>Lets packages in again that the tag itself blocks. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="blocks">Names of packages, up to 1000.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: one cannot be a package's name. 404: there is no such tag. 409: one is not blocked in the tag itself, and the sentence says where it is; or the tag
    /// is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> Unblock(string tag, TagBlocks blocks, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "unblock", blocks, SkylineJson.Default.TagBlocks, preview, force, ct);

    /// <summary>These take the place of all that the tag inherited from. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="parents">Up to 50, each with another priority; none: it inherits from nothing.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: one is named twice, or two have one priority. 404: there is no such tag. 409: the tag would inherit from itself (the sentence has the way), or from
    /// a private one while it is public, or is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> SetParents(string tag, IReadOnlyList<TagParent> parents, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Put, tag, "parents", parents, SkylineJson.Default.IReadOnlyListTagParent, preview, force, ct);

    /// <summary>Has a tag inherit from another too, or by other bounds: what else it inherits from stays, whoever changes that meanwhile. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="parent">From which, where among the others, and what comes through.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">As of <see cref="SetParents"/>.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> LinkTag(string tag, LinkTag parent, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "parents", parent, SkylineJson.Default.LinkTag, preview, force, ct);

    /// <summary>Has a tag inherit from another no more. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="parent">The tag that it inherited from.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">404: there is no such tag. 409: it does not inherit from that one itself, or is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> UnlinkTag(string tag, string parent, bool preview, CancellationToken ct, bool force = false) =>
        http.Delete($"{Of(tag)}/parents/{Uri.EscapeDataString(TagAddress.Of(parent))}{Asked(preview, force)}", SkylineJson.Default.TagChanged, ct);

    /// <summary>
    /// Changes what a tag is: its chroot, its architectures, what its repositories hold, whether it is locked, private, closed or asks for a second person. For who may change the tag; private and
    /// closed for who administers it.
    /// </summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="settings">What is null stays as it is.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences; a preview says what another chroot means.</returns>
    /// <exception cref="RefusedException">400: there is no such chroot or architecture, or a value is none. 403: who asks does not administer it. 404: there is no such tag. 409: the tag is
    /// locked, or what inherits from it or builds with it is public.</exception>
    /// <exception cref="WaitsForApprovalException">It asks for a second person, also to ask for none any more: nothing is changed yet.</exception>
    public Task<TagChanged> SetTag(string tag, TagSettings settings, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Patch, tag, "", settings, SkylineJson.Default.TagSettings, preview, force, ct);

    /// <summary>What the tag's buildroots have (packages, groups, macros), and extra settings, by key. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="edits">Up to 200, each of another key; a tag has 200 settings at most.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: a key is named twice, or cannot be used. 404: there is no such tag, or it says nothing itself of a key that is to be cleared. 409: it would have too
    /// many, or is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> SetTagSettings(string tag, IReadOnlyList<TagSettingEdit> edits, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "settings", edits, SkylineJson.Default.IReadOnlyListTagSettingEdit, preview, force, ct);

    /// <summary>Lists packages in a tag, or gives them another owner there. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="packages">Up to 50,000 names, and who looks after them.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">400: one cannot be a package's name. 404: there is no such tag or person. 409: the tag is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> ListPackages(string tag, ListPackages packages, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "packages", packages, SkylineJson.Default.ListPackages, preview, force, ct);

    /// <summary>Lists packages no more that the tag itself lists. For who may change the tag.</summary>
    /// <param name="tag">The tag that is changed; of a personal tag USER/NAME.</param>
    /// <param name="packages">Their names.</param>
    /// <param name="preview">Only say what would be done, and what would change in whose repositories.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though the tag is locked, or takes listed packages only; counts for administrators alone.</param>
    /// <returns>What was done, or would be, in sentences.</returns>
    /// <exception cref="RefusedException">404: there is no such tag, or it does not list one itself. 409: it takes listed packages only and has builds of one, or is locked.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task<TagChanged> UnlistPackages(string tag, TagBlocks packages, bool preview, CancellationToken ct, bool force = false) =>
        Change(HttpMethod.Post, tag, "unlist", packages, SkylineJson.Default.TagBlocks, preview, force, ct);

    Task<TagChanged> Change<T>(HttpMethod method, string tag, string act, T body, JsonTypeInfo<T> type, bool preview, bool force, CancellationToken ct, bool disclose = false) =>
        http.Send(method, $"{Of(tag)}{(act.Length > 0 ? "/" : "")}{act}{Asked(preview, force, disclose)}", body, type, SkylineJson.Default.TagChanged, ct);

    static string Asked(bool preview, bool force, bool disclose = false) =>
        string.Join('&', [.. preview ? ["preview=true"] : Array.Empty<string>(), .. force ? ["force=true"] : Array.Empty<string>(), .. disclose ? ["disclose=true"] : Array.Empty<string>()]) is { Length: > 0 } asked ? "?" + asked : "";

    /// <summary>The packages that a tag and those that it inherits from list or block, with who looks after each.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="own">Only what the tag itself says.</param>
    /// <param name="at">As it was then: a time (2026-11-03T14:30:00Z), or a day, which is its end, in UTC. Null: now.</param>
    /// <param name="event">As it was after this event; not with <paramref name="at"/>.</param>
    /// <exception cref="RefusedException">400: that is no time, or both are given. 404: there is no such tag or event, or the tag was not there then.</exception>
    public Task<IReadOnlyList<TagPackage>> Packages(string tag, CancellationToken ct, bool own = false, string? at = null, long? @event = null) =>
        http.Get($"{Of(tag)}/packages?{(own ? "own=true&" : "")}{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.IReadOnlyListTagPackage, ct);

    /// <summary>The build that the tag's repositories hold of each package, in the order of their names.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="after">Only packages behind this one: with <paramref name="limit"/>, the last of the page before.</param>
    /// <param name="limit">How many at most, 1 to 100,000; null: all.</param>
    /// <param name="at">As it was then: a time, or a day, which is its end, in UTC. Null: now.</param>
    /// <param name="event">As it was after this event; not with <paramref name="at"/>.</param>
    /// <exception cref="RefusedException">400: that is no time or no limit, or time and event are both given. 404: there is no such tag or event, or the tag was not there then.</exception>
    public Task<IReadOnlyList<LatestBuild>> Latest(string tag, CancellationToken ct, string? after = null, int? limit = null, string? at = null, long? @event = null) =>
        http.Get($"{Of(tag)}/latest?{Named("after", after)}{Named("limit", Text(limit))}{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.IReadOnlyListLatestBuild, ct);

    /// <summary>The tag as it was: settings, what it inherited from, its own builds. Of a tag that was removed since, too.</summary>
    /// <param name="tag">The tag that is looked at.</param>
    /// <param name="at">A time (2026-11-03T14:30:00Z), or a day, which is its end, in UTC.</param>
    /// <param name="event">Or after this event.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that is no time, or both are given. 404: there is no such tag or event, or the tag was not there then.</exception>
    public Task<TagDetails> Tag(string tag, string? at, long? @event, CancellationToken ct) =>
        http.Get($"{Of(tag)}?{Named("at", at)}{Named("event", Text(@event))}", SkylineJson.Default.TagDetails, ct);

    /// <summary>Makes a tag that is as this one is, or was then, with its repository and its own builds. For release engineers.</summary>
    /// <param name="tag">The tag that is cloned.</param>
    /// <param name="clone">What the new one is called, and as of when.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <returns>The new tag, and what could not be taken along.</returns>
    /// <exception cref="RefusedException">400: it cannot be called so, or that is no time. 404: there is no such tag or event. 409: there is one of that name, or the chroot or what it inherited
    /// from is not there any more.</exception>
    public Task<ClonedTag> CloneTag(string tag, CloneTag clone, CancellationToken ct) =>
        http.Post($"{Of(tag)}/clone", clone, SkylineJson.Default.CloneTag, SkylineJson.Default.ClonedTag, ct);

    /// <summary>Removes a tag that nothing needs any more; its past can still be asked for, its builds stay. For who may change the tag.</summary>
    /// <param name="tag">The tag that goes.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="force">Though it is locked; counts for administrators alone.</param>
    /// <exception cref="RefusedException">404: there is no such tag. 409: it is locked, or the sentence names what inherits from it or which targets build with it or into it.</exception>
    /// <exception cref="WaitsForApprovalException">The tag asks for a second person: nothing is changed yet.</exception>
    public Task RemoveTag(string tag, CancellationToken ct, bool force = false) => http.Delete($"{Of(tag)}{(force ? "?force=true" : "")}", ct);

    static string Of(string tag) => $"api/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}";

    static string Before(long? before) => before is { } b ? $"&before={b}" : "";

    static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    static string Named(string name, string? value) => value is null ? "" : $"{name}={Uri.EscapeDataString(value)}&";
}
