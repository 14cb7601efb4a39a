namespace Skyline.Rpm;

/// <summary>The part of a package's primary fragment that describes it, up to its dependencies.</summary>
static class PrimaryEntry
{
    public static void Write(XmlBuffer xml, RpmPackage package, ServedFile file, ReadOnlySpan<byte> pkgid)
    {
        var header = package.Header;
        xml.Raw("<package type=\"rpm\">\n"u8);
        xml.Raw("  <name>"u8).Text(header.Utf8(RpmTag.Name)).Raw("</name>\n"u8);
        xml.Raw("  <arch>"u8).Text(Arch(package)).Raw("</arch>\n"u8);
        Version(xml, header);
        xml.Raw("  <checksum type=\"sha256\" pkgid=\"YES\">"u8).Text(pkgid).Raw("</checksum>\n"u8);
        xml.Raw("  <summary>"u8).Text(header.Utf8(RpmTag.Summary)).Raw("</summary>\n"u8);
        xml.Raw("  <description>"u8).Text(header.Utf8(RpmTag.Description)).Raw("</description>\n"u8);
        xml.Raw("  <packager>"u8).Text(header.Utf8(RpmTag.Packager)).Raw("</packager>\n"u8);
        xml.Raw("  <url>"u8).Text(header.Utf8(RpmTag.Url)).Raw("</url>\n"u8);
        xml.Raw("  <time file=\""u8).Number(file.Time).Raw("\" build=\""u8).Number(header.Integer(RpmTag.BuildTime) ?? 0).Raw("\"/>\n"u8);
        xml.Raw("  <size package=\""u8).Number(file.Size).Raw("\" installed=\""u8).Number(InstalledSize(header))
            .Raw("\" archive=\""u8).Number(ArchiveSize(package)).Raw("\"/>\n"u8);
        xml.Raw("  <location href=\""u8).Attribute(XmlBuffer.Utf8Of(file.Location)).Raw("\"/>\n  <format>\n"u8);
        WriteFormat(xml, package);
    }

    static void WriteFormat(XmlBuffer xml, RpmPackage package)
    {
        var header = package.Header;
        xml.Raw("    <rpm:license>"u8).Text(header.Utf8(RpmTag.License)).Raw("</rpm:license>\n"u8);
        xml.Raw("    <rpm:vendor>"u8).Text(header.Utf8(RpmTag.Vendor)).Raw("</rpm:vendor>\n"u8);
        xml.Raw("    <rpm:group>"u8).Text(header.Utf8(RpmTag.Group)).Raw("</rpm:group>\n"u8);
        xml.Raw("    <rpm:buildhost>"u8).Text(header.Utf8(RpmTag.BuildHost)).Raw("</rpm:buildhost>\n"u8);
        xml.Raw("    <rpm:sourcerpm>"u8).Text(header.Utf8(RpmTag.SourceRpm)).Raw("</rpm:sourcerpm>\n"u8);
        xml.Raw("    <rpm:header-range start=\""u8).Number(package.HeaderStart).Raw("\" end=\""u8).Number(package.HeaderEnd).Raw("\"/>\n"u8);
    }

    public static void Version(XmlBuffer xml, RpmHeader header) =>
        xml.Raw("  <version epoch=\""u8).Number(header.Integer(RpmTag.Epoch) ?? 0).Raw("\" ver=\""u8).Attribute(header.Utf8(RpmTag.Version))
            .Raw("\" rel=\""u8).Attribute(header.Utf8(RpmTag.Release)).Raw("\"/>\n"u8);

    /// <summary>A source package is "src" to dnf, whatever machine packed it, and also where its sources were left out.</summary>
    public static ReadOnlySpan<byte> Arch(RpmPackage package) => package.IsSource ? "src"u8 : package.Header.Utf8(RpmTag.Arch);

    static long InstalledSize(RpmHeader header) => header.Integer(RpmTag.LongSize) ?? header.Integer(RpmTag.Size) ?? 0;

    /// <summary>Of the uncompressed payload. Version 6 has it elsewhere, where rpm's old tag for it, and so createrepo_c, do not look.</summary>
    static long ArchiveSize(RpmPackage package) => package.Format == RpmFormat.V6 ? 0
        : package.Signature.Integer(SignatureTag.LongArchiveSize) ?? package.Signature.Integer(SignatureTag.PayloadSize)
            ?? package.Header.Integer(RpmTag.ArchiveSize) ?? 0;
}
