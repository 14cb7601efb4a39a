using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Who speaks to a hook: each signs and words what it tells in its own way. Forgejo and Gitea do it alike.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Forge>))]
public enum Forge
{
    /// <summary>github.com, or a GitHub Enterprise Server.</summary>
    GitHub,
    /// <summary>gitlab.com, or one's own.</summary>
    GitLab,
    /// <summary>Such as codeberg.org.</summary>
    Forgejo,
    /// <summary>gitea.com, or one's own.</summary>
    Gitea,
    /// <summary>Such as src.fedoraproject.org.</summary>
    Pagure,
}

/// <summary>Whose pull requests are built, as scratch builds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PullRequestsOf>))]
public enum PullRequestsOf
{
    /// <summary>None are built.</summary>
    Nobody,
    /// <summary>Of those who may push to the repository, as far as the forge says who may; others' are held until somebody has them built.</summary>
    Members,
    /// <summary>Everybody's, strangers' too.</summary>
    Anybody,
}

/// <summary>What was made of a delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryOutcome>))]
public enum DeliveryOutcome
{
    /// <summary>It became a build.</summary>
    Built,
    /// <summary>The rules name something else, or there was nothing to build.</summary>
    Skipped,
    /// <summary>A pull request of somebody whose are not built by themselves.</summary>
    Held,
    /// <summary>It could not be: its owner may not, its target is gone, it is another repository's.</summary>
    Refused,
    /// <summary>A pull request was closed, and its build ended.</summary>
    Cancelled,
}

/// <summary>What a forge tells of a repository becomes builds.</summary>
/// <param name="Name">What people call it: letters, digits and `._-+`, up to 100; no two hooks of a server have the same.</param>
/// <param name="Url">"https://HOST/PATH" of the repository: nothing else is ever built from, whatever a delivery says.</param>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="Forge">Who is to speak to it.</param>
/// <param name="Method">Null: DistGit where the server knows a lookaside cache for the host, Spec elsewhere.</param>
/// <param name="Subdirectory">Where in the repository the package is; null: at its top.</param>
/// <param name="Branches">Globs: `*` is anything without a slash, `**` anything, `?` one letter. Null or none: no branch is built.</param>
/// <param name="Tags">Globs of tags' names; null or none: no tag is built.</param>
/// <param name="Paths">Globs of changed files, one of which a push must have changed; null: those of the subdirectory, or any.</param>
/// <param name="PullRequests">Whose pull requests are built; where branches are named, those into one of them alone.</param>
/// <param name="Scratch">Whether branches and tags become scratch builds; pull requests always do.</param>
/// <param name="ForgeToken">What the forge is told of builds with; null: it is told nothing.</param>
/// <param name="Api">Where the forge's API is; null: where that kind of forge has it.</param>
/// <param name="Secret">What deliveries are signed with, 16 to 500 letters: of Pagure, which makes its own. Null elsewhere: the server makes it.</param>
public sealed record NewHook(
    string Name, string Url, string Target, Forge Forge, SourceMethod? Method = null, string? Subdirectory = null, IReadOnlyList<string>? Branches = null, IReadOnlyList<string>? Tags = null,
    IReadOnlyList<string>? Paths = null, PullRequestsOf PullRequests = PullRequestsOf.Nobody, bool Scratch = false, string? ForgeToken = null, string? Api = null, string? Secret = null);

/// <summary>What is null stays as it is; an empty list is none, an empty token takes it away.</summary>
/// <param name="Target">The target that its builds are for from now on.</param>
/// <param name="Branches">Globs of branches, as <see cref="NewHook"/> has them.</param>
/// <param name="Tags">Globs of tags.</param>
/// <param name="Paths">Globs of changed files.</param>
/// <param name="PullRequests">Whose pull requests are built.</param>
/// <param name="Scratch">Whether branches and tags become scratch builds.</param>
/// <param name="ForgeToken">What the forge is told of builds with.</param>
/// <param name="Api">Address of the forge's API.</param>
public sealed record HookEdit(
    string? Target = null, IReadOnlyList<string>? Branches = null, IReadOnlyList<string>? Tags = null, IReadOnlyList<string>? Paths = null, PullRequestsOf? PullRequests = null, bool? Scratch = null, string? ForgeToken = null, string? Api = null);

