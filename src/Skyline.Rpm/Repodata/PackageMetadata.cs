namespace Skyline.Rpm;

/// <summary>One package's fragments of primary, filelists and other: UTF-8 XML, made once at import and kept.</summary>
public sealed record PackageMetadata(ReadOnlyMemory<byte> Primary, ReadOnlyMemory<byte> Filelists, ReadOnlyMemory<byte> Other)
{
    [ThreadStatic]
    static WriteMetadata? writer;

    /// <param name="package">The package as read.</param>
    /// <param name="sha256">Of the whole file as served, lower-case hex: the pkgid.</param>
    /// <param name="size">Of the whole file as served, bytes.</param>
    /// <param name="fileTime">What createrepo takes from the file's mtime.</param>
    /// <param name="location">Relative to the repository's root: "Packages/h/hello-1-1.x86_64.rpm".</param>
    /// <exception cref="BadRpmException">A fragment would be larger than 256 MiB: only a hostile package's is.</exception>
    public static PackageMetadata Of(RpmPackage package, string sha256, long size, DateTimeOffset fileTime, string location) =>
        (writer ??= new()).Write(package, new(sha256, size, fileTime.ToUnixTimeSeconds(), location));
}

/// <summary>What metadata says of the file that holds a package.</summary>
readonly record struct ServedFile(string Sha256, long Size, long Time, string Location);
