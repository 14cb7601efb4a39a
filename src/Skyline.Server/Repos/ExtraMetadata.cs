using System.Security.Cryptography;
using Skyline.Rpm;

namespace Skyline.Server.Repos;

/// <summary>A file of a repository's metadata that does not list packages: groups, advisories, modules.</summary>
/// <param name="Type">In repomd.xml: "group", "updateinfo", "modules".</param>
/// <param name="Name">Ends the file's name: "comps.xml", "updateinfo.xml.zst".</param>
/// <param name="Bytes">As served.</param>
/// <param name="OpenSize">Of a compressed one, uncompressed.</param>
/// <param name="ChangedAt">Milliseconds since 1970.</param>
sealed record ExtraMetadata(string Type, string Name, ReadOnlyMemory<byte> Bytes, long? OpenSize, string? OpenSha256, long ChangedAt)
{
    public string Sha256 { get; } = HashOf(Bytes.Span);

    public static ExtraMetadata Plain(string type, string name, byte[] bytes, long changedAt) => new(type, name, bytes, null, null, changedAt);

    public static ExtraMetadata Packed(string type, string name, byte[] bytes, MetadataCompression compression, long changedAt)
    {
        var frame = MetadataFrame.Of(bytes, compression);
        return new(type, $"{name}.{MetadataFrame.EndingOf(compression)}", frame.Bytes, frame.OpenSize, HashOf(bytes), changedAt);
    }

    static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