/// <summary>A hook gets another secret.</summary>
/// <param name="AtOnce">The secret before is good no more from now on; otherwise for seven days more.</param>
/// <param name="Secret">Of Pagure, which makes its own; null: the server makes it.</param>
public sealed record RotateHook(bool AtOnce = false, string? Secret = null);

/// <summary>A hook as it stands, without its secret.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Forge">Who speaks to it.</param>
/// <param name="Url">"https://HOST/PATH" of the repository: nothing else is ever built from.</param>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="Method">How source packages are made of the repository; null: as the server's settings say of its host.</param>
/// <param name="Subdirectory">Where in the repository the package is; empty: at its top.</param>
/// <param name="Branches">Globs of branches that are built; empty: none.</param>
/// <param name="Tags">Globs of tags that are built; empty: none.</param>
/// <param name="Paths">Globs of changed files, one of which a push must have changed; empty: any.</param>
/// <param name="PullRequests">Whose pull requests are built.</param>
/// <param name="Scratch">Branches and tags become scratch builds; pull requests always do.</param>
/// <param name="Owner">Whose builds it makes, and whose rights it has.</param>
/// <param name="Address">Where the forge sends what it tells.</param>
/// <param name="TellsForge">Whether the forge is told what becomes of builds.</param>
/// <param name="Api">Where the forge's API is; null: where that kind of forge has it.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="EarlierSecretUntil">How long the secret before is good, in UTC; null: there is none.</param>
/// <param name="Waiting">Builds of it that no builder has begun.</param>
/// <param name="WrongSignatures">Deliveries with a wrong signature since the server started: nothing of them is kept.</param>
/// <param name="LastAt">When the last delivery with a right signature came, in UTC; null: none did.</param>
/// <param name="Why">A sentence: why it builds nothing at present; null: it does.</param>
/// <param name="WhyNotTold">What the forge answered to the last that it was told, where it did not take it; null: it did, or was told nothing.</param>
public sealed record HookDetails(
    string Name, Forge Forge, string Url, string Target, SourceMethod? Method, string Subdirectory, IReadOnlyList<string> Branches, IReadOnlyList<string> Tags, IReadOnlyList<string> Paths, PullRequestsOf PullRequests,
    bool Scratch, string Owner, string Address, bool TellsForge, string? Api, DateTimeOffset CreatedAt, DateTimeOffset? EarlierSecretUntil, int Waiting, long WrongSignatures, DateTimeOffset? LastAt, string? Why, string? WhyNotTold);

/// <summary>A hook that was made.</summary>
/// <param name="Hook">As it stands.</param>
/// <param name="Secret">Shown this once; null: it is the one that was given.</param>
public sealed record AddedHook(HookDetails Hook, string? Secret);

/// <summary>Something that a forge told a hook of, with a right signature.</summary>
/// <param name="Id">Its number, by which it can be had built.</param>
/// <param name="At">When it first came, in UTC.</param>
/// <param name="Delivery">As the forge names it; null: it does not.</param>
/// <param name="Repeats">How often the same came again.</param>
/// <param name="Event">"push to branch main".</param>
/// <param name="Outcome">What was made of it.</param>
/// <param name="Said">What was made of it, or why not, in a sentence.</param>
/// <param name="Commit">Whole id of the commit that it told of; null: it told of none.</param>
/// <param name="Build">Number of the build that it became; null: it became none.</param>
public sealed record HookDelivery(long Id, DateTimeOffset At, string? Delivery, int Repeats, string Event, DeliveryOutcome Outcome, string Said, string? Commit, long? Build);

/// <summary>What came to a hook, a page at a time; the last 2000 are kept.</summary>
/// <param name="Deliveries">The newest first.</param>
/// <param name="NextBefore">Where older ones begin: ask for `before=` this; null: these are the last.</param>
public sealed record HookDeliveryPage(IReadOnlyList<HookDelivery> Deliveries, long? NextBefore);

/// <summary>What a forge is answered.</summary>
/// <param name="Outcome">What was made of what it told.</param>
/// <param name="Said">The same in a sentence, with the reason.</param>
/// <param name="Repeated">It came before, and nothing was done again.</param>
/// <param name="Build">Number of the build that it became; null: it became none.</param>
/// <param name="Address">The build's page; null: there is no build.</param>
public sealed record HookAnswer(DeliveryOutcome Outcome, string Said, bool Repeated = false, long? Build = null, string? Address = null);
