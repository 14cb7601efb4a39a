using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Locks;

namespace Skyline.Server.Bisections;

/// <summary>What of a package's header is needed to tell what belongs together.</summary>
/// <param name="Source">Name of the source package.</param>
/// <param name="Requires">"NAME", or "NAME = EVR" where it is one version.</param>
/// <param name="Provides">Each as "NAME", and as "NAME = EVR" too where it has a version.</param>
sealed record PackageFacts(string Source, IReadOnlyCollection<string> Requires, IReadOnlyCollection<string> Provides);

/// <summary>Changes of a buildroot that are only made together.</summary>
/// <param name="IsRecipe">It is the chroot's definition that changed, and no package.</param>
sealed record Update(string Title, IReadOnlyList<LockChange> Changes, bool IsRecipe = false)
{
    public static readonly Update OfRecipe = new("the chroot's definition", [], IsRecipe: true);

    public BuildrootUpdate OnTheWire() => new(Title, [.. Changes.Select(change => new PackageUpdate(change.Name, change.Arch, change.Before?.Nevra, change.After?.Nevra))]);
}

/// <summary>
/// Which changes belong together, purely: those of one source package, and those of which one brings what another needs, or takes away
/// what only another does without. Of a package whose header is not to be had, those that go from the same version to the same version.
/// </summary>
sealed class GroupUpdates
{
    readonly IReadOnlyList<LockChange> changes;
    readonly IReadOnlyDictionary<string, PackageFacts> facts;
    readonly int[] leader;

    GroupUpdates(IReadOnlyList<LockChange> changes, IReadOnlyDictionary<string, PackageFacts> facts) =>
        (this.changes, this.facts, leader) = (changes, facts, [.. Enumerable.Range(0, changes.Count)]);

    /// <param name="before">The whole lock before.</param>
    /// <param name="facts">By SHA-256; of those that are not there nothing is known.</param>
    public static IReadOnlyList<Update> Of(IReadOnlyList<LockedPackage> before, IReadOnlyList<LockChange> changes, IReadOnlyDictionary<string, PackageFacts> facts)
    {
        var groups = new GroupUpdates(changes, facts);
        groups.JoinSources();
        groups.JoinWhatComes([.. before.Select(package => facts.GetValueOrDefault(package.Sha256)).OfType<PackageFacts>()]);
        groups.JoinWhatGoes();
        return [.. changes.Select((change, at) => (change, of: groups.Leader(at))).GroupBy(pair => pair.of, pair => pair.change).Select(group => groups.Named([.. group]))];
    }

    void JoinSources()
    {
        var of = new Dictionary<string, int>();
        for (var at = 0; at < changes.Count; at++)
            foreach (var key in KeysOf(changes[at]))
                if (!of.TryAdd(key, at)) Join(at, of[key]);
    }

    List<string> KeysOf(LockChange change)
    {
        var sources = new[] { change.Before, change.After }.OfType<LockedPackage>().Select(package => facts.GetValueOrDefault(package.Sha256)?.Source).OfType<string>().Distinct().ToList();
        return sources.Count > 0 ? sources : [$"{EvrOf(change.Before)} → {EvrOf(change.After)}"];
    }

    /// <summary>What a new package needs, that nothing had before and another new one brings.</summary>
    void JoinWhatComes(IReadOnlyList<PackageFacts> before)
    {
        var had = before.SelectMany(package => package.Provides).ToHashSet();
        JoinNeeds(change => change.After, wanted => !had.Contains(wanted));
    }

    /// <summary>What an old package needs, that nothing has any more and another old one had.</summary>
    void JoinWhatGoes()
    {
        var has = changes.Select(change => FactsOf(change.After)).OfType<PackageFacts>().SelectMany(package => package.Provides).ToHashSet();
        JoinNeeds(change => change.Before, wanted => !has.Contains(wanted));
    }

    void JoinNeeds(Func<LockChange, LockedPackage?> side, Func<string, bool> matters)
    {
        var from = new Dictionary<string, int>();
        for (var at = 0; at < changes.Count; at++)
            foreach (var provided in FactsOf(side(changes[at]))?.Provides ?? []) from.TryAdd(provided, at);
        for (var at = 0; at < changes.Count; at++)
            foreach (var wanted in FactsOf(side(changes[at]))?.Requires ?? [])
                if (matters(wanted) && from.TryGetValue(wanted, out var other)) Join(at, other);
    }

    PackageFacts? FactsOf(LockedPackage? package) => package is null ? null : facts.GetValueOrDefault(package.Sha256);

    int Leader(int at)
    {
        while (leader[at] != at) at = leader[at] = leader[leader[at]];
        return at;
    }

    void Join(int one, int other)
    {
        var (a, b) = (Leader(one), Leader(other));
        leader[Math.Max(a, b)] = Math.Min(a, b);
    }

    const int MostNamed = 3;

    Update Named(IReadOnlyList<LockChange> group)
    {
        var titles = group.GroupBy(change => FactsOf(change.After ?? change.Before)?.Source ?? FactsOf(change.Before)?.Source ?? group[0].Name, StringComparer.Ordinal).Select(source => Title(source.Key, [.. source])).ToList();
        return new(string.Join(", ", titles.Take(MostNamed)) + (titles.Count > MostNamed ? $" and {titles.Count - MostNamed} more" : ""), group);
    }

    static string Title(string source, IReadOnlyList<LockChange> of)
    {
        // The package that is called as its source tells the version that people know; debuginfo and the like may have another.
        var change = of.FirstOrDefault(one => one.Name == source && one.Before is not null && one.After is not null) ?? of.FirstOrDefault(one => one.Before is not null && one.After is not null) ?? of[0];
        return change switch
        {
            { Before: null } => $"{source} {EvrOf(change.After)} (new)",
            { After: null } => $"{source} {EvrOf(change.Before)} (gone)",
            _ when EvrOf(change.Before) == EvrOf(change.After) => $"{source} {EvrOf(change.After)} (another file of the same version)",
            _ => $"{source} {EvrOf(change.Before)} → {EvrOf(change.After)}",
        };
    }

    static string EvrOf(LockedPackage? package) => package is null ? "" : Nevra.TryParse(package.Nevra, out var nevra) ? nevra.Evr.ToString() : package.Nevra;
}
