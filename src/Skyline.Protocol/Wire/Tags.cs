using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <param name="Chroot">Name of the chroot definition that buildroots of this tag start from ("fedora-43").</param>
/// <param name="Compression">Of the repository's metadata; Gzip for clients that cannot read zstd.</param>
/// <param name="Base">Of a personal tag, USER/NAME: the tag that it inherits from, and whose chroot and architectures are its own.</param>
public sealed record NewTag(
    string Name, string Chroot = "", IReadOnlyList<string>? Arches = null, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest, string? Base = null);

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
public sealed record TagDetails(
    string Name, string Chroot, IReadOnlyList<string> Arches, string Snapshot, DateTimeOffset CreatedAt,
    IReadOnlyList<BuildSummary> Builds, string RepoFile, TagCompression Compression = TagCompression.Zstd, TagHolds Holds = TagHolds.Latest,
    IReadOnlyList<TagParent>? Parents = null, IReadOnlyList<string>? Blocked = null);

/// <param name="Channel">Whose builders get its builds; null: `default`.</param>
public sealed record NewTarget(string Name, string BuildTag, string DestinationTag, string? Channel = null);

public sealed record TargetDetails(string Name, string BuildTag, string DestinationTag, string? Channel = null);

/// <summary>A package that was built elsewhere, as it was taken in.</summary>
/// <param name="Build">The build that it is part of.</param>
/// <param name="Tag">The tag that it was imported into, if any.</param>
public sealed record ImportedRpm(long Build, string Nvr, string FileName, string? Tag);
