using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>
/// What rpm's generators will make of files that a spec lists, and of packages' names where a name is a promise: pkgconfig(…) of .pc files, cmake(…), sonames,
/// perl(…), python3dist(…), and files by their path.
/// </summary>
static partial class ForeseeFiles
{
    const int MostBraces = 64;

    /// <summary>"/usr/bin/{a,b}" is two, as rpm expands it.</summary>
    public static IEnumerable<string> Alternatives(string path)
    {
        var all = new List<string> { path };
        for (var at = 0; at < all.Count && all.Count < MostBraces;)
        {
            if (Braces().Match(all[at]) is not { Success: true } braces) at++;
            else
            {
                var (before, after) = (all[at][..braces.Index], all[at][(braces.Index + braces.Length)..]);
                all.RemoveAt(at);
                all.InsertRange(at, braces.Groups[1].Value.Split(',').Select(one => before + one + after));
            }
        }
        return all.Take(MostBraces);
    }

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Of a file that stands there by name: what its generator will surely say.</summary>
    public static IEnumerable<string> Sure(string path)
    {
        if (path.Length > ForeseenPattern.Longest) yield break;
        if (path.EndsWith(".pc", StringComparison.Ordinal)) yield return $"pkgconfig({Path.GetFileNameWithoutExtension(path)})";
        if (CMakeConfig().Match(path) is { Success: true } cmake)
            foreach (var name in WithLower(cmake.Groups[1].Value)) yield return $"cmake({name})";
        if (Perl().Match(path) is { Success: true } perl && path.EndsWith(".pm", StringComparison.Ordinal)) yield return $"perl({Module(perl.Groups[1].Value)})";
    }

    /// <summary>Of a pattern, a folder or a library: what it may come to.</summary>
    /// <param name="written">As the spec has it.</param>
    /// <param name="path">With its macros expanded.</param>
    public static IEnumerable<ForeseenPattern> Perhaps(string path, string written)
    {
        if (path.Length > ForeseenPattern.Longest) yield break;
        var (slash, isFolder) = (path.LastIndexOf('/'), path.EndsWith('/'));
        var (folder, file) = (path[..Math.Max(0, slash)], isFolder ? "*" : path[(slash + 1)..]);
        var (said, named) = ($"{written} in its %files", $"{(isFolder ? written : Path.GetFileName(written))} in its %files");
        if (PackageCapabilities.IsAskedFor(path)) yield return new(folder + "/", file, "", said);
        if (folder.EndsWith("/pkgconfig", StringComparison.Ordinal) && (file.EndsWith(".pc", StringComparison.Ordinal) ? file[..^3] : file.EndsWith('*') ? file : null) is { } pc) yield return new("pkgconfig(", pc, ")", named);
        if (Libraries().IsMatch(folder) && file.Contains(".so.", StringComparison.Ordinal)) yield return new("", file, "(*", named);
        if (CMake().Match(path) is { Success: true } cmake && CMakeName(cmake.Groups[1].Value) is { } package)
            foreach (var name in WithLower(package)) yield return new("cmake(", name, ")", said);
        if (Perl().Match(path) is { Success: true } perl && Module(perl.Groups[1].Value) is { Length: > 0 } module)
            yield return new("perl(", module.EndsWith('*') ? module : isFolder || !path.EndsWith(".pm", StringComparison.Ordinal) ? module.TrimEnd(':') + "::*" : module, ")", said);
        if (Python().Match(path) is { Success: true } python && Distribution(python.Groups[1].Value) is { } distribution) yield return new("python3*dist(", distribution, ")", said);
    }

    /// <summary>Of packages that are called after what they are there for.</summary>
    public static IEnumerable<ForeseenPattern> Named(string package)
    {
        const string Said = "by its name";
        if (package.Length > ForeseenPattern.Longest) yield break;
        if (package.StartsWith("python3-", StringComparison.Ordinal)) yield return new("python3*dist(", Normal(package[8..]), ")", Said);
        if (package.StartsWith("perl-", StringComparison.Ordinal)) yield return new("perl(", package[5..].Replace("-", "::", StringComparison.Ordinal), ")", Said);
        if (package.StartsWith("rubygem-", StringComparison.Ordinal)) yield return new("rubygem(", package[8..], ")", Said);
    }

    /// <summary>The generator says both.</summary>
    static IEnumerable<string> WithLower(string name) => name.Any(char.IsUpper) ? [name, name.ToLowerInvariant()] : [name];

    /// <summary>Of what stands behind "/cmake/": "Foo/FooConfig.cmake", "Foo-1.2/*.cmake", "Foo*".</summary>
    static string? CMakeName(string rest) => CMakeConfig().Match("/cmake/" + rest) is { Success: true } config ? config.Groups[1].Value
        : rest.Split('/')[0] is { Length: > 0 } first && !first.EndsWith(".cmake", StringComparison.Ordinal) ? CMakeVersion().Replace(first, "") : null;

    static string Module(string path) => (path.StartsWith("auto/", StringComparison.Ordinal) ? path[5..] : path).Replace(".pm", "", StringComparison.Ordinal).Replace("/", "::", StringComparison.Ordinal);

    /// <summary>Of "Foo_bar-1.0.dist-info", "foo*"; what is only a module says nothing of its distribution.</summary>
    static string? Distribution(string entry) =>
        entry.EndsWith("-info", StringComparison.Ordinal) ? Normal(entry.Split('-')[0].Split(".dist")[0].Split(".egg")[0]) : entry.EndsWith('*') ? Normal(entry) : null;

    static string Normal(string name) => Joints().Replace(name.ToLowerInvariant(), "-");

    [GeneratedRegex(@"\{([^{}]*,[^{}]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Braces();

    [GeneratedRegex(@"/cmake/(.+)$", RegexOptions.NonBacktracking)]
    private static partial Regex CMake();

    [GeneratedRegex(@"/cmake/(?:.*/)?([^/]+?)(?:Config|-config)\.cmake$", RegexOptions.NonBacktracking)]
    private static partial Regex CMakeConfig();

    [GeneratedRegex(@"-[0-9*].*$", RegexOptions.NonBacktracking)]
    private static partial Regex CMakeVersion();

    [GeneratedRegex(@"^(?:/usr)?/lib(?:64)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Libraries();

    [GeneratedRegex(@"/perl5/(?:vendor_perl/)?(.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Perl();

    [GeneratedRegex(@"/site-packages/([^/]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Python();

    [GeneratedRegex(@"[-_.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Joints();
}
