using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A tag that is to be made, with its first, empty repository.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit; a personal tag is USER/NAME.</param>
/// <param name="Chroot">Name of the chroot definition that its buildroots start from ("fedora-43"); empty for a personal tag.</param>
/// <param name="Arches">Architectures that are built and served; null: all that the chroot has of its own. A personal tag has its base's.</param>
/// <param name="Compression">Of the repository's metadata; Gzip for clients that cannot read zstd.</param>
/// <param name="Holds">Whether its repositories hold each package's latest build or all.</param>
/// <param name="Description">For people; null: none.</param>
/// <param name="Base">Of a personal tag, USER/NAME: the tag that it inherits from, and whose chroot and architectures are its own. Null for others.</param>
/// <param name="Private">For who has no right in it it does not exist. Who makes it is the first to administer it.</param>
/// <param name="Closed">Only who is named there may build, tag or promote into it, whatever their role.</param>
public sealed record NewTag(
    string Name, string Chroot = "", IReadOnlyList<string>? Arches = null, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest, string? Description = null, string? Base = null,
    bool Private = false, bool Closed = false);

/// <summary>How a repository's metadata is compressed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TagCompression>))]
public enum TagCompression
{
    /// <summary>For dnf and zypper of today.</summary>
    Zstd,
    /// <summary>For clients that cannot read zstd.</summary>
    Gzip,
}

/// <summary>What a tag's repositories hold.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TagHolds>))]
public enum TagHolds
{
    /// <summary>Of each package the build that was tagged last.</summary>
    Latest,
    /// <summary>Of each package every build that is in the tag which decides for it.</summary>
    All,
}

/// <summary>A tag as lists show it.</summary>
/// <param name="Name">As it was made.</param>
/// <param name="Chroot">Name of the chroot that its buildroots start from.</param>
/// <param name="Arches">Architectures that are built and served.</param>
/// <param name="Builds">How many builds are in it itself, without those that it inherits.</param>
/// <param name="Snapshot">Hash of the newest snapshot of its repositories; empty: there is none yet.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record TagSummary(string Name, string Chroot, IReadOnlyList<string> Arches, int Builds, string Snapshot, DateTimeOffset CreatedAt);

/// <summary>A tag as it is or, for a moment of the past, as it was.</summary>
/// <param name="Name">As it was made.</param>
/// <param name="Chroot">Name of the chroot that its buildroots start from.</param>
/// <param name="Arches">Its own or, where InheritsArches, those of the nearest that it takes its settings from.</param>
/// <param name="Snapshot">Hash of the newest snapshot of its repositories; empty: there is none yet, or a moment of the past was asked for.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="Builds">Those that are in it itself, the latest tagged first; what it inherits is not among them.</param>
/// <param name="RepoFile">The text of the `.repo` file; empty for a moment of the past.</param>
/// <param name="Compression">Of its repositories' metadata.</param>
/// <param name="Holds">Whether its repositories hold each package's latest build or all.</param>
/// <param name="Parents">What it inherits from, first first.</param>
/// <param name="Blocked">Packages that it hides, also from those that inherit from it.</param>
/// <param name="Locked">Nothing goes into it or out of it unless an administrator insists.</param>
/// <param name="DemandsListed">Packages must be listed before they are tagged or built here.</param>
/// <param name="Description">For people; null: none.</param>
/// <param name="InheritsArches">Its architectures are those of the nearest tag that has its own.</param>
/// <param name="Settings">What its buildroots have, and extra settings: its own and inherited.</param>
/// <param name="Externals">External repositories of its buildroots beside its chroot's: its own and inherited.</param>
/// <param name="Event">Of a moment of the past: the last event that counts. Null: it is as it is now.</param>
/// <param name="RemovedAt">Of a tag that was removed since: when, in UTC. Null: it is there.</param>
/// <param name="Told">Of a moment of the past: what its repositories told besides packages; null where no snapshot of then is kept.</param>
/// <param name="SecondPerson">What is in it, and what it is, changes only when a second person agrees.</param>
/// <param name="Private">Who may not read it is told of none.</param>
/// <param name="Closed">Who is not named there may not build, tag or promote into it, whatever their role.</param>
public sealed record TagDetails(
    string Name, string Chroot, IReadOnlyList<string> Arches, string Snapshot, DateTimeOffset CreatedAt,
    IReadOnlyList<BuildSummary> Builds, string RepoFile, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest,
    IReadOnlyList<TagParent>? Parents = null, IReadOnlyList<string>? Blocked = null,
    bool Locked = false, bool DemandsListed = false, string? Description = null, bool InheritsArches = false,
    IReadOnlyList<TagSetting>? Settings = null, IReadOnlyList<TagExternal>? Externals = null, long? Event = null, DateTimeOffset? RemovedAt = null, TagTold? Told = null, bool SecondPerson = false,
    bool Private = false, bool Closed = false);

