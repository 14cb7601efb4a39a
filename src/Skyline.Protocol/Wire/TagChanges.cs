using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <param name="Builds">Each by its NVR or its number.</param>
/// <param name="SkipPresent">Pass over those that are in the tag already, instead of refusing.</param>
public sealed record TagBuilds(IReadOnlyList<string> Builds, bool SkipPresent = false);

public sealed record MoveBuilds(string To, IReadOnlyList<string> Builds);

/// <param name="All">All builds that the tag's repositories hold, in place of some.</param>
public sealed record PromoteBuilds(string To, IReadOnlyList<string>? Builds = null, bool All = false);

public sealed record TagBlocks(IReadOnlyList<string> Packages);

/// <summary>A tag that another inherits from; those of lower priority are looked into first.</summary>
/// <param name="MaxDepth">How far behind the parent: 0 it alone, 1 its parents too; null: no bound.</param>
/// <param name="Intransitive">Not for those that inherit from the tag.</param>
/// <param name="NoConfig">Builds and packages only, no settings.</param>
/// <param name="Filter">A regular expression that names of packages must match from their beginning.</param>
public sealed record TagParent(string Parent, int Priority, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null);

/// <summary>One tag more that another inherits from, or by other bounds.</summary>
/// <param name="Priority">Null: behind all others, or as it is.</param>
public sealed record LinkTag(string Parent, int? Priority = null, int? MaxDepth = null, bool Intransitive = false, bool NoConfig = false, string? Filter = null);

/// <summary>What is not given stays as it is.</summary>
/// <param name="Chroot">What buildroots of it are made by from then on.</param>
/// <param name="SecondPerson">Whether what is in it, and what it is, changes only when a second person agrees.</param>
/// <param name="Arches">Its own; they need not be given again where it stops inheriting them.</param>
/// <param name="Private">For who administers the tag alone, as Closed.</param>
public sealed record TagSettings(
    TagCompression? Compression = null, TagHolds? Holds = null, IReadOnlyList<string>? Arches = null, bool? InheritsArches = null,
    string? Description = null, bool? Locked = null, bool? DemandsListed = null, string? Chroot = null, bool? SecondPerson = null, bool? Private = null, bool? Closed = null);

/// <param name="Snapshot">Its hash, or the beginning of it.</param>
public sealed record RollbackTag(string Snapshot);

/// <summary>What a change to tags did or, as a preview, would do.</summary>
/// <param name="Done">A sentence for each thing that is done.</param>
/// <param name="Repositories">Of a preview: what changes for whom installs from the tags concerned and from those that inherit from them.</param>
/// <param name="Notes">What else there is to know of it.</param>
public sealed record TagChanged(bool Preview, IReadOnlyList<string> Done, IReadOnlyList<RepoChanges> Repositories, IReadOnlyList<string> Notes);

/// <param name="NotShown">How many changes more there are than are listed.</param>
public sealed record RepoChanges(string Tag, IReadOnlyList<PackageChange> Changes, int NotShown);

/// <param name="Repo">The architecture, "src", or an architecture's "-debug".</param>
/// <param name="From">The package that leaves, as name-version-release.arch.</param>
/// <param name="To">The package that comes.</param>
public sealed record PackageChange(string Repo, PackageChangeKind Kind, string Name, string? From, string? To);

/// <summary>Replaced: by another of the same version, such as one for another architecture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageChangeKind>))]
public enum PackageChangeKind { Added, Removed, Upgraded, Downgraded, Replaced }

/// <summary>Something that happened to what a tag holds.</summary>
/// <param name="What">In words: "hello-2.12-1 tagged".</param>
/// <param name="By">Null: Skyline itself.</param>
public sealed record TagEventDetails(long Id, string Tag, string Kind, string What, string? Package, long? Build, DateTimeOffset At, string? By);

public sealed record TagEventPage(IReadOnlyList<TagEventDetails> Events, long? NextBefore);

/// <summary>What a person or a team may do in a tag.</summary>
/// <param name="Access">Of `read`, `build`, `tag`, `promote`, `administer`.</param>
public sealed record TagGrant(string? Person, string? Team, IReadOnlyList<string> Access);

/// <summary>One person or one team is given rights in a tag, or has them taken back.</summary>
public sealed record TagGrantEdit(string? Person = null, string? Team = null, IReadOnlyList<string>? Grant = null, IReadOnlyList<string>? Revoke = null);

/// <summary>Who may do what in a tag beside its owner and administrators, and by their roles.</summary>
/// <param name="Owner">Whose own tag it is.</param>
public sealed record TagAccess(string Tag, string? Owner, bool Private, bool Closed, IReadOnlyList<TagGrant> Grants);
