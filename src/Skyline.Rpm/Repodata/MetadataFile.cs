using System.IO.Compression;
using System.Security.Cryptography;
using ZstdSharp;

namespace Skyline.Rpm;

/// <summary>One file of metadata and what repomd.xml says of it. Without compression there is no "open" hash and size.</summary>
sealed record MetadataFile(string Type, RepodataFile File, string? OpenSha256, long OpenSize)
{
    const int ZstdLevel = 3; // smaller than gzip's best here already, and the fastest to write

    public static MetadataFile Of(string type, string root, string namespaces, string schema,
        PackageMetadata[] packages, Func<PackageMetadata, ReadOnlyMemory<byte>> part, MetadataCompression compression)
    {
        using var open = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var packed = new MemoryStream();
        var size = 0L;
        using (var pack = Pack(packed, compression))
        {
            void Append(ReadOnlySpan<byte> xml)
            {
                open.AppendData(xml);
                pack.Write(xml);
                size += xml.Length;
            }
            Append(XmlBuffer.Utf8Of($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"http://linux.duke.edu/metadata/{schema}\"{namespaces} packages=\"{packages.Length}\">\n"));
            foreach (var package in packages)
                Append(part(package).Span);
            Append(XmlBuffer.Utf8Of($"</{root}>\n"));
        }
        var ending = compression == MetadataCompression.Zstd ? "zst" : "gz";
        var file = Named($"{type}.xml.{ending}", packed.GetBuffer().AsMemory(0, (int)packed.Length));
        return new(type, file, Convert.ToHexStringLower(open.GetHashAndReset()), size);
    }

    public static MetadataFile Plain(string type, string name, ReadOnlyMemory<byte> bytes) => new(type, Named(name, bytes), null, bytes.Length);

    /// <summary>The hash in the name lets caches keep a file for ever, and lets old and new ones lie side by side.</summary>
    static RepodataFile Named(string name, ReadOnlyMemory<byte> bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        return new($"repodata/{hash}-{name}", bytes, hash);
    }

    static Stream Pack(Stream into, MetadataCompression compression) => compression == MetadataCompression.Zstd
        ? new CompressionStream(into, ZstdLevel, leaveOpen: true)
        : new GZipStream(into, CompressionLevel.Optimal, leaveOpen: true);
}
