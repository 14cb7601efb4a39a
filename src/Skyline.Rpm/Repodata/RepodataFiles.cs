namespace Skyline.Rpm;

public enum MetadataCompression { Zstd, Gzip }

/// <summary>One file of a repository's metadata; the path is relative to the repository's root ("repodata/HASH-primary.xml.zst").</summary>
public sealed record RepodataFile(string Path, ReadOnlyMemory<byte> Bytes, string Sha256);

/// <summary>A repository's whole metadata. The same packages in any order give the same bytes.</summary>
public static class RepodataFiles
{
    /// <summary>primary, filelists, other (and group, if comps is given), then repomd.xml last.</summary>
    public static IReadOnlyList<RepodataFile> Write(IEnumerable<PackageMetadata> packages, MetadataCompression compression, DateTimeOffset revision, ReadOnlyMemory<byte>? comps = null) => throw new NotImplementedException();
}
