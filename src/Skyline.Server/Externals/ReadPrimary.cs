using System.Globalization;
using System.Xml;

namespace Skyline.Server.Externals;

/// <summary>Reads of primary.xml which packages there are: where each is, its size and its checksum. It streams; a distribution's is hundreds of megabytes.</summary>
static class ReadPrimary
{
    const int MostPackages = 500_000;

    /// <exception cref="InvalidDataException">It is none, or names what cannot be pinned.</exception>
    public static PackageIndex Packages(Stream xml)
    {
        var packages = new PackageIndex();
        Each(xml, packages.Add);
        return packages;
    }

    /// <exception cref="InvalidDataException">As of <see cref="Packages"/>.</exception>
    public static void Each(Stream xml, Action<UpstreamFile> take)
    {
        var count = 0;
        try
        {
            using var reader = UpstreamXml.Open(new PiecesStream(xml));
            reader.MoveToContent();
            if (reader.LocalName != "metadata") throw new InvalidDataException("it is no list of packages");
            while (reader.Read())
            {
                if (reader.Depth > UpstreamXml.Deepest) throw new InvalidDataException("it is nested deeper than any list of packages");
                if (reader is { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "package" } && ReadPackage(reader) is { } package) take(package);
                else continue;
                if (++count > MostPackages) throw new InvalidDataException($"it names more than {MostPackages} packages");
            }
        }
        catch (XmlException fault)
        {
            throw new InvalidDataException($"it is no whole XML document: {fault.Message.TrimEnd('.')}", fault);
        }
    }

    /// <returns>Null for a package that cannot be asked for here: its path leads out of the repository, or it has no checksum that is known.</returns>
    static UpstreamFile? ReadPackage(XmlReader reader)
    {
        (string? path, Checksum? checksum, long? size) = (null, null, null);
        if (reader.IsEmptyElement) return null;
        while (reader.Read() && reader.Depth is > 1 and <= UpstreamXml.Deepest)
        {
            if (reader is not { NodeType: XmlNodeType.Element, Depth: 2 }) continue;
            switch (reader.LocalName)
            {
                case "location":
                    if (reader.GetAttribute("base", "http://www.w3.org/XML/1998/namespace") is { } elsewhere)
                        throw new InvalidDataException($"it says that packages are at another address ({elsewhere}), which is not pinned");
                    path = UpstreamAddress.CleanPath(reader.GetAttribute("href"));
                    break;
                case "checksum":
                    var type = reader.GetAttribute("type");
                    checksum = reader.Read() && reader.NodeType == XmlNodeType.Text ? Checksum.Read(type, reader.Value) : null;
                    break;
                case "size":
                    size = long.TryParse(reader.GetAttribute("package"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
                    break;
            }
        }
        return path is not null && checksum is not null ? new(path, checksum, size) : null;
    }
}
