using System.Security.Cryptography;
using Skyline.Rpm;

namespace Skyline.Server.Repos;

/// <summary>A file of a repository's metadata that does not list packages: groups, advisories, modules.</summary>
/// <param name="Type">In repomd.xml: "group", "updateinfo", "modules".</param>
/// <param name="Name">Ends the file's name: "comps.xml", "updateinfo.xml.zst".</param>
/// <param name="Frames">The file as served, in the parts that it was written in.</param>
/// <param name="OpenSha256">Of a compressed one, uncompressed, where that costs nothing to know.</param>
/// <param name="ChangedAt">Milliseconds since 1970.</param>
sealed record ExtraMetadata(string Type, string Name, IReadOnlyList<MetadataFrame> Frames, bool IsCompressed, string? OpenSha256, long ChangedAt)
{
    public string Sha256 { get; } = HashOf(Frames);

    public static ExtraMetadata Plain(string type, string name, byte[] bytes, long changedAt) => new(type, name, [new(bytes, bytes.Length)], false, null, changedAt);

    public static ExtraMetadata Packed(string type, string name, byte[] bytes, MetadataCompression compression, long changedAt) =>
        Joined(type, name, [MetadataFrame.Of(bytes, compression)], compression, changedAt) with { OpenSha256 = HashOf([new(bytes, bytes.Length)]) };

    /// <summary>Of parts that are compressed already.</summary>
    public static ExtraMetadata Joined(string type, string name, IReadOnlyList<MetadataFrame> frames, MetadataCompression compression, long changedAt) =>
        new(type, $"{name}.{MetadataFrame.EndingOf(compression)}", frames, true, null, changedAt);

    static string HashOf(IReadOnlyList<MetadataFrame> frames)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var frame in frames) hash.AppendData(frame.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
