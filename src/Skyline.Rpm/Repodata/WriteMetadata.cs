namespace Skyline.Rpm;

/// <summary>Writes one package's three fragments. It keeps its buffers from package to package; a thread has one of its own.</summary>
sealed class WriteMetadata
{
    readonly XmlBuffer primary = new(32 << 10);
    readonly XmlBuffer filelists = new(32 << 10);
    readonly XmlBuffer other = new(32 << 10);
    readonly FileEntries files = new();
    readonly DependencyEntries dependencies = new();

    public PackageMetadata Write(RpmPackage package, ServedFile file)
    {
        try
        {
            return Of(package, file);
        }
        finally
        {
            Forget();
        }
    }

    PackageMetadata Of(RpmPackage package, ServedFile file)
    {
        var header = package.Header;
        var pkgid = XmlBuffer.Utf8Of(file.Sha256);

        Identity(filelists, package, pkgid);
        dependencies.Begin(header);
        files.Write(header, filelists, dependencies);
        filelists.Raw("</package>\n"u8);

        PrimaryEntry.Write(primary, package, file, pkgid);
        dependencies.Write(header, primary);
        primary.Raw(files.Primary).Raw("  </format>\n</package>\n"u8);

        Identity(other, package, pkgid);
        ChangelogEntries.Write(header, other);
        other.Raw("</package>\n"u8);

        return new(primary.Written.ToArray(), filelists.Written.ToArray(), other.Written.ToArray());
    }

    /// <summary>Also where the package was refused: a huge one's memory would stay with the thread.</summary>
    void Forget()
    {
        primary.Clear();
        filelists.Clear();
        other.Clear();
        files.Forget();
        dependencies.Forget();
    }

    /// <summary>How filelists and other tell which package they speak of.</summary>
    static void Identity(XmlBuffer xml, RpmPackage package, ReadOnlySpan<byte> pkgid)
    {
        xml.Raw("<package pkgid=\""u8).Attribute(pkgid).Raw("\" name=\""u8).Attribute(package.Header.Utf8(RpmTag.Name))
            .Raw("\" arch=\""u8).Attribute(PrimaryEntry.Arch(package)).Raw("\">\n"u8);
        PrimaryEntry.Version(xml, package.Header);
    }
}
