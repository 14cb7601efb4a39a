using System.Globalization;
using System.Xml;
using Skyline.Rpm;

namespace Skyline.Server.Externals;

/// <summary>A package of an external repository, with those of its capabilities and files that were asked for.</summary>
/// <param name="Source">Name of the source package that it was built from; null: the list does not say.</param>
/// <param name="PlacedAt">When it came into the repository, in seconds since 1970; 0: the list does not say.</param>
/// <param name="Offers">Files too, by their path.</param>
/// <param name="Obsoletes">Of what was asked for.</param>
sealed record OfferingPackage(string Name, string Arch, Evr Evr, string? Source, long PlacedAt, IReadOnlyList<Dependency> Offers, IReadOnlyList<Dependency> Obsoletes)
{
    public Nevra Nevra => new(Name, Evr.Epoch, Evr.Version, Evr.Release, Arch);
}

static partial class ReadPrimary
{
    /// <summary>Those packages that offer, or replace, something of what is asked for; nothing is kept of the others.</summary>
    /// <exception cref="InvalidDataException">As of <see cref="Packages"/>.</exception>
    public static void EachOffering(Stream xml, Func<string, bool> asked, Action<OfferingPackage> take) => Each(xml, "metadata", reader => ReadOffering(reader, asked), take);

    /// <summary>Of filelists.xml: the same by files alone. primary.xml has only those of bin folders and /etc.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static void EachWithFile(Stream xml, Func<string, bool> asked, Action<OfferingPackage> take) => Each(xml, "filelists", reader => ReadFiles(reader, asked), take);

    static OfferingPackage? ReadOffering(XmlReader reader, Func<string, bool> asked)
    {
        (string? name, string? arch, Evr? evr, string? source, long placed) = (null, null, null, null, 0);
        (List<Dependency> offers, List<Dependency> obsoletes, List<Dependency>? list) = ([], [], null);
        if (reader.IsEmptyElement) return null;
        while (reader.Read() && reader.Depth is > 1 and <= UpstreamXml.Deepest)
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            switch (reader.Depth, reader.LocalName)
            {
                case (2, "name"): name = Text(reader); break;
                case (2, "arch"): arch = Text(reader); break;
                case (2, "version"): evr = Version(reader); break;
                case (2, "time"): placed = Number(reader, "file") ?? Number(reader, "build") ?? 0; break;
                case (3, "sourcerpm"): source = Text(reader) is { } file && Nevra.TryParse(file, out var nevra) ? nevra.Name : null; break;
                case (3, "file"): if (Text(reader) is { } path && asked(path)) offers.Add(new(path, DependencyFlags.None, "")); break;
                case (3, var which): list = which switch { "provides" => offers, "obsoletes" => obsoletes, _ => null }; break;
                case (4, "entry"): if (list is not null && reader.GetAttribute("name") is { } one && asked(one)) list.Add(Entry(reader, one)); break;
            }
        }
        return name is not null && arch is not null && evr is { } known && offers.Count + obsoletes.Count > 0 ? new(name, arch, known, source, placed, offers, obsoletes) : null;
    }

    static OfferingPackage? ReadFiles(XmlReader reader, Func<string, bool> asked)
    {
        (string? name, string? arch, Evr? evr, List<Dependency> files) = (reader.GetAttribute("name"), reader.GetAttribute("arch"), null, []);
        if (reader.IsEmptyElement) return null;
        while (reader.Read() && reader.Depth is > 1 and <= UpstreamXml.Deepest)
        {
            if (reader is not { NodeType: XmlNodeType.Element, Depth: 2 }) continue;
            if (reader.LocalName == "version") evr = Version(reader);
            else if (reader.LocalName == "file" && Text(reader) is { } path && asked(path)) files.Add(new(path, DependencyFlags.None, ""));
        }
        return name is not null && arch is not null && evr is { } known && files.Count > 0 ? new(name, arch, known, null, 0, files, []) : null;
    }

    static Dependency Entry(XmlReader reader, string name)
    {
        var flags = reader.GetAttribute("flags") switch
        {
            "EQ" => DependencyFlags.Equal,
            "LT" => DependencyFlags.Less,
            "GT" => DependencyFlags.Greater,
            "LE" => DependencyFlags.Less | DependencyFlags.Equal,
            "GE" => DependencyFlags.Greater | DependencyFlags.Equal,
            _ => DependencyFlags.None,
        };
        return new(name, flags, flags == DependencyFlags.None || reader.GetAttribute("ver") is not { Length: > 0 } version ? ""
            : $"{(reader.GetAttribute("epoch") is { Length: > 0 } epoch and not "0" ? epoch + ":" : "")}{version}{(reader.GetAttribute("rel") is { Length: > 0 } release ? "-" + release : "")}");
    }

    static long? Number(XmlReader reader, string attribute) => long.TryParse(reader.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
