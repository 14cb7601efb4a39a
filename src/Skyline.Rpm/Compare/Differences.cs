namespace Skyline.Rpm;

/// <summary>How two packages differ. Values are shortened and made harmless: they came from packages.</summary>
/// <param name="SamePayload">The uncompressed payloads are the same (tag 5097, PAYLOADDIGESTALT); null where a package does not say.</param>
/// <param name="OnlyCompression">Nothing differs but how the payload is compressed.</param>
/// <param name="MoreTags">How many differ beside those listed.</param>
public sealed record PackageDifferences(
    bool? SamePayload, bool OnlyCompression, IReadOnlyList<TagDifference> Tags, IReadOnlyList<FileDifference> Files, int MoreTags = 0, int MoreFiles = 0);

/// <param name="Name">As rpm calls it ("BUILDTIME"); "unknown" where it is not known here.</param>
/// <param name="Before">Null: the first package has no such tag. Of a list, the first value that differs, and where it stands.</param>
public sealed record TagDifference(int Tag, string Name, string? Before, string? After);

/// <param name="What">"only in the first", "only in the second", or each property that differs ("mode 100644 → 100755").</param>
public sealed record FileDifference(string Path, string What);
