using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Schedules;

/// <summary>A package that came into a repository, and what of that anybody may care for.</summary>
/// <param name="At">When it came, in milliseconds since 1970.</param>
/// <param name="Offers">Capabilities and files that somebody is built with.</param>
/// <param name="Obsoletes">What it replaces.</param>
sealed record Newcomer(string Name, long At, IReadOnlyList<Dependency> Offers, IReadOnlyList<Dependency> Obsoletes);

/// <summary>
/// Packages that are there now and were not when something was last built, purely: whether one of them may come into a buildroot that never had a package of
/// that name. It may if it offers what the source asks for by name, or replaces a package that the buildroot had. Nothing is resolved.
/// </summary>
sealed class Newcomers
{
    readonly Dictionary<string, List<(Newcomer Package, Dependency Of)>> offers = new(StringComparer.Ordinal), obsoletes = new(StringComparer.Ordinal);

    public void Add(Newcomer package)
    {
        foreach (var one in package.Offers) Add(offers, one, package);
        foreach (var one in package.Obsoletes) Add(obsoletes, one, package);
    }

    static void Add(Dictionary<string, List<(Newcomer, Dependency)>> to, Dependency one, Newcomer package)
    {
        if (!to.TryGetValue(one.Name, out var all)) to.Add(one.Name, all = []);
        all.Add((package, one));
    }

    /// <param name="locked">What the last buildroot was made of.</param>
    /// <param name="since">When it was; what came later counts.</param>
    public bool MayComeTo(IReadOnlyList<Dependency> buildRequires, IReadOnlyList<LockedPackage> locked, long since)
    {
        if (offers.Count + obsoletes.Count == 0) return false;
        var had = locked.Select(package => Nevra.TryParse(package.Nevra, out var nevra) ? nevra : null).OfType<Nevra>().DistinctBy(nevra => nevra.Name).ToDictionary(nevra => nevra.Name, StringComparer.Ordinal);
        // What is in the place of a package that was there is told by its name.
        return buildRequires.SelectMany(one => RichDependency.Of(one)?.Capabilities ?? []).Any(wanted => offers.TryGetValue(wanted.Name, out var some)
                && some.Any(one => one.Package.At > since && !had.ContainsKey(one.Package.Name) && CapabilityMatch.Overlap(one.Of.Flags, one.Of.Evr, wanted.Flags, wanted.Evr)))
            || had.Values.Any(old => obsoletes.TryGetValue(old.Name, out var some)
                && some.Any(one => one.Package.At > since && !had.ContainsKey(one.Package.Name) && CapabilityMatch.Overlap(one.Of.Flags, one.Of.Evr, DependencyFlags.Equal, old.Evr.ToString())));
    }
}