/// <summary>What a snapshot tells besides packages.</summary>
/// <param name="Snapshot">Its hash.</param>
/// <param name="MadeAt">When it was made, in UTC.</param>
/// <param name="Exact">False: things happened between the snapshot and the moment that no kept snapshot has alone.</param>
/// <param name="Groups">Ids of groups of packages.</param>
/// <param name="Modules">As NAME:STREAM.</param>
/// <param name="Advisories">What they are called.</param>
public sealed record TagTold(string Snapshot, DateTimeOffset MadeAt, bool Exact, IReadOnlyList<string> Groups, IReadOnlyList<string> Modules, IReadOnlyList<string> Advisories);

/// <summary>What is kept with a tag.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TagSettingKind>))]
public enum TagSettingKind
{
    /// <summary>A package or a group that every buildroot has.</summary>
    Build,
    /// <summary>An rpm macro.</summary>
    Macro,
    /// <summary>Anything else that somebody's tools keep with a tag.</summary>
    Extra,
}

/// <summary>What a tag has said of its buildroots, or something extra.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Of Build the package or "@group", of Macro its name without the per cent sign, of Extra any word.</param>
/// <param name="Value">Null: what is inherited by this key is hidden. Of Build otherwise empty.</param>
/// <param name="Tag">Name of the tag that says so: this one, or one that it inherits from.</param>
public sealed record TagSetting(TagSettingKind Kind, string Key, string? Value, string Tag);

/// <summary>A tag is to say something of its buildroots, or no more.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Of Build the package or "@group", of Macro its name without the per cent sign, of Extra any word.</param>
/// <param name="Value">Null: what is inherited by this key is hidden. Of Build it is empty.</param>
/// <param name="Clear">The tag says nothing of this key any more.</param>
public sealed record TagSettingEdit(TagSettingKind Kind, string Key, string? Value = null, bool Clear = false);

/// <summary>A package that is listed or blocked in a tag.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Owner">Null where it is only blocked.</param>
/// <param name="Tag">The tag that lists or blocks it.</param>
/// <param name="Blocked">It is hidden from the tag's repositories.</param>
public sealed record TagPackage(string Package, string? Owner, string Tag, bool Blocked = false);

/// <summary>Packages that are to be listed in a tag.</summary>
/// <param name="Packages">Names of source packages.</param>
/// <param name="Owner">Who looks after them there; null: who asks.</param>
public sealed record ListPackages(IReadOnlyList<string> Packages, string? Owner = null);

/// <summary>The build that a tag's repositories hold of a package.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Build">The build's number.</param>
/// <param name="Nvr">Of that build.</param>
/// <param name="Tag">The tag that it comes from.</param>
/// <param name="Owner">Who looks after the package, where one of these tags lists it; else who built it.</param>
public sealed record LatestBuild(string Package, long Build, string Nvr, string Tag, string Owner);

/// <summary>A tag is to be made that is as another is, or was.</summary>
/// <param name="Name">Of the new tag.</param>
/// <param name="At">As it was then: a time, or a day ("2026-11-03"), which is its end, in UTC. Null: as it is.</param>
/// <param name="Event">As it was after the event of this number; null: as it is.</param>
/// <param name="NoBuilds">All but its builds.</param>
public sealed record CloneTag(string Name, string? At = null, long? Event = null, bool NoBuilds = false);

/// <summary>A tag that was made after another.</summary>
/// <param name="Tag">The new one.</param>
/// <param name="Notes">What could not be taken along, a sentence each.</param>
public sealed record ClonedTag(TagDetails Tag, IReadOnlyList<string> Notes);

/// <summary>A target that is to be made.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="BuildTag">Name of the tag that its buildroots are made of.</param>
/// <param name="DestinationTag">Name of the tag that its results go to.</param>
/// <param name="Channel">Whose builders get its builds; null: `default`.</param>
public sealed record NewTarget(string Name, string BuildTag, string DestinationTag, string? Channel = null);

/// <summary>A target: what it is built with, and where results go.</summary>
/// <param name="Name">As builds name it.</param>
/// <param name="BuildTag">Name of the tag that its buildroots are made of.</param>
/// <param name="DestinationTag">Name of the tag that its results go to.</param>
/// <param name="Channel">Name of the channel whose builders get its builds.</param>
public sealed record TargetDetails(string Name, string BuildTag, string DestinationTag, string? Channel = null);

/// <summary>A package that was built elsewhere, as it was taken in.</summary>
/// <param name="Build">Number of the build that it is part of.</param>
/// <param name="Nvr">Of that build: name, version and release of the source package.</param>
/// <param name="FileName">Of the package.</param>
/// <param name="Tag">Name of the tag that it was imported into; null: into none.</param>
public sealed record ImportedRpm(long Build, string Nvr, string FileName, string? Tag);
