namespace Skyline.Rpm;

/// <summary>What of a package decides who can be built and installed with whom.</summary>
/// <param name="Requires">Of a source package: what it needs to be built. What is a feature of rpm itself is left out, and so is what is said twice.</param>
/// <param name="Files">Those that others may ask for by path: see <see cref="IsAskedFor"/>. Sorted by their bytes.</param>
/// <param name="Provides">Of a source package none.</param>
/// <param name="Conflicts">What it is not installed beside.</param>
/// <param name="Obsoletes">What it takes the place of; of a source package none.</param>
public sealed record PackageCapabilities(
    IReadOnlyList<Dependency> Provides, IReadOnlyList<string> Files, IReadOnlyList<Dependency> Requires, IReadOnlyList<Dependency> Conflicts, IReadOnlyList<Dependency> Obsoletes)
{
    /// <summary>Libraries' folders of a kernel or a language hold tens of thousands of files that nobody asks for.</summary>
    const int MostLibraryFiles = 1000;

    static readonly string[] libraries = ["/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/lib/", "/lib64/"];

    /// <summary>Of a package that offers nothing and asks for nothing.</summary>
    public static PackageCapabilities None { get; } = new([], [], [], [], []);

    /// <summary>Read from the package's header.</summary>
    public static PackageCapabilities Of(RpmPackage package)
    {
        var requires = Distinct(package, DependencyKind.Requires);
        return package.IsSource
            ? new([], [], requires, Distinct(package, DependencyKind.Conflicts), [])
            : new(Distinct(package, DependencyKind.Provides), FilesOf(package), requires, Distinct(package, DependencyKind.Conflicts), Distinct(package, DependencyKind.Obsoletes));
    }

    /// <summary>As in repositories' primary metadata: /etc, anything with bin/ in its path, sendmail.</summary>
    public static bool IsAskedFor(string path) => path.StartsWith("/etc/", StringComparison.Ordinal) || path.Contains("bin/", StringComparison.Ordinal) || path == "/usr/lib/sendmail";

    static IReadOnlyList<Dependency> Distinct(RpmPackage package, DependencyKind kind) =>
        [.. package.Dependencies(kind).Where(one => !one.IsRpmlib && one.Name.Length > 0).Select(one => one with { Flags = one.Flags & DependencyFlags.Compares }).Distinct()];

    static string[] FilesOf(RpmPackage package)
    {
        var paths = package.Files.Select(file => file.Path).ToList();
        string[] files = [.. paths.Where(IsAskedFor), .. paths.Where(path => !IsAskedFor(path) && libraries.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))).Take(MostLibraryFiles)];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
