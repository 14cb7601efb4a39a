namespace Skyline.Rpm;

/// <summary>A package that could be installed and no longer can.</summary>
/// <param name="Unmet">What of its requirements nothing that can be installed meets any more.</param>
/// <param name="Through">A package that it needs and that broke before it; null: what it requires itself has gone.</param>
public sealed record BrokenPackage(HeldPackage Package, IReadOnlyList<Dependency> Unmet, HeldPackage? Through)
{
    /// <summary>It has to be built anew; what broke through another mends itself with that.</summary>
    public bool IsDirect => Through is null;
}

/// <summary>
/// What will no longer install once a repository's content is another, purely. What was not met before is no news: it comes from a repository beside
/// this one, or was broken already.
/// </summary>
public static class WhatBreaks
{
    /// <param name="before">One architecture's packages, noarch ones among them.</param>
    /// <param name="after">The same, with what is replaced replaced.</param>
    public static IReadOnlyList<BrokenPackage> Of(IReadOnlyList<HeldPackage> before, IReadOnlyList<HeldPackage> after)
    {
        var now = new HeldPackages(after, []);
        return Of(new HeldPackages(before, Enumerable.Range(0, now.Wants).Select(now.Asked)), now);
    }

    internal static IReadOnlyList<BrokenPackage> Of(HeldPackages then, HeldPackages now)
    {
        var was = new bool[now.Wants];
        for (var want = 0; want < was.Length; want++) was[want] = then.IsMet(then.NumberOf(now.Asked(want)), null);
        var (gone, broken) = (new bool[now.Packages.Count], new List<BrokenPackage>());
        for (var more = true; more;)
        {
            var lost = Lost(now, was, gone);
            more = false;
            var round = new List<int>();
            for (var package = 0; package < gone.Length; package++)
            {
                if (gone[package] || Unmet(now, package, lost) is not { Count: > 0 } unmet) continue;
                broken.Add(new(now.Packages[package], [.. unmet.Select(now.Asked)], unmet.SelectMany(want => now.Meeting(want)).Where(other => gone[other]).Select(other => now.Packages[other]).FirstOrDefault()));
                round.Add(package);
            }
            // All of a round together: whether a package broke by itself or through another is not a matter of their order.
            foreach (var package in round) more = gone[package] = true;
        }
        return broken;
    }

    static bool[] Lost(HeldPackages now, bool[] was, bool[] gone)
    {
        var lost = new bool[was.Length];
        for (var want = 0; want < was.Length; want++) lost[want] = was[want] && !now.IsMet(want, gone);
        return lost;
    }

    static List<int> Unmet(HeldPackages now, int package, bool[] lost)
    {
        var unmet = new List<int>();
        foreach (var want in now.RequiredBy(package))
            if (lost[want]) unmet.Add(want);
        return unmet;
    }
}
