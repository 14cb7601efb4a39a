using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Builds that are to come into a tag, or to leave it.</summary>
/// <param name="Builds">Each by its NVR or its number.</param>
/// <param name="SkipPresent">Pass over those that are in the tag already, instead of refusing.</param>
public sealed record TagBuilds(IReadOnlyList<string> Builds, bool SkipPresent = false);

/// <summary>Builds that are to go from one tag into another, in one step.</summary>
/// <param name="To">Name of the other tag.</param>
/// <param name="Builds">Each by its NVR or its number.</param>
public sealed record MoveBuilds(string To, IReadOnlyList<string> Builds);

/// <summary>What a tag's repositories hold is to come into another tag too; either some builds or all.</summary>
/// <param name="To">Name of the other tag.</param>
/// <param name="Builds">Each by its NVR or its number; null: all are meant.</param>
/// <param name="All">All builds that the tag's repositories hold and the other's do not, in place of some.</param>
public sealed record PromoteBuilds(string To, IReadOnlyList<string>? Builds = null, bool All = false);

/// <summary>Packages that are to be blocked, let in again, or listed no more.</summary>
/// <param name="Packages">Names of source packages.</param>
public sealed record TagBlocks(IReadOnlyList<string> Packages);

/// <summary>A tag that another inherits from; those of lower priority are looked into first.</summary>
/// <param name="Parent">Name of the tag that is inherited from.</param>
/// <param name="Priority">The lower is looked into first.</param>
/// <param name="MaxDepth">How far behind the parent: 0 it alone, 1 its parents too; null: no bound.</param>
/// <param name="Intransitive">Not for those that inherit from the tag.</param>
/// <param name="NoConfig">Builds and packages only, no settings.</param>
/// <param name="Filter">A regular expression that names of packages must match from their beginning; null: any.</param>
public sealed record TagParent(string Parent, int Priority, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null);

/// <summary>One tag more that another inherits from, or by other bounds.</summary>
/// <param name="Parent">Name of the tag that is inherited from.</param>
/// <param name="Priority">Null: behind all others, or as it is.</param>
/// <param name="MaxDepth">How far behind the parent: 0 it alone, 1 its parents too; null: no bound.</param>
/// <param name="Intransitive">Not for those that inherit from the tag.</param>
/// <param name="NoConfig">Builds and packages only, no settings.</param>
/// <param name="Filter">A regular expression that names of packages must match from their beginning; null: any.</param>
public sealed record LinkTag(string Parent, int? Priority = null, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null);

/// <summary>What is not given stays as it is.</summary>
/// <param name="Compression">Of the repositories' metadata.</param>
/// <param name="Holds">Whether its repositories hold each package's latest build or all.</param>
/// <param name="Arches">Its own; they need not be given again where it stops inheriting them.</param>
/// <param name="InheritsArches">Whether its architectures are those of the nearest tag that has its own.</param>
/// <param name="Description">For people; empty: none.</param>
/// <param name="Locked">Whether it is held fast: nothing goes into it or out of it unless an administrator insists.</param>
/// <param name="DemandsListed">Whether packages must be listed before they are tagged or built here.</param>
/// <param name="Chroot">What buildroots of it are made by from then on.</param>
/// <param name="SecondPerson">Whether what is in it, and what it is, changes only when a second person agrees.</param>
/// <param name="Private">Whether it exists only for who has a right in it. For who administers the tag alone to say, as Closed.</param>
/// <param name="Closed">Whether only who is named there may build, tag or promote into it, whatever their role.</param>
public sealed record TagSettings(
    TagCompression? Compression = null, TagHolds? Holds = null, IReadOnlyList<string>? Arches = null, bool? InheritsArches = null,
    string? Description = null, bool? Locked = null, bool? DemandsListed = null, string? Chroot = null, bool? SecondPerson = null, bool? Private = null, bool? Closed = null);

/// <summary>A tag's own builds and blocks are to become what they were.</summary>
/// <param name="Snapshot">Hash of the snapshot that they are taken from, or the beginning of it.</param>
public sealed record RollbackTag(string Snapshot);

