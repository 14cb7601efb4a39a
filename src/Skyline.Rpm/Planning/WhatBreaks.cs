namespace Skyline.Rpm;

/// <summary>A package that could be installed and no longer can.</summary>
/// <param name="Unmet">What of its requirements nothing that can be installed meets any more.</param>
/// <param name="Through">A package that it needs and that broke before it; null: what it requires itself has gone.</param>
/// <param name="Package">The package that broke.</param>
public sealed record BrokenPackage(HeldPackage Package, IReadOnlyList<Dependency> Unmet, HeldPackage? Through)
{
    /// <summary>It has to be built anew; what broke through another mends itself with that.</summary>
    public bool IsDirect => Through is null;
}

/// <summary>
/// What will no longer install once a repository's content is another, purely. What was not met before is no news: it comes from a repository beside
/// this one, or was broken already. But of a package that is new: what met its requirements where it was built must be there too.
/// </summary>
public static class WhatBreaks
{
    /// <param name="before">One architecture's packages, noarch ones among them.</param>
    /// <param name="after">The same, with what is replaced replaced.</param>
    /// <param name="beside">Those that the new ones were built beside, whether they come too or not.</param>
    /// <param name="isAll">Whether before and after hold all that there is, what external repositories have too: then whatever a new package needs must be there.</param>
    public static IReadOnlyList<BrokenPackage> Of(IReadOnlyList<HeldPackage> before, IReadOnlyList<HeldPackage> after, IReadOnlyList<HeldPackage>? beside = null, bool isAll = false)
    {
        var now = new HeldPackages(after, []);
        var asked = Enumerable.Range(0, now.Wants).Select(now.Asked).ToList();
        var (there, known) = (beside is null ? null : new HeldPackages(beside, asked), before.Select(package => package.Nevra).ToHashSet());
        return Of(new HeldPackages(before, asked), now, package => !known.Contains(now.Packages[package].Nevra), want => isAll || there?.IsMet(there.NumberOf(now.Asked(want)), null) == true);
    }

    internal static IReadOnlyList<BrokenPackage> Of(HeldPackages then, HeldPackages now) => Of(then, now, _ => false, _ => false);

    /// <param name="then">As it was.</param>
    /// <param name="now">As it would be.</param>
    /// <param name="isNew">Whether a package of the ones now was not there then.</param>
    /// <param name="isOwed">Whether new ones must have a requirement met, also if nobody met it then.</param>
    static List<BrokenPackage> Of(HeldPackages then, HeldPackages now, Func<int, bool> isNew, Func<int, bool> isOwed)
    {
        var (was, owed) = (new bool[now.Wants], new bool[now.Wants]);
        for (var want = 0; want < was.Length; want++) (was[want], owed[want]) = (then.IsMet(then.NumberOf(now.Asked(want)), null), isOwed(want));
        var (gone, fresh, broken) = (new bool[now.Packages.Count], Enumerable.Range(0, now.Packages.Count).Select(isNew).ToList(), new List<BrokenPackage>());
        for (var more = true; more;)
        {
            var unmet = Enumerable.Range(0, was.Length).Select(want => (was[want] || owed[want]) && !now.IsMet(want, gone)).ToArray();
            more = false;
            var round = new List<int>();
            for (var package = 0; package < gone.Length; package++)
            {
                if (gone[package] || Lacks(package) is not { Count: > 0 } lacks) continue;
                broken.Add(new(now.Packages[package], [.. lacks.Select(now.Asked)], lacks.SelectMany(want => now.Meeting(want)).Where(other => gone[other]).Select(other => now.Packages[other]).FirstOrDefault()));
                round.Add(package);
            }
            // All of a round together: whether a package broke by itself or through another is not a matter of their order.
            foreach (var package in round) more = gone[package] = true;

            List<int> Lacks(int package)
            {
                var lacks = new List<int>();
                foreach (var want in now.RequiredBy(package))
                    if (unmet[want] && (was[want] || fresh[package] && owed[want])) lacks.Add(want);
                return lacks;
            }
        }
        return broken;
    }
}
