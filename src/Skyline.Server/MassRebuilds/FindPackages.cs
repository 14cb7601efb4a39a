using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;

namespace Skyline.Server.MassRebuilds;

/// <summary>Which of a tag's builds a query is about.</summary>
static class FindPackages
{
    const int MostPatterns = 50, MostNames = 50_000;

    /// <returns>Null, or what is wrong with it.</returns>
    public static Refusal? WhyNot(PackageQuery? query) => query switch
    {
        null or { All: false, Requires: null or { Count: 0 }, BuildRequires: null or { Count: 0 }, Packages: null or { Count: 0 } } => new(400, "Say which packages: all of the tag, those that require something, those whose source packages do, or their names."),
        _ when Patterns(query).Count() > MostPatterns || query.Packages?.Count > MostNames => new(400, $"A query has at most {MostPatterns} patterns and {MostNames} names."),
        _ when Patterns(query).FirstOrDefault(text => CapabilityGlob.Of(text) is null) is var none && Patterns(query).Any(text => CapabilityGlob.Of(text) is null) =>
            new(400, $"'{none}' is no capability to look for: it is a name like 'libssl.so.3' or 'perl(Foo)', with * for any letters, up to {CapabilityGlob.Longest} of them."),
        _ when query.Packages?.Any(name => name is null or { Length: 0 or > 200 }) == true => new(400, "A package has a name of up to 200 letters."),
        _ => null,
    };

    static IEnumerable<string> Patterns(PackageQuery query) => (query.Requires ?? []).Concat(query.BuildRequires ?? []);

    /// <param name="held">All that the tag holds.</param>
    /// <returns>Those that it is about; and names that are not among them.</returns>
    public static (IReadOnlyList<HeldBuild> Found, IReadOnlyList<string> Unknown) Of(IDbConnection db, IReadOnlyList<HeldBuild> held, PackageQuery query)
    {
        if (query.All) return (held, []);
        var found = new HashSet<long>();
        var names = (query.Packages ?? []).ToHashSet(StringComparer.Ordinal);
        found.UnionWith(held.Where(build => names.Contains(build.Package)).Select(build => build.Id));
        var sources = Globs(query.BuildRequires);
        found.UnionWith(held.Where(build => build.BuildRequires.Any(one => sources.Any(glob => glob.Finds(one)))).Select(build => build.Id));
        if (query.Requires is { Count: > 0 }) found.UnionWith(Requiring(TagContent.Packages(db, held.Select(build => build.Id)), Globs(query.Requires)));
        return ([.. held.Where(build => found.Contains(build.Id))], [.. names.Except(held.Select(build => build.Package)).Order(StringComparer.Ordinal)]);
    }

    static List<CapabilityGlob> Globs(IReadOnlyList<string>? texts) => [.. (texts ?? []).Select(text => CapabilityGlob.Of(text)!)];

    /// <summary>A name that is a package's is also all that it provides: who requires openssl-libs requires libssl.so.3.</summary>
    static HashSet<long> Requiring(IReadOnlyList<(long Build, HeldPackage Package)> packages, IReadOnlyList<CapabilityGlob> globs)
    {
        var named = globs.Where(glob => glob.IsName).Select(glob => glob.Text).ToHashSet(StringComparer.Ordinal);
        var provided = packages.Where(one => named.Contains(one.Package.Nevra.Name)).SelectMany(one => one.Package.Has.Provides.Select(provide => provide.Name).Concat(one.Package.Has.Files)).ToHashSet(StringComparer.Ordinal);
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        var found = new HashSet<long>();
        foreach (var (build, package) in packages)
            if (!named.Contains(package.Nevra.Name) && !found.Contains(build) && package.Has.Requires.Any(IsOne)) found.Add(build);
        return found;

        bool IsOne(Dependency required)
        {
            if (!known.TryGetValue(required.Name, out var is_))
                known[required.Name] = is_ = globs.Any(glob => glob.Finds(required)) || provided.Count > 0 && RichDependency.Of(required)?.Capabilities.Any(one => provided.Contains(one.Name)) == true;
            return is_;
        }
    }

    /// <summary>As the title of a mass rebuild has it.</summary>
    public static string Words(PackageQuery query, string tag)
    {
        if (query.All) return $"every package of {tag}";
        string?[] parts =
        [
            query.Requires is { Count: > 0 } requires ? $"what requires {string.Join(" or ", requires)}" : null,
            query.BuildRequires is { Count: > 0 } builds ? $"what is built with {string.Join(" or ", builds)}" : null,
            query.Packages is { Count: > 0 } names ? names.Count <= 3 ? string.Join(", ", names) : $"{names[0]}, {names[1]} and {names.Count - 2} more" : null,
        ];
        var words = string.Join("; ", parts.OfType<string>());
        return words.Length > 250 ? words[..250] + "…" : words;
    }
}
