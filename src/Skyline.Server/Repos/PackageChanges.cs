using Skyline.Protocol;

namespace Skyline.Server.Repos;

/// <summary>Packages that go and come, as people read it: what goes and what comes under one name is one change.</summary>
static class PackageChanges
{
    /// <summary>An answer is for reading; past so many, it says how many more there are.</summary>
    public const int MostListed = 10_000;

    public static IReadOnlyList<PackageChange> Of(IEnumerable<ListedRpm> gone, IEnumerable<ListedRpm> come) =>
        [.. gone.Select(rpm => (Rpm: rpm, Comes: false)).Concat(come.Select(rpm => (Rpm: rpm, Comes: true)))
            .GroupBy(one => (one.Rpm.Repo, one.Rpm.Nevra.Name))
            .OrderBy(name => name.Key.Repo, StringComparer.Ordinal).ThenBy(name => name.Key.Name, StringComparer.Ordinal)
            .SelectMany(name => OfName(name.Key.Repo, Newest(name.Where(one => !one.Comes)), Newest(name.Where(one => one.Comes))))];

    static List<Rpm.Nevra> Newest(IEnumerable<(ListedRpm Rpm, bool Comes)> some) =>
        [.. some.Select(one => one.Rpm.Nevra).OrderByDescending(nevra => nevra.Evr).ThenBy(nevra => nevra.Arch, StringComparer.Ordinal)];

    /// <summary>The newest that comes takes the newest's place; a repository may hold more of a name.</summary>
    static IEnumerable<PackageChange> OfName(string repo, List<Rpm.Nevra> gone, List<Rpm.Nevra> come)
    {
        if (gone.Count > 0 && come.Count > 0) yield return new(repo, Kind(gone[0], come[0]), come[0].Name, gone[0].ToString(), come[0].ToString());
        var paired = Math.Min(1, Math.Min(gone.Count, come.Count));
        foreach (var nevra in come.Skip(paired)) yield return new(repo, PackageChangeKind.Added, nevra.Name, null, nevra.ToString());
        foreach (var nevra in gone.Skip(paired)) yield return new(repo, PackageChangeKind.Removed, nevra.Name, nevra.ToString(), null);
    }

    static PackageChangeKind Kind(Rpm.Nevra gone, Rpm.Nevra come) => come.Evr.CompareTo(gone.Evr) switch
    {
        > 0 => PackageChangeKind.Upgraded,
        < 0 => PackageChangeKind.Downgraded,
        _ => PackageChangeKind.Replaced,
    };
}
