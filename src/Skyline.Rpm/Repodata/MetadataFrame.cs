using System.IO.Compression;
using ZstdSharp;

namespace Skyline.Rpm;

#pragma warning disable CS1591 // Names of formats.
/// <summary>What metadata is compressed with.</summary>
public enum MetadataCompression { Zstd, Gzip }
#pragma warning restore CS1591

/// <summary>
/// A part of a metadata file that is compressed by itself: a zstd frame (RFC 8878, section 3) or a gzip member (RFC 1952, section 2.2).
/// Both formats define a file as any number of them one after another, so a file can be made of kept parts and one new one.
/// </summary>
/// <param name="OpenSize">Bytes before compression.</param>
/// <param name="Bytes">Compressed.</param>
public sealed record MetadataFrame(ReadOnlyMemory<byte> Bytes, int OpenSize)
{
    const int ZstdLevel = 3; // smaller than gzip's best here already, and the fastest to write

    [ThreadStatic]
    static Compressor? zstd;

    /// <summary>Everything before the first package.</summary>
    public static MetadataFrame Head(MetadataKind kind, int packages, MetadataCompression compression) => Of(kind.Start(packages), compression);

    /// <summary>Everything after the last package.</summary>
    public static MetadataFrame Tail(MetadataKind kind, MetadataCompression compression) => Of(kind.End, compression);

    /// <summary>Compresses a part of a file.</summary>
    public static MetadataFrame Of(ReadOnlySpan<byte> xml, MetadataCompression compression) =>
        new(compression == MetadataCompression.Zstd ? Zstd(xml) : Gzip(xml), xml.Length);

    /// <summary>What names of files that are so compressed end with, without the dot.</summary>
    public static string EndingOf(MetadataCompression compression) => compression == MetadataCompression.Zstd ? "zst" : "gz";

    static byte[] Zstd(ReadOnlySpan<byte> xml) => (zstd ??= new Compressor(ZstdLevel)).Wrap(xml).ToArray();

    static byte[] Gzip(ReadOnlySpan<byte> xml)
    {
        var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) pack.Write(xml);
        return packed.ToArray();
    }
}
