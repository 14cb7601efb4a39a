namespace Skyline.Rpm;

/// <summary>How two packages differ. Values are shortened and made harmless: they came from packages.</summary>
/// <param name="SamePayload">The uncompressed payloads are the same (tag 5097, PAYLOADDIGESTALT); null where a package does not say.</param>
/// <param name="OnlyCompression">Nothing differs but how the payload is compressed.</param>
/// <param name="MoreTags">How many differ beside those listed.</param>
/// <param name="Tags">Header tags whose values differ, up to 200.</param>
/// <param name="Files">Files that differ, up to 500.</param>
/// <param name="MoreFiles">How many differ beside those listed.</param>
public sealed record PackageDifferences(
    bool? SamePayload, bool OnlyCompression, IReadOnlyList<TagDifference> Tags, IReadOnlyList<FileDifference> Files, int MoreTags = 0, int MoreFiles = 0);

/// <param name="Name">As rpm calls it ("BUILDTIME"); "unknown" where it is not known here.</param>
/// <param name="Before">Null: the first package has no such tag. Of a list, the first value that differs, and where it stands.</param>
/// <param name="Tag">Its number (rpmtag.h).</param>
/// <param name="After">Null: the second has none.</param>
public sealed record TagDifference(int Tag, string Name, string? Before, string? After);

/// <param name="What">"only in the first", "only in the second", or each property that differs ("mode 100644 → 100755").</param>
/// <param name="Path">Absolute; a plain name in a source package.</param>
public sealed record FileDifference(string Path, string What);
