using Skyline.Cli.Imports;

namespace Skyline.Cli.Builds;

/// <summary>What `skyline build` is given: a file to upload, or an address that the server fetches from.</summary>
abstract record SourcePackage(string Name)
{
    public sealed record LocalFile(string Path, string Name, long Size) : SourcePackage(Name);

    public sealed record Address(string Url) : SourcePackage(Url);

    /// <summary>A Git repository: "git+https://HOST/PATH#REF".</summary>
    public sealed record Repository(string Url) : SourcePackage(Url);

    /// <summary>
    /// Looks at the file's first bytes, so that a wrong file is told before it is uploaded. What is in the package is the
    /// server's to judge.
    /// </summary>
    /// <exception cref="StopException">It cannot be a source package.</exception>
    public static SourcePackage Find(string given)
    {
        if (given.StartsWith("git+", StringComparison.Ordinal)) return new Repository(given);
        if (given.Contains("://", StringComparison.Ordinal))
            return given.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || given.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? new Address(given)
                : throw StopException.Usage($"{given}: a server fetches source packages from http and https addresses only; a Git repository is named git+https://HOST/PATH#REF.");
        var file = RpmFile.Find(given);
        return file.IsSource ? new LocalFile(file.Path, file.Name, file.Size)
            : throw StopException.Usage($"{given} is a binary package; give the source package (.src.rpm) that it is built from.");
    }
}
