namespace Skyline.Rpm;

/// <summary>One architecture's repository before a library is replaced, and the packages that replace its own.</summary>
/// <param name="Held">All that is held, the packages that are replaced among them.</param>
/// <param name="Arch">The architecture.</param>
/// <param name="Fresh">The packages that come in the place of the replaced.</param>
public sealed record BumpWorld(string Arch, IReadOnlyList<HeldPackage> Held, IReadOnlyList<HeldPackage> Fresh);

/// <summary>A source package of the tag.</summary>
public sealed record HeldSource(string Name, IReadOnlyList<Dependency> BuildRequires);

/// <summary>A source that could be built, and cannot once the library is replaced, whatever else is built anew.</summary>
public sealed record UnbuildableSource(string Name, IReadOnlyList<Dependency> Unmet);

/// <summary>What the replacing of a library comes to.</summary>
/// <param name="Gone">Names of what its packages offered and the new ones do not.</param>
/// <param name="Come">The other way round.</param>
/// <param name="Broken">What does not install any more until something is built anew: directly, then through others.</param>
/// <param name="Graph">The sources that must be built anew, and which of them must be there before which: a buildroot must be possible.</param>
/// <param name="Unbuildable">Sources of the tag that want, to be built, something that has gone.</param>
/// <param name="BaseNeeds">Those that packages of every buildroot are made of, and that are broken themselves: nothing at all can be built before they are.</param>
/// <param name="Order">The graph's waves and cycles.</param>
public sealed record BumpPlanned(
    IReadOnlyList<string> Gone, IReadOnlyList<string> Come, IReadOnlyList<BrokenPackage> Broken, BuildGraph Graph, BuildOrder Order,
    IReadOnlyList<UnbuildableSource> Unbuildable, IReadOnlyList<string> BaseNeeds);

/// <summary>
/// The soname-bump planner, purely: a library's packages are replaced; which packages break, which sources must be built anew for that, in which order,
/// and what is stuck. A source waits for another where a buildroot of it would have a package in it that is broken until that one is built.
/// </summary>
public static class PlanBump
{
    /// <param name="replaced">Names of the sources whose packages are replaced.</param>
    /// <param name="inEveryBuildroot">Names of packages that every buildroot has.</param>
    /// <param name="worlds">One of each architecture.</param>
    /// <param name="sources">Those of the tag.</param>
    public static BumpPlanned Of(IReadOnlyList<BumpWorld> worlds, IReadOnlySet<string> replaced, IReadOnlyList<HeldSource> sources, IReadOnlyList<string> inEveryBuildroot)
    {
        var asks = sources.SelectMany(source => source.BuildRequires).Concat(inEveryBuildroot.Select(Named)).Distinct().ToList();
        var looked = worlds.Select(world => Look(world, replaced, asks)).ToList();
        var rebuilt = looked.SelectMany(world => world.Broken).Where(broken => broken.IsDirect && !replaced.Contains(broken.Package.Source)).Select(broken => broken.Package.Source).ToHashSet(StringComparer.Ordinal);
        var members = sources.Where(source => rebuilt.Contains(source.Name)).DistinctBy(source => source.Name).ToList();
        var order = new OrderRebuilds(members, inEveryBuildroot);
        foreach (var world in looked) order.Add(world);
        var graph = BuildGraph.Of([.. members.Select(member => member.Name)], order.Edges);
        return new(
            Differ(worlds, replaced, world => world.Old(replaced), world => world.Fresh), Differ(worlds, replaced, world => world.Fresh, world => world.Old(replaced)),
            [.. looked.SelectMany(world => world.Broken).DistinctBy(broken => broken.Package.Nevra).OrderBy(broken => !broken.IsDirect)],
            graph, BuildOrder.Of(graph), Unbuildable(looked, sources, replaced), [.. order.BaseNeeds.Order(StringComparer.Ordinal)]);
    }

    internal sealed record Looked(HeldPackages Then, HeldPackages Now, IReadOnlyList<BrokenPackage> Broken);

