namespace Skyline.Rpm;

/// <summary>One of the three files that list a repository's packages, as createrepo writes them.</summary>
public sealed record MetadataKind
{
    /// <summary>What packages are, provide and require.</summary>
    public static MetadataKind Primary { get; } = new("primary", "metadata", " xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\"", "common");

    /// <summary>All their files.</summary>
    public static MetadataKind Filelists { get; } = new("filelists", "filelists", "", "filelists");

    /// <summary>Their changelogs.</summary>
    public static MetadataKind Other { get; } = new("other", "otherdata", "", "other");

    /// <summary>All three, in the order in which they are written.</summary>
    public static IReadOnlyList<MetadataKind> All { get; } = [Primary, Filelists, Other];

    readonly string root, namespaces, schema;

    MetadataKind(string name, string root, string namespaces, string schema) => (Name, this.root, this.namespaces, this.schema) = (name, root, namespaces, schema);

    /// <summary>Its type in repomd.xml.</summary>
    public string Name { get; }

    /// <summary>What its file's name ends with: "primary.xml.zst".</summary>
    public string FileName(MetadataCompression compression) => $"{Name}.xml.{MetadataFrame.EndingOf(compression)}";

    /// <summary>A package's part of this file.</summary>
    public ReadOnlyMemory<byte> Of(PackageMetadata package) =>
        this == Primary ? package.Primary : this == Filelists ? package.Filelists : package.Other;

    internal ReadOnlySpan<byte> Start(int packages) =>
        XmlBuffer.Utf8Of($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://linux.duke.edu/metadata/{schema}\"{namespaces} packages=\"{packages}\">\n");

    internal ReadOnlySpan<byte> End => XmlBuffer.Utf8Of($"</{root}>\n");
}
