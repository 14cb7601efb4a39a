using Skyline.Rpm;

namespace Skyline.Server.Chains;

/// <summary>One build of a plan.</summary>
/// <param name="Source">By its place among the sources.</param>
/// <param name="Bootstrap">The first of its two.</param>
/// <param name="Needs">Builds of the plan, by their place in it, and why each is waited for.</param>
sealed record OrderedBuild(int Source, bool Bootstrap, int Wave, IReadOnlyList<(int Build, string? Requirement, string? MetBy)> Needs);

/// <param name="Way">Sources, the first again at its end.</param>
sealed record BrokenCycle(IReadOnlyList<int> Way, IReadOnlyList<int> Bootstrapped);

/// <param name="WayOut">False: the last of the cycles has none.</param>
sealed record SourceOrder(IReadOnlyList<OrderedBuild> Builds, IReadOnlyList<BrokenCycle> Cycles, bool WayOut);

/// <summary>
/// Puts source packages in order by what they need and offer, purely. Where some need each other, as few as can be found of those that know a bootstrap are
/// built twice: first with it, and so without some of what they need; then, once the others of the cycle are there, again without it.
/// </summary>
static class OrderSources
{
    public static SourceOrder Of(IReadOnlyList<ChainSource> sources)
    {
        var told = Told(sources);
        var reasons = sources.Select((_, source) => told.Why(source).SelectMany(why => why.By.Select(by => (by.Source, Requirement: why.Requirement.ToString(), by.Package))).ToList()).ToList();
        var graph = told.Graph();
        var order = BuildOrder.Of(graph);
        var (cycles, bootstrapped) = (new List<BrokenCycle>(), new HashSet<int>());
        for (var cycle = 0; cycle < order.Cycles.Count; cycle++)
        {
            var way = order.WayRound(graph, cycle);
            if (ChooseBootstrap.Of(sources, graph, order.Cycles[cycle], reasons) is not { } chosen) return new([], [.. cycles, new(way, [])], WayOut: false);
            cycles.Add(new(way, chosen));
            bootstrapped.UnionWith(chosen);
        }
        return new(InWaves(sources, reasons, order, bootstrapped), cycles, WayOut: true);
    }

    static NeedsAndOffers Told(IReadOnlyList<ChainSource> sources)
    {
        var told = new NeedsAndOffers();
        foreach (var source in sources)
        {
            var number = told.Source(source.Name);
            foreach (var requirement in source.BuildRequires) told.Needs(number, requirement);
        }
        for (var source = 0; source < sources.Count; source++)
            foreach (var package in sources[source].Offers) told.Offers(source, package.Name, package.Provides, package.Files);
        return told;
    }

    /// <summary>First each source's own build, by its number; then, behind them, the bootstrap builds.</summary>
    static IReadOnlyList<OrderedBuild> InWaves(IReadOnlyList<ChainSource> sources, List<List<(int Source, string Requirement, string Package)>> reasons, BuildOrder order, HashSet<int> bootstrapped)
    {
        var boots = bootstrapped.Order().Select((source, i) => (source, Build: sources.Count + i)).ToDictionary(one => one.source, one => one.Build);
        var builds = new List<(int Source, bool Bootstrap, List<(int Build, string? Requirement, string? MetBy)> Needs)>();
        for (var source = 0; source < sources.Count; source++) builds.Add((source, false, Needs(source, bootstrap: false)));
        foreach (var source in boots.Keys.Order()) builds.Add((source, true, Needs(source, bootstrap: true)));
        var waves = BuildOrder.Of(BuildGraph.Of([.. builds.Select(build => sources[build.Source].Name)], builds.SelectMany((build, i) => build.Needs.Select(need => (i, need.Build))))).Waves;
        return [.. builds.Select((build, i) => new OrderedBuild(build.Source, build.Bootstrap, waves[i], build.Needs))];

        List<(int, string?, string?)> Needs(int source, bool bootstrap)
        {
            var needs = new List<(int, string?, string?)>();
            foreach (var (need, requirement, package) in reasons[source])
            {
                var inside = order.CycleOf[need] >= 0 && order.CycleOf[need] == order.CycleOf[source];
                if (bootstrap && inside && ChooseBootstrap.Vanishes(sources[source], requirement)) continue;
                // Within the cycle a bootstrap build is what there is of it; outside, and of others, the whole one is waited for.
                needs.Add((inside && boots.TryGetValue(need, out var first) ? first : need, requirement, package));
            }
            if (!bootstrap && boots.TryGetValue(source, out var own)) needs.Add((own, null, null));
            return needs;
        }
    }
}