/// <summary>What a change to tags did or, as a preview, would do.</summary>
/// <param name="Preview">Nothing was done; this is what would be.</param>
/// <param name="Done">A sentence for each thing that is done.</param>
/// <param name="Repositories">Of a preview: what changes for whom installs from the tags concerned and from those that inherit from them.</param>
/// <param name="Notes">What else there is to know of it.</param>
public sealed record TagChanged(bool Preview, IReadOnlyList<string> Done, IReadOnlyList<RepoChanges> Repositories, IReadOnlyList<string> Notes);

/// <summary>What changes in a tag's repositories.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Changes">Of all its repositories together; of many some.</param>
/// <param name="NotShown">How many changes more there are than are listed.</param>
public sealed record RepoChanges(string Tag, IReadOnlyList<PackageChange> Changes, int NotShown);

/// <summary>A package of a repository that becomes another, comes or goes.</summary>
/// <param name="Repo">The architecture, "src", or an architecture's "-debug".</param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Name">Of the package.</param>
/// <param name="From">The package that leaves, as name-version-release.arch; null: it comes anew.</param>
/// <param name="To">The package that comes, in the same form; null: it goes.</param>
public sealed record PackageChange(string Repo, PackageChangeKind Kind, string Name, string? From, string? To);

/// <summary>What becomes of a package of a repository.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageChangeKind>))]
public enum PackageChangeKind
{
    /// <summary>It was not there before.</summary>
    Added,
    /// <summary>It is there no more.</summary>
    Removed,
    /// <summary>A newer version takes its place.</summary>
    Upgraded,
    /// <summary>An older version takes its place.</summary>
    Downgraded,
    /// <summary>Another of the same version takes its place, such as one for another architecture.</summary>
    Replaced,
}

/// <summary>Something that happened to what a tag holds.</summary>
/// <param name="Id">Its number; `event=` takes it.</param>
/// <param name="Tag">The tag that it happened to.</param>
/// <param name="Kind">In one word: Create, Migrate, Tag, Untag, Import, Block, Unblock, Inherit, Key, Settings, Content, Restore, Config, List, Remove or Promote. There may be more some day.</param>
/// <param name="What">In words: "hello-2.12-1 tagged".</param>
/// <param name="Package">Name of the one source package that it concerns; null: it may concern them all.</param>
/// <param name="Build">Number of the build that it concerns; null: none.</param>
/// <param name="At">When it happened, in UTC.</param>
/// <param name="By">Who did it; null: Skyline itself.</param>
public sealed record TagEventDetails(long Id, string Tag, string Kind, string What, string? Package, long? Build, DateTimeOffset At, string? By);

/// <summary>What happened to a tag, a page at a time.</summary>
/// <param name="Events">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record TagEventPage(IReadOnlyList<TagEventDetails> Events, long? NextBefore);

/// <summary>What a person or a team may do in a tag.</summary>
/// <param name="Person">Who; null: it is a team's.</param>
/// <param name="Team">Which team; null: it is a person's.</param>
/// <param name="Access">Of `read`, `build`, `tag`, `promote`, `administer`.</param>
public sealed record TagGrant(string? Person, string? Team, IReadOnlyList<string> Access);

/// <summary>One person or one team is given rights in a tag, or has them taken back.</summary>
/// <param name="Person">Whose rights; null: a team's.</param>
/// <param name="Team">Which team's rights; null: a person's.</param>
/// <param name="Grant">Which are given: of `read`, `build`, `tag`, `promote`, `administer`; null: none.</param>
/// <param name="Revoke">Which are taken back, of the same; null: none.</param>
public sealed record TagGrantEdit(string? Person = null, string? Team = null, IReadOnlyList<string>? Grant = null, IReadOnlyList<string>? Revoke = null);

/// <summary>Who may do what in a tag beside its owner and administrators, and by their roles.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Owner">Whose own tag it is; null: nobody's.</param>
/// <param name="Private">For who has no right in it it does not exist.</param>
/// <param name="Closed">Who is not named here may not build, tag or promote into it, whatever their role.</param>
/// <param name="Grants">What was given, to whom.</param>
public sealed record TagAccess(string Tag, string? Owner, bool Private, bool Closed, IReadOnlyList<TagGrant> Grants);
