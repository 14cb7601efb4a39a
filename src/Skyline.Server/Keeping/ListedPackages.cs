using System.IO.Compression;
using System.Xml;

namespace Skyline.Server.Keeping;

/// <summary>The packages that a primary.xml lists, one at a time.</summary>
static class ListedPackages
{
    public static XmlReader Open(Stream file, string path)
    {
        Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(file);
        return XmlReader.Create(plain, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true });
    }

    public static IEnumerable<(string Location, string Sha256)> Read(XmlReader xml)
    {
        var sha256 = "";
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "checksum" && xml.GetAttribute("pkgid") == "YES")
            {
                xml.Read();
                sha256 = xml.Value;
            }
            else if (xml is { LocalName: "location", Depth: 2 })
            {
                yield return (xml.GetAttribute("href") ?? "", sha256);
            }
        }
    }
}
