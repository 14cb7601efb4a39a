using System.Globalization;
using System.Xml;

namespace Skyline.Rpm;

/// <summary>
/// Reads a comps.xml that anyone may have written. What it does not know it passes over; a document type, which distributions'
/// files have, is passed over unread, so nothing it defines exists and nothing outside is looked at.
/// </summary>
public static class ReadComps
{
    const int LongestId = 200, MostTranslations = 500;

    /// <exception cref="BadCompsException">It is no comps.xml.</exception>
    public static Comps From(byte[] bytes)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = bytes.Length,
            IgnoreComments = true, IgnoreProcessingInstructions = true,
        };
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes), settings);
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "comps")
                throw new BadCompsException($"This is no comps.xml: its outermost element is <{xml.LocalName}>, not <comps>.");
            var comps = Document(xml);
            while (xml.Read()) { } // what follows the end must be well-formed too
            return comps;
        }
        catch (XmlException fault)
        {
            throw new BadCompsException($"This is no comps.xml: {fault.Message}", fault);
        }
    }

    static Comps Document(XmlReader xml)
    {
        var (groups, categories, environments, langpacks) = (new List<CompsGroup>(), new List<CompsCategory>(), new List<CompsEnvironment>(), new List<CompsLangpack>());
        Children(xml, name =>
        {
            switch (name)
            {
                case "group": groups.Add(Group(xml)); break;
                case "category": categories.Add(Category(xml)); break;
                case "environment": environments.Add(Environment(xml)); break;
                case "langpacks": langpacks.AddRange(Langpacks(xml)); break;
                default: xml.Skip(); break;
            }
        });
        OnceEach("group", groups.Select(group => group.Id));
        OnceEach("category", categories.Select(category => category.Id));
        OnceEach("environment", environments.Select(environment => environment.Id));
        return new(groups, categories, environments, [.. langpacks.DistinctBy(langpack => langpack.Name)]);
    }

    static CompsGroup Group(XmlReader xml)
    {
        var arch = xml.GetAttribute("arch");
        var (heading, packages) = (new Heading(), new List<CompsPackage>());
        var (isDefault, isVisible, biarch, language) = (false, true, false, (string?)null);
        Children(xml, name =>
        {
            if (heading.Take(xml, name)) return;
            switch (name)
            {
                case "default": isDefault = Flag(xml); break;
                case "uservisible": isVisible = Flag(xml); break;
                case "biarchonly": biarch = Flag(xml); break;
                case "langonly": language = Content(xml); break;
                case "packagelist": Children(xml, each => Only(xml, each, "packagereq", () => packages.Add(Package(xml)))); break;
                default: xml.Skip(); break;
            }
        });
        return new(heading.IdOf("group"), heading.Name.Done(), heading.Description.Done(), isDefault, isVisible, biarch, language is "" ? null : language, heading.Order, arch, packages);
    }

    static CompsPackage Package(XmlReader xml)
    {
        var (type, requires, arch, baseArchOnly) = (xml.GetAttribute("type"), xml.GetAttribute("requires"), xml.GetAttribute("arch"), xml.GetAttribute("basearchonly"));
        if (!Enum.TryParse<CompsPackageKind>(type ?? "default", ignoreCase: true, out var kind) || !Enum.IsDefined(kind)) kind = CompsPackageKind.Default;
        return new(Id(Content(xml), "packagereq"), kind, requires, string.Equals(baseArchOnly, "true", StringComparison.OrdinalIgnoreCase), arch);
    }

    static CompsCategory Category(XmlReader xml)
    {
        var (heading, groups) = (new Heading(), new List<CompsOption>());
        Children(xml, name =>
        {
            if (!heading.Take(xml, name)) Only(xml, name, "grouplist", () => GroupList(xml, groups));
        });
        return new(heading.IdOf("category"), heading.Name.Done(), heading.Description.Done(), heading.Order, [.. groups.Select(group => group.Group)]);
    }

    static CompsEnvironment Environment(XmlReader xml)
    {
        var (heading, groups, options) = (new Heading(), new List<CompsOption>(), new List<CompsOption>());
        Children(xml, name =>
        {
            if (heading.Take(xml, name)) return;
            if (name == "grouplist") GroupList(xml, groups);
            else Only(xml, name, "optionlist", () => GroupList(xml, options));
        });
        return new(heading.IdOf("environment"), heading.Name.Done(), heading.Description.Done(), heading.Order, [.. groups.Select(group => group.Group)], options);
    }

    static List<CompsLangpack> Langpacks(XmlReader xml)
    {
        var langpacks = new List<CompsLangpack>();
        Children(xml, name =>
        {
            if (name == "match" && xml.GetAttribute("name") is { Length: > 0 } of && xml.GetAttribute("install") is { Length: > 0 } install) langpacks.Add(new(of, install));
            xml.Skip();
        });
        return langpacks;
    }

    static void GroupList(XmlReader xml, List<CompsOption> groups) => Children(xml, name => Only(xml, name, "groupid", () =>
    {
        var isDefault = string.Equals(xml.GetAttribute("default"), "true", StringComparison.OrdinalIgnoreCase);
        groups.Add(new(Id(Content(xml), "groupid"), isDefault));
    }));

    /// <summary>What groups, categories and environments begin with.</summary>
    sealed class Heading
    {
        string? id;

        public Text Name { get; } = new();
        public Text Description { get; } = new();
        public int? Order { get; private set; }

        public string IdOf(string element) => Id(id ?? "", element);

        public bool Take(XmlReader xml, string name)
        {
            switch (name)
            {
                case "id": id = Content(xml); return true;
                case "name": Name.Take(xml); return true;
                case "description": Description.Take(xml); return true;
                case "display_order": Order = int.TryParse(Content(xml), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var order) ? order : null; return true;
                default: return false;
            }
        }
    }

    sealed class Text
    {
        readonly List<CompsTranslation> translations = [];
        string text = "";

        public void Take(XmlReader xml)
        {
            var language = xml.GetAttribute("xml:lang");
            if (string.IsNullOrEmpty(language)) text = Content(xml);
            else if (translations.Count < MostTranslations) translations.Add(new(language, Content(xml)));
            else xml.Skip();
        }

        public CompsText Done() => new(text, [.. translations.DistinctBy(one => one.Language)]);
    }

    /// <summary>Calls for each element below the one that the reader is on, and leaves the reader behind that one's end. The act reads or skips its element.</summary>
    static void Children(XmlReader xml, Action<string> act)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return;
        }
        xml.Read();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType == XmlNodeType.Element) act(xml.LocalName);
            else if (!xml.Read()) return;
        }
        xml.Read();
    }

    static void Only(XmlReader xml, string name, string wanted, Action act)
    {
        if (name == wanted) act();
        else xml.Skip();
    }

    /// <summary>The text of an element that has no others in it.</summary>
    static string Content(XmlReader xml) => xml.ReadElementContentAsString().Trim();

    static bool Flag(XmlReader xml) => string.Equals(Content(xml), "true", StringComparison.OrdinalIgnoreCase);

    static string Id(string text, string element) => text.Length is 0 or > LongestId || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        ? throw new BadCompsException($"In comps.xml a <{element}> is called \"{text[..Math.Min(40, text.Length)]}\": such a name is 1 to {LongestId} characters without spaces.")
        : text;

    static void OnceEach(string element, IEnumerable<string> ids)
    {
        if (ids.GroupBy(id => id).FirstOrDefault(id => id.Count() > 1) is { } twice)
            throw new BadCompsException($"In comps.xml there are {twice.Count()} <{element}> called \"{twice.Key}\"; keep one.");
    }
}
