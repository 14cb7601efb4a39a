using System.Data;

namespace Skyline.Server.Repos;

/// <summary>A file of a repository's metadata that does not list packages: groups, advisories, modules.</summary>
/// <param name="Type">In repomd.xml: "group", "updateinfo", "modules".</param>
/// <param name="Name">Ends the file's name: "comps.xml", "updateinfo.xml.zst".</param>
/// <param name="Bytes">As served.</param>
/// <param name="OpenSize">Of a compressed one, uncompressed.</param>
/// <param name="ChangedAt">Milliseconds since 1970.</param>
sealed record ExtraMetadata(string Type, string Name, ReadOnlyMemory<byte> Bytes, long? OpenSize, string? OpenSha256, long ChangedAt)
{
    /// <summary>Of one of a tag's repositories, in the order that repomd.xml lists them.</summary>
    public static IReadOnlyList<ExtraMetadata> Of(IDbConnection db, long tag, string repo) => [];
}
