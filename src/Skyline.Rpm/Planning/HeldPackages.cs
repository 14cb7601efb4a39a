namespace Skyline.Rpm;

/// <summary>A package that a repository holds.</summary>
/// <param name="Source">Name of the source package that it was built from.</param>
/// <param name="Nevra">What it is called.</param>
/// <param name="Has">What it offers and asks for.</param>
public sealed record HeldPackage(Nevra Nevra, string Source, PackageCapabilities Has);

/// <summary>
/// Packages of one architecture's repository, and whether what is asked for is there: each requirement by itself, as rpm compares them. Which of several
/// would be taken, and what conflicts, is a depsolver's to say.
/// </summary>
sealed class HeldPackages
{
    readonly record struct Offer(int Package, DependencyFlags Flags, string Evr);

    readonly Dictionary<Dependency, int> numbers = [];
    readonly List<(Dependency Asked, RichDependency? Tree)> wants = [];
    readonly Dictionary<string, List<Offer>?> offers = new(StringComparer.Ordinal);
    readonly List<int[]?> meeting = [];
    readonly int[][] requires;

    /// <param name="packages">All of them.</param>
    /// <param name="asks">What else will be asked of them, beside what they require of one another.</param>
    public HeldPackages(IReadOnlyList<HeldPackage> packages, IEnumerable<Dependency> asks)
    {
        Packages = packages;
        requires = [.. packages.Select(package => package.Has.Requires.Select(Want).Distinct().ToArray())];
        foreach (var one in asks) Want(one);
        for (var i = 0; i < packages.Count; i++)
        {
            foreach (var one in packages[i].Has.Provides) Add(one.Name, new(i, one.Flags, one.Evr));
            foreach (var file in packages[i].Has.Files) Add(file, new(i, DependencyFlags.None, ""));
        }
    }

    public IReadOnlyList<HeldPackage> Packages { get; }

    public int Wants => wants.Count;

    public Dependency Asked(int want) => wants[want].Asked;

    public ReadOnlySpan<int> RequiredBy(int package) => requires[package];

    /// <summary>The number of what was said that it would be asked for.</summary>
    public int NumberOf(Dependency asked) => numbers[asked];

    int Want(Dependency asked)
    {
        if (numbers.TryGetValue(asked, out var number)) return number;
        var tree = RichDependency.Of(asked);
        foreach (var one in tree?.Capabilities ?? []) offers.TryAdd(one.Name, null);
        numbers.Add(asked, wants.Count);
        wants.Add((asked, tree));
        meeting.Add(null);
        return wants.Count - 1;
    }

    void Add(string name, Offer offer)
    {
        if (!offers.TryGetValue(name, out var all)) return;
        if (all is null) offers[name] = all = [];
        all.Add(offer);
    }

    /// <summary>Every package that could meet it.</summary>
    public IReadOnlyList<int> Meeting(int want) => meeting[want] ??= [.. Found(wants[want].Tree, null).Distinct()];

    /// <param name="want">Its number.</param>
    /// <param name="without">Packages that count as not there.</param>
    public bool IsMet(int want, bool[]? without) => IsMet(wants[want].Tree, without);

    bool IsMet(RichDependency? tree, bool[]? without) => tree switch
    {
        RichDependency.Joined { Operator: RichOperator.And } all => all.Parts.All(part => IsMet(part, without)),
        RichDependency.Joined { Operator: RichOperator.If } perhaps => IsMet(perhaps.Parts[0], without) || !IsMet(perhaps.Parts[1], without) && (perhaps.Parts.Count < 3 || IsMet(perhaps.Parts[2], without)),
        RichDependency.Joined { Operator: RichOperator.Unless } perhaps => IsMet(perhaps.Parts[0], without) || IsMet(perhaps.Parts[1], without) && (perhaps.Parts.Count < 3 || IsMet(perhaps.Parts[2], without)),
        // What cannot be read is no reason to say that something breaks.
        null => true,
        _ => Found(tree, without).Any(),
    };

    IEnumerable<int> Found(RichDependency? tree, bool[]? without) => tree switch
    {
        RichDependency.One one => (offers[one.Capability.Name] ?? []).Where(offer => without?[offer.Package] != true && CapabilityMatch.Overlap(offer.Flags, offer.Evr, one.Capability.Flags, one.Capability.Evr)).Select(offer => offer.Package),
        RichDependency.Joined { Operator: RichOperator.With } with => with.Parts.Select(part => Found(part, without)).Aggregate((all, some) => all.Intersect(some)),
        RichDependency.Joined { Operator: RichOperator.Without } not => Found(not.Parts[0], without).Except(Found(not.Parts[1], without)),
        RichDependency.Joined { Operator: RichOperator.If or RichOperator.Unless } perhaps => Found(perhaps.Parts[0], without).Concat(perhaps.Parts.Skip(2).SelectMany(part => Found(part, without))),
        RichDependency.Joined joined => joined.Parts.SelectMany(part => Found(part, without)),
        _ => [],
    };
}
