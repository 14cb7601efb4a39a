namespace Skyline.Rpm;

/// <summary>comps.xml, written the one way that we write it, whatever it was read from.</summary>
public static class CompsXml
{
    /// <summary>The whole file in UTF-8, without compression.</summary>
    public static byte[] Write(Comps comps)
    {
        var xml = new XmlBuffer(64 << 10);
        xml.Raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<comps>\n"u8);
        foreach (var group in comps.Groups) Group(xml, group);
        foreach (var category in comps.Categories) Category(xml, category);
        foreach (var environment in comps.Environments) Environment(xml, environment);
        if (comps.Langpacks.Count > 0) Langpacks(xml, comps.Langpacks);
        return xml.Raw("</comps>\n"u8).Written.ToArray();
    }

    static void Group(XmlBuffer xml, CompsGroup group)
    {
        xml.Raw("  <group"u8).WithIf("arch"u8, group.Arch).Raw(">\n"u8);
        Heading(xml, group.Id, group.Name, group.Description, group.DisplayOrder);
        Line(xml, "default"u8, group.IsDefault ? "true" : "false");
        Line(xml, "uservisible"u8, group.IsVisible ? "true" : "false");
        if (group.BiarchOnly) Line(xml, "biarchonly"u8, "true");
        if (group.LangOnly is { } language) Line(xml, "langonly"u8, language);
        xml.Raw("    <packagelist>\n"u8);
        foreach (var package in group.Packages)
            xml.Raw("      <packagereq"u8).With("type"u8, NameOf(package.Kind)).WithIf("requires"u8, package.Requires).WithIf("arch"u8, package.Arch)
                .WithIf("basearchonly"u8, package.BaseArchOnly ? "true" : null).Raw(">"u8).Text(package.Name).Raw("</packagereq>\n"u8);
        xml.Raw("    </packagelist>\n  </group>\n"u8);
    }

    static void Category(XmlBuffer xml, CompsCategory category)
    {
        xml.Raw("  <category>\n"u8);
        Heading(xml, category.Id, category.Name, category.Description, category.DisplayOrder);
        GroupList(xml, "grouplist"u8, category.Groups.Select(group => new CompsOption(group, false)));
        xml.Raw("  </category>\n"u8);
    }

    static void Environment(XmlBuffer xml, CompsEnvironment environment)
    {
        xml.Raw("  <environment>\n"u8);
        Heading(xml, environment.Id, environment.Name, environment.Description, environment.DisplayOrder);
        GroupList(xml, "grouplist"u8, environment.Groups.Select(group => new CompsOption(group, false)));
        GroupList(xml, "optionlist"u8, environment.Options);
        xml.Raw("  </environment>\n"u8);
    }

    static void Langpacks(XmlBuffer xml, IReadOnlyList<CompsLangpack> langpacks)
    {
        xml.Raw("  <langpacks>\n"u8);
        foreach (var langpack in langpacks) xml.Raw("    <match"u8).With("name"u8, langpack.Name).With("install"u8, langpack.Install).Raw("/>\n"u8);
        xml.Raw("  </langpacks>\n"u8);
    }

    static void Heading(XmlBuffer xml, string id, CompsText name, CompsText description, int? order)
    {
        Line(xml, "id"u8, id);
        Translated(xml, "name"u8, name);
        Translated(xml, "description"u8, description);
        if (order is { } place) xml.Raw("    <display_order>"u8).Number(place).Raw("</display_order>\n"u8);
    }

    static void Translated(XmlBuffer xml, ReadOnlySpan<byte> element, CompsText text)
    {
        Line(xml, element, text.Text);
        foreach (var other in text.Translations)
            xml.Raw("    <"u8).Raw(element).With("xml:lang"u8, other.Language).Raw(">"u8).Text(other.Text).Raw("</"u8).Raw(element).Raw(">\n"u8);
    }

    static void GroupList(XmlBuffer xml, ReadOnlySpan<byte> element, IEnumerable<CompsOption> groups)
    {
        xml.Raw("    <"u8).Raw(element).Raw(">\n"u8);
        foreach (var group in groups)
            xml.Raw("      <groupid"u8).WithIf("default"u8, group.IsDefault ? "true" : null).Raw(">"u8).Text(group.Group).Raw("</groupid>\n"u8);
        xml.Raw("    </"u8).Raw(element).Raw(">\n"u8);
    }

    static void Line(XmlBuffer xml, ReadOnlySpan<byte> element, string text) =>
        xml.Raw("    <"u8).Raw(element).Raw(">"u8).Text(text).Raw("</"u8).Raw(element).Raw(">\n"u8);

    static XmlBuffer WithIf(this XmlBuffer xml, ReadOnlySpan<byte> name, string? text) => text is null ? xml : xml.With(name, text);

    internal static string NameOf(CompsPackageKind kind) => kind.ToString().ToLowerInvariant();
}
