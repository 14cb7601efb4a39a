using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <param name="Chroot">Name of the chroot definition that buildroots of this tag start from ("fedora-43").</param>
/// <param name="Compression">Of the repository's metadata; Gzip for clients that cannot read zstd.</param>
/// <param name="Base">Of a personal tag, USER/NAME: the tag that it inherits from, and whose chroot and architectures are its own.</param>
public sealed record NewTag(
    string Name, string Chroot = "", IReadOnlyList<string>? Arches = null, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest, string? Description = null, string? Base = null,
    bool Private = false, bool Closed = false);

[JsonConverter(typeof(JsonStringEnumConverter<TagCompression>))]
public enum TagCompression { Zstd, Gzip }

/// <summary>What a tag's repositories hold: each package's latest build, or every build that is in the tag.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TagHolds>))]
public enum TagHolds { Latest, All }

/// <param name="Snapshot">Content hash of the newest snapshot of its repository.</param>
public sealed record TagSummary(string Name, string Chroot, IReadOnlyList<string> Arches, int Builds, string Snapshot, DateTimeOffset CreatedAt);

/// <param name="RepoFile">The text of the `.repo` file.</param>
/// <param name="Parents">What it inherits from, first first.</param>
/// <param name="Blocked">Packages that it hides, also from those that inherit from it.</param>
/// <param name="Arches">Its own or, where InheritsArches, those of the nearest that it takes its settings from.</param>
/// <param name="Locked">Nothing goes into it or out of it unless an administrator insists.</param>
/// <param name="DemandsListed">Packages must be listed before they are tagged or built here.</param>
/// <param name="Settings">What its buildroots have, and extra settings: its own and inherited.</param>
/// <param name="Externals">External repositories of its buildroots beside its chroot's: its own and inherited.</param>
/// <param name="Event">Of a moment of the past: the last event that counts. Snapshot and RepoFile are empty then.</param>
/// <param name="RemovedAt">Of a tag that was removed since.</param>
/// <param name="Private">Who may not read it is told of none.</param>
/// <param name="Closed">Who is not named there may not build, tag or promote into it, whatever their role.</param>
/// <param name="Told">Of a moment of the past: what its repositories told besides packages; null where no snapshot of then is kept.</param>
public sealed record TagDetails(
    string Name, string Chroot, IReadOnlyList<string> Arches, string Snapshot, DateTimeOffset CreatedAt,
    IReadOnlyList<BuildSummary> Builds, string RepoFile, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest,
    IReadOnlyList<TagParent>? Parents = null, IReadOnlyList<string>? Blocked = null,
    bool Locked = false, bool DemandsListed = false, string? Description = null, bool InheritsArches = false,
    IReadOnlyList<TagSetting>? Settings = null, IReadOnlyList<TagExternal>? Externals = null, long? Event = null, DateTimeOffset? RemovedAt = null, TagTold? Told = null, bool SecondPerson = false,
    bool Private = false, bool Closed = false);

/// <summary>What a snapshot tells besides packages.</summary>
/// <param name="Exact">False: things happened between the snapshot and the moment that no kept snapshot has alone.</param>
/// <param name="Modules">As NAME:STREAM.</param>
public sealed record TagTold(string Snapshot, DateTimeOffset MadeAt, bool Exact, IReadOnlyList<string> Groups, IReadOnlyList<string> Modules, IReadOnlyList<string> Advisories);

/// <summary>A package or group of buildroots, an rpm macro, or whatever else is kept with a tag.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TagSettingKind>))]
public enum TagSettingKind { Build, Macro, Extra }

/// <param name="Key">Of Build the package or "@group", of Macro its name without the per cent sign.</param>
/// <param name="Value">Null: what is inherited by this key is hidden. Of Build otherwise empty.</param>
/// <param name="Tag">The tag that says so.</param>
public sealed record TagSetting(TagSettingKind Kind, string Key, string? Value, string Tag);

/// <param name="Value">Null: what is inherited by this key is hidden. Of Build it is empty.</param>
/// <param name="Clear">The tag says nothing of this key any more.</param>
public sealed record TagSettingEdit(TagSettingKind Kind, string Key, string? Value = null, bool Clear = false);

/// <param name="Owner">Null where it is only blocked.</param>
/// <param name="Tag">The tag that lists or blocks it.</param>
public sealed record TagPackage(string Package, string? Owner, string Tag, bool Blocked = false);

/// <param name="Owner">Null: who asks.</param>
public sealed record ListPackages(IReadOnlyList<string> Packages, string? Owner = null);

/// <summary>The build that a tag's repositories hold of a package.</summary>
/// <param name="Tag">The tag that it comes from.</param>
/// <param name="Owner">Who looks after the package, where one of these tags lists it; else who built it.</param>
public sealed record LatestBuild(string Package, long Build, string Nvr, string Tag, string Owner);

/// <param name="Name">Of the new tag.</param>
/// <param name="At">As it was then: a time, or a day, which is its end, in UTC.</param>
/// <param name="Event">As it was after this event.</param>
/// <param name="NoBuilds">All but its builds.</param>
public sealed record CloneTag(string Name, string? At = null, long? Event = null, bool NoBuilds = false);

/// <param name="Notes">What could not be taken along.</param>
public sealed record ClonedTag(TagDetails Tag, IReadOnlyList<string> Notes);

/// <param name="Channel">Whose builders get its builds; null: `default`.</param>
public sealed record NewTarget(string Name, string BuildTag, string DestinationTag, string? Channel = null);

public sealed record TargetDetails(string Name, string BuildTag, string DestinationTag, string? Channel = null);

/// <summary>A package that was built elsewhere, as it was taken in.</summary>
/// <param name="Build">The build that it is part of.</param>
/// <param name="Tag">The tag that it was imported into, if any.</param>
public sealed record ImportedRpm(long Build, string Nvr, string FileName, string? Tag);
