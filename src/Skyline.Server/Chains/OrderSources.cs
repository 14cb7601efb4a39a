using Skyline.Rpm;

namespace Skyline.Server.Chains;

/// <summary>That a source waits for another.</summary>
/// <param name="By">What of that one meets the requirement.</param>
sealed record Wait(int Source, string Requirement, MetBy By);

/// <summary>One build of a plan.</summary>
/// <param name="Source">By its place among the sources.</param>
/// <param name="Bootstrap">The first of its two.</param>
/// <param name="Needs">Builds of the plan, by their place in it, and why each is waited for; null: a bootstrap build is, by its own second one.</param>
sealed record OrderedBuild(int Source, bool Bootstrap, int Wave, IReadOnlyList<(int Build, Wait? Why)> Needs);

/// <param name="Way">Sources, the first again at its end.</param>
sealed record BrokenCycle(IReadOnlyList<int> Way, IReadOnlyList<int> Bootstrapped);

/// <param name="WayOut">False: the last of the cycles has none.</param>
/// <param name="PassedOver">What is only foreseen, and would have closed a circle.</param>
sealed record SourceOrder(IReadOnlyList<OrderedBuild> Builds, IReadOnlyList<BrokenCycle> Cycles, bool WayOut, IReadOnlyList<(int Source, Wait Wait)> PassedOver);

/// <summary>
/// Puts source packages in order by what they need and offer, purely. Where some need each other, as few as can be found of those that know a bootstrap are
/// built twice: first with it, and so without some of what they need; then, once the others of the cycle are there, again without it. What is only foreseen
/// makes no circle that has no other way out, and what next to nothing is foreseen by makes none at all.
/// </summary>
static class OrderSources
{
    public static SourceOrder Of(IReadOnlyList<ChainSource> sources, NeedsAndOffers told)
    {
        var (waits, passed) = (sources.Select((_, source) => told.Why(source).SelectMany(why => why.By.Select(by => new Wait(by.Source, why.Requirement.ToString(), by))).ToList()).ToList(), new List<(int, Wait)>());
        while (true)
        {
            var graph = BuildGraph.Of([.. sources.Select(source => source.Name)], waits.SelectMany((some, source) => some.Select(wait => (source, wait.Source))));
            var order = BuildOrder.Of(graph);
            if (PassOver(waits, order, passed, (_, wait) => wait.By.IsWide)) continue;
            var (cycles, stuck) = GoRound(sources, graph, order, waits);
            if (stuck is { } cycle && PassOver(waits, order, passed, (source, wait) => order.CycleOf[source] == cycle && wait.By.Foreseen is not null)) continue;
            return stuck is not null ? new([], cycles, WayOut: false, passed) : new(InWaves(sources, waits, order, [.. cycles.SelectMany(one => one.Bootstrapped)]), cycles, WayOut: true, passed);
        }
    }

    static bool PassOver(List<List<Wait>> waits, BuildOrder order, List<(int, Wait)> passed, Func<int, Wait, bool> which)
    {
        var before = passed.Count;
        for (var source = 0; source < waits.Count; source++)
        {
            if (order.CycleOf[source] < 0) continue;
            var some = waits[source].Where(wait => order.CycleOf[wait.Source] == order.CycleOf[source] && which(source, wait)).ToList();
            passed.AddRange(some.Select(wait => (source, wait)));
            waits[source] = [.. waits[source].Except(some)];
        }
        return passed.Count > before;
    }

    /// <returns>Stuck: the cycle that has no way out.</returns>
    static (IReadOnlyList<BrokenCycle> Cycles, int? Stuck) GoRound(IReadOnlyList<ChainSource> sources, BuildGraph graph, BuildOrder order, List<List<Wait>> waits)
    {
        var cycles = new List<BrokenCycle>();
        for (var cycle = 0; cycle < order.Cycles.Count; cycle++)
        {
            var chosen = ChooseBootstrap.Of(sources, graph, order.Cycles[cycle], waits);
            cycles.Add(new(order.WayRound(graph, cycle), chosen ?? []));
            if (chosen is null) return (cycles, cycle);
        }
        return (cycles, null);
    }

    /// <summary>First each source's own build, by its number; then, behind them, the bootstrap builds.</summary>
    static IReadOnlyList<OrderedBuild> InWaves(IReadOnlyList<ChainSource> sources, List<List<Wait>> waits, BuildOrder order, HashSet<int> bootstrapped)
    {
        var boots = bootstrapped.Order().Select((source, i) => (source, Build: sources.Count + i)).ToDictionary(one => one.source, one => one.Build);
        var builds = new List<(int Source, bool Bootstrap, List<(int Build, Wait? Why)> Needs)>();
        for (var source = 0; source < sources.Count; source++) builds.Add((source, false, Needs(source, bootstrap: false)));
        foreach (var source in boots.Keys.Order()) builds.Add((source, true, Needs(source, bootstrap: true)));
        var waves = BuildOrder.Of(BuildGraph.Of([.. builds.Select(build => sources[build.Source].Name)], builds.SelectMany((build, i) => build.Needs.Select(need => (i, need.Build))))).Waves;
        return [.. builds.Select((build, i) => new OrderedBuild(build.Source, build.Bootstrap, waves[i], build.Needs))];

        List<(int, Wait?)> Needs(int source, bool bootstrap)
        {
            var needs = new List<(int, Wait?)>();
            foreach (var wait in waits[source])
            {
                var inside = order.CycleOf[wait.Source] >= 0 && order.CycleOf[wait.Source] == order.CycleOf[source];
                if (bootstrap && inside && ChooseBootstrap.Vanishes(sources[source], wait.Requirement)) continue;
                // Within the cycle a bootstrap build is what there is of it; outside, and of others, the whole one is waited for.
                needs.Add((inside && boots.TryGetValue(wait.Source, out var first) ? first : wait.Source, wait));
            }
            if (!bootstrap && boots.TryGetValue(source, out var own)) needs.Add((own, null));
            return needs;
        }
    }
}
