namespace Skyline.Rpm;

/// <summary>An advisory as clients are told of it: why packages were updated, and which.</summary>
/// <param name="From">Who gave it out.</param>
/// <param name="Version">Grows with every change; zypper takes it for the patch's version.</param>
/// <param name="Collection">What the packages are part of: the tag.</param>
/// <param name="Id">What people call it ("FEDORA-2026-1f2e").</param>
/// <param name="Type">"security", "bugfix", "enhancement" or "newpackage".</param>
/// <param name="Severity">"Critical", "Important", "Moderate", "Low" or "None".</param>
/// <param name="Title">One line.</param>
/// <param name="Issued">When it was first given out.</param>
/// <param name="Updated">When it was last changed.</param>
/// <param name="Summary">For people; may be empty.</param>
/// <param name="Description">For people; may be empty.</param>
/// <param name="Rights">Whose text it is; may be empty.</param>
/// <param name="Suggests">What to do once its packages are installed.</param>
/// <param name="References">Where more is told.</param>
/// <param name="Packages">Those that mend it.</param>
public sealed record Advisory(
    string Id, string Type, string Severity, string Title, string From, long Version, DateTimeOffset Issued, DateTimeOffset Updated,
    string Summary, string Description, string Rights, AdvisorySuggests Suggests, string Collection,
    IReadOnlyList<AdvisoryLink> References, IReadOnlyList<AdvisoryPackage> Packages);

/// <param name="Type">"bugzilla", "cve", "other", as clients tell them apart.</param>
/// <param name="Id">The bug's number, the CVE's name.</param>
/// <param name="Href">Its address.</param>
/// <param name="Title">For people.</param>
public sealed record AdvisoryLink(string Type, string Id, string Href, string Title);

/// <summary>A package that an advisory tells clients to update to.</summary>
public sealed record AdvisoryPackage(Nevra Nevra, string SourceRpm, string FileName);

#pragma warning disable CS1591 // Called as updateinfo.xml has them.
/// <summary>What to do once its packages are installed.</summary>
[Flags]
public enum AdvisorySuggests { None = 0, Reboot = 1, Restart = 2, Relogin = 4 }
#pragma warning restore CS1591

/// <summary>updateinfo.xml, the repository's advisories, in pieces: a start, any number of updates, an end. Every text in it may be anyone's.</summary>
public static class UpdateInfoXml
{
    /// <summary>What stands before the first update.</summary>
    public static ReadOnlySpan<byte> Start => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<updates>\n"u8;

    /// <summary>What stands behind the last.</summary>
    public static ReadOnlySpan<byte> End => "</updates>\n"u8;

    /// <summary>An update for each advisory, in their order.</summary>
    public static byte[] Updates(IEnumerable<Advisory> advisories)
    {
        var xml = new XmlBuffer(64 << 10);
        foreach (var advisory in advisories) Update(xml, advisory);
        return xml.Written.ToArray();
    }

    static void Update(XmlBuffer xml, Advisory advisory)
    {
        xml.Raw("  <update"u8).With("from"u8, advisory.From).Raw(" status=\"stable\""u8).With("type"u8, advisory.Type)
            .Raw(" version=\""u8).Number(advisory.Version).Raw("\">\n"u8);
        xml.Line("id"u8, advisory.Id).Line("title"u8, advisory.Title).Date("issued"u8, advisory.Issued).Date("updated"u8, advisory.Updated)
            .Line("rights"u8, advisory.Rights).Line("severity"u8, advisory.Severity).Line("summary"u8, advisory.Summary).Line("description"u8, advisory.Description);
        xml.Raw("    <references>\n"u8);
        foreach (var link in advisory.References)
            xml.Raw("      <reference"u8).With("href"u8, link.Href).With("id"u8, link.Id).With("type"u8, link.Type).With("title"u8, link.Title).Raw("/>\n"u8);
        xml.Raw("    </references>\n    <pkglist>\n      <collection"u8).With("short"u8, advisory.Collection).Raw(">\n        <name>"u8).Text(advisory.Collection).Raw("</name>\n"u8);
        foreach (var package in advisory.Packages) Package(xml, package, advisory.Suggests);
        xml.Raw("      </collection>\n    </pkglist>\n  </update>\n"u8);
    }

    static void Package(XmlBuffer xml, AdvisoryPackage package, AdvisorySuggests suggests)
    {
        var nevra = package.Nevra;
        xml.Raw("        <package"u8).With("name"u8, nevra.Name).With("version"u8, nevra.Version).With("release"u8, nevra.Release)
            .Raw(" epoch=\""u8).Number(nevra.Epoch).Raw("\""u8).With("arch"u8, nevra.Arch).With("src"u8, package.SourceRpm)
            .Raw(">\n          <filename>"u8).Text(package.FileName).Raw("</filename>\n"u8);
        if (suggests.HasFlag(AdvisorySuggests.Reboot)) xml.Raw("          <reboot_suggested>True</reboot_suggested>\n"u8);
        if (suggests.HasFlag(AdvisorySuggests.Restart)) xml.Raw("          <restart_suggested>True</restart_suggested>\n"u8);
        if (suggests.HasFlag(AdvisorySuggests.Relogin)) xml.Raw("          <relogin_suggested>True</relogin_suggested>\n"u8);
        xml.Raw("        </package>\n"u8);
    }

    static XmlBuffer Line(this XmlBuffer xml, ReadOnlySpan<byte> name, string text) =>
        xml.Raw("    <"u8).Raw(name).Raw(">"u8).Text(text).Raw("</"u8).Raw(name).Raw(">\n"u8);

    static XmlBuffer Date(this XmlBuffer xml, ReadOnlySpan<byte> name, DateTimeOffset at) =>
        xml.Raw("    <"u8).Raw(name).Raw(" date=\""u8).Text(at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)).Raw("\"/>\n"u8);
}
