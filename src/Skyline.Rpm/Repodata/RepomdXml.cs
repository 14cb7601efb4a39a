namespace Skyline.Rpm;

/// <summary>What repomd.xml says of one metadata file.</summary>
/// <param name="Type">"primary", "group", "updateinfo", …</param>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Size">As served, bytes.</param>
/// <param name="OpenSize">Uncompressed, bytes; null for a file that is not compressed.</param>
/// <param name="OpenSha256">Uncompressed. Clients do without: hashing all of a large repository's XML is what would make a small change dear.</param>
/// <param name="Sha256">As served, lower-case hex.</param>
public sealed record RepomdEntry(string Type, string Path, string Sha256, long Size, long? OpenSize = null, string? OpenSha256 = null)
{
    /// <summary>The hash in the name lets caches keep a file for ever, and lets old and new ones lie side by side.</summary>
    public static string PathOf(string sha256, string name) => $"repodata/{sha256}-{name}";
}

/// <summary>repomd.xml: which files are the repository's metadata, and their hashes. What is signed is this file.</summary>
public static class RepomdXml
{
    /// <summary>Relative to the repository's root.</summary>
    public const string Path = "repodata/repomd.xml";

    /// <param name="revision">In whole seconds, stands as the repository's revision and as every file's timestamp.</param>
    /// <param name="files">In the order in which they are told.</param>
    public static byte[] Write(IEnumerable<RepomdEntry> files, DateTimeOffset revision)
    {
        var time = revision.ToUnixTimeSeconds();
        var xml = new XmlBuffer(4 << 10);
        xml.Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"u8)
            .Raw("<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n"u8)
            .Raw("  <revision>"u8).Number(time).Raw("</revision>\n"u8);
        foreach (var file in files)
            WriteData(xml, file, time);
        xml.Raw("</repomd>\n"u8);
        return xml.Written.ToArray();
    }

    static void WriteData(XmlBuffer xml, RepomdEntry data, long time)
    {
        xml.Raw("  <data type=\""u8).Attribute(XmlBuffer.Utf8Of(data.Type)).Raw("\">\n"u8);
        xml.Raw("    <checksum type=\"sha256\">"u8).Text(XmlBuffer.Utf8Of(data.Sha256)).Raw("</checksum>\n"u8);
        if (data.OpenSha256 is { } open)
            xml.Raw("    <open-checksum type=\"sha256\">"u8).Text(XmlBuffer.Utf8Of(open)).Raw("</open-checksum>\n"u8);
        xml.Raw("    <location href=\""u8).Attribute(XmlBuffer.Utf8Of(data.Path)).Raw("\"/>\n"u8);
        xml.Raw("    <timestamp>"u8).Number(time).Raw("</timestamp>\n"u8);
        xml.Raw("    <size>"u8).Number(data.Size).Raw("</size>\n"u8);
        if (data.OpenSize is { } openSize)
            xml.Raw("    <open-size>"u8).Number(openSize).Raw("</open-size>\n"u8);
        xml.Raw("  </data>\n"u8);
    }
}
