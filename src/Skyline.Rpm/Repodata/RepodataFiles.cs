namespace Skyline.Rpm;

public enum MetadataCompression { Zstd, Gzip }

/// <summary>One file of a repository's metadata; the path is relative to the repository's root ("repodata/HASH-primary.xml.zst").</summary>
public sealed record RepodataFile(string Path, ReadOnlyMemory<byte> Bytes, string Sha256);

/// <summary>A repository's whole metadata. The same packages in any order give the same bytes.</summary>
public static class RepodataFiles
{
    /// <summary>primary, filelists, other (and group, if comps is given), then repomd.xml last.</summary>
    /// <param name="revision">Stands in repomd.xml, in whole seconds, as its revision and as every file's timestamp.</param>
    /// <param name="comps">The groups file, XML as it is to be served.</param>
    public static IReadOnlyList<RepodataFile> Write(IEnumerable<PackageMetadata> packages, MetadataCompression compression, DateTimeOffset revision, ReadOnlyMemory<byte>? comps = null)
    {
        PackageMetadata[] sorted = [.. packages];
        Array.Sort(sorted, ByContent);
        var data = new List<MetadataFile>
        {
            MetadataFile.Of("primary", "metadata", " xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\"", "common", sorted, p => p.Primary, compression),
            MetadataFile.Of("filelists", "filelists", "", "filelists", sorted, p => p.Filelists, compression),
            MetadataFile.Of("other", "otherdata", "", "other", sorted, p => p.Other, compression),
        };
        if (comps is { } groups)
            data.Add(MetadataFile.Plain("group", "comps.xml", groups));
        return [.. data.Select(d => d.File), RepomdXml.Write(data, revision)];
    }

    /// <summary>Primary begins with name, architecture and version, so this is also an order that people expect.</summary>
    static int ByContent(PackageMetadata a, PackageMetadata b)
    {
        var order = a.Primary.Span.SequenceCompareTo(b.Primary.Span);
        if (order == 0)
            order = a.Filelists.Span.SequenceCompareTo(b.Filelists.Span);
        return order != 0 ? order : a.Other.Span.SequenceCompareTo(b.Other.Span);
    }
}
