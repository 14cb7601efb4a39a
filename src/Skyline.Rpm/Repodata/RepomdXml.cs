using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>repomd.xml: which files are the repository's metadata, and their hashes. What is signed is this file.</summary>
static class RepomdXml
{
    public static RepodataFile Write(IEnumerable<MetadataFile> files, DateTimeOffset revision)
    {
        var time = revision.ToUnixTimeSeconds();
        var xml = new XmlBuffer(4 << 10);
        xml.Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"u8)
            .Raw("<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n"u8)
            .Raw("  <revision>"u8).Number(time).Raw("</revision>\n"u8);
        foreach (var file in files)
            WriteData(xml, file, time);
        xml.Raw("</repomd>\n"u8);
        return new("repodata/repomd.xml", xml.Written.ToArray(), Convert.ToHexStringLower(SHA256.HashData(xml.Written)));
    }

    static void WriteData(XmlBuffer xml, MetadataFile data, long time)
    {
        xml.Raw("  <data type=\""u8).Attribute(XmlBuffer.Utf8Of(data.Type)).Raw("\">\n"u8);
        xml.Raw("    <checksum type=\"sha256\">"u8).Text(XmlBuffer.Utf8Of(data.File.Sha256)).Raw("</checksum>\n"u8);
        if (data.OpenSha256 is { } open)
            xml.Raw("    <open-checksum type=\"sha256\">"u8).Text(XmlBuffer.Utf8Of(open)).Raw("</open-checksum>\n"u8);
        xml.Raw("    <location href=\""u8).Attribute(XmlBuffer.Utf8Of(data.File.Path)).Raw("\"/>\n"u8);
        xml.Raw("    <timestamp>"u8).Number(time).Raw("</timestamp>\n"u8);
        xml.Raw("    <size>"u8).Number(data.File.Bytes.Length).Raw("</size>\n"u8);
        if (data.OpenSha256 is not null)
            xml.Raw("    <open-size>"u8).Number(data.OpenSize).Raw("</open-size>\n"u8);
        xml.Raw("  </data>\n"u8);
    }
}
