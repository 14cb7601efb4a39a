using System.Globalization;
using System.Xml;
using Skyline.Rpm;
using Skyline.Server.Schedules;

namespace Skyline.Server.Externals;

/// <summary>
/// Reads of primary.xml which packages there are: where each is, its size and its checksum; or what each offers of what is asked for. It streams; a
/// distribution's is hundreds of megabytes.
/// </summary>
static partial class ReadPrimary
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
    public static void Each(Stream xml, Action<UpstreamFile> take) => Each(xml, "metadata", ReadPackage, take);

    /// <summary>By name, version and SHA-256; those with another checksum are left out.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Packages"/>.</exception>
    public static void EachNamed(Stream xml, Action<PlacedPackage> take) => Each(xml, "metadata", ReadNamed, take);

    static void Each<T>(Stream xml, string root, Func<XmlReader, T?> read, Action<T> take) where T : class
    {
        var count = 0;
        try
        {
            using var reader = UpstreamXml.Open(new PiecesStream(xml));
            reader.MoveToContent();
            if (reader.LocalName != root) throw new InvalidDataException("it is no list of packages");
            while (reader.Read())
            {
                if (reader.Depth > UpstreamXml.Deepest) throw new InvalidDataException("it is nested deeper than any list of packages");
                if (reader is not { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "package" }) continue;
                if (read(reader) is { } package) take(package);
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

    static PlacedPackage? ReadNamed(XmlReader reader)
    {
        (string? name, string? arch, Evr? evr, string? sha256) = (null, null, null, null);
        if (reader.IsEmptyElement) return null;
        while (reader.Read() && reader.Depth is > 1 and <= UpstreamXml.Deepest)
        {
            if (reader is not { NodeType: XmlNodeType.Element, Depth: 2 }) continue;
            switch (reader.LocalName)
            {
                case "name": name = Text(reader); break;
                case "arch": arch = Text(reader); break;
                case "checksum" when reader.GetAttribute("type") == "sha256": sha256 = Text(reader); break;
                case "version": evr = Version(reader); break;
            }
        }
        return name is not null && arch is not null && evr is { } known && sha256 is not null ? new(name, arch, known, sha256) : null;
    }

    static Evr Version(XmlReader reader) =>
        new(int.TryParse(reader.GetAttribute("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, reader.GetAttribute("ver") ?? "", reader.GetAttribute("rel") ?? "");

    static string? Text(XmlReader reader) => !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value : null;
}