    static Looked Look(BumpWorld world, IReadOnlySet<string> replaced, IReadOnlyList<Dependency> asks)
    {
        var now = new HeldPackages([.. world.Held.Where(package => !replaced.Contains(package.Source)), .. world.Fresh], asks);
        var then = new HeldPackages(world.Held, Enumerable.Range(0, now.Wants).Select(now.Asked));
        return new(then, now, WhatBreaks.Of(then, now));
    }

    internal static Dependency Named(string package) => new(package, DependencyFlags.None, "");

    static IEnumerable<HeldPackage> Old(this BumpWorld world, IReadOnlySet<string> replaced) => world.Held.Where(package => replaced.Contains(package.Source));

    static IReadOnlyList<string> Differ(IReadOnlyList<BumpWorld> worlds, IReadOnlySet<string> replaced, Func<BumpWorld, IEnumerable<HeldPackage>> of, Func<BumpWorld, IEnumerable<HeldPackage>> from) =>
        [.. worlds.SelectMany(world => Names(of(world)).Except(Names(from(world)))).Distinct().Order(StringComparer.Ordinal)];

    static IEnumerable<string> Names(IEnumerable<HeldPackage> packages) => packages.SelectMany(package => package.Has.Provides).Select(one => one.Name);

    static IReadOnlyList<UnbuildableSource> Unbuildable(IReadOnlyList<Looked> worlds, IReadOnlyList<HeldSource> sources, IReadOnlySet<string> replaced) =>
    [
        .. from source in sources
           where !replaced.Contains(source.Name)
           let unmet = source.BuildRequires.Where(one => worlds.Any(world => Has(world.Then, one) && !Has(world.Now, one))).ToList()
           where unmet.Count > 0
           select new UnbuildableSource(source.Name, unmet),
    ];

    static bool Has(HeldPackages packages, Dependency one) => packages.IsMet(packages.NumberOf(one), null);
}

/// <summary>Walks what a buildroot of each source would hold, and notes what of it is broken until its own source is built.</summary>
sealed class OrderRebuilds(IReadOnlyList<HeldSource> members, IReadOnlyList<string> inEveryBuildroot)
{
    readonly Dictionary<string, int> numbers = members.Select((member, number) => (member.Name, number)).ToDictionary(StringComparer.Ordinal);
    readonly HashSet<(int, int)> edges = [];

    public IEnumerable<(int Source, int Needs)> Edges => edges.Order();

    public HashSet<string> BaseNeeds { get; } = new(StringComparer.Ordinal);

    public void Add(PlanBump.Looked world)
    {
        var broken = world.Broken.Where(one => one.IsDirect).Select(one => one.Package).ToHashSet(ReferenceEqualityComparer.Instance);
        var common = Walk(world.Now, inEveryBuildroot.Select(PlanBump.Named), []);
        foreach (var package in common.Select(one => world.Now.Packages[one]).Where(package => broken.Contains(package))) BaseNeeds.Add(package.Source);
        for (var member = 0; member < members.Count; member++)
            foreach (var package in Walk(world.Now, members[member].BuildRequires, common).Concat(common).Select(one => world.Now.Packages[one]).Where(package => broken.Contains(package)))
                if (numbers.TryGetValue(package.Source, out var needs) && needs != member) edges.Add((member, needs));
    }

    /// <returns>All that is asked for and all that that requires, whoever of several may be taken; without what is there already.</returns>
    static HashSet<int> Walk(HeldPackages packages, IEnumerable<Dependency> asks, HashSet<int> there)
    {
        var (found, next) = (new HashSet<int>(), new Queue<int>());
        foreach (var one in asks) Take(packages.NumberOf(one));
        while (next.TryDequeue(out var package))
            foreach (var want in packages.RequiredBy(package)) Take(want);
        return found;

        void Take(int want)
        {
            foreach (var package in packages.Meeting(want))
                if (!there.Contains(package) && found.Add(package)) next.Enqueue(package);
        }
    }
}
