using Skyline.Rpm;

namespace Skyline.Server.Chains;

/// <summary>
/// Finds whom of a cycle to build twice: always the one more that leaves the fewest in cycles, then without whoever proves not to be needed. The smallest
/// set of all is not looked for: that takes longer than building does.
/// </summary>
static class ChooseBootstrap
{
    /// <returns>Null if there is no way out.</returns>
    public static IReadOnlyList<int>? Of(IReadOnlyList<ChainSource> sources, BuildGraph graph, IReadOnlyList<int> cycle, IReadOnlyList<List<Wait>> reasons)
    {
        var (chosen, inside) = (new HashSet<int>(), cycle.ToHashSet());
        var left = Left(chosen);
        while (left > 0)
        {
            var best = cycle.Where(one => !chosen.Contains(one) && sources[one].Spec is { HasBootstrap: true })
                .Select(one => (one, Left: Left([.. chosen, one]))).OrderBy(one => one.Left).ThenBy(one => sources[one.one].Name, StringComparer.Ordinal).Cast<(int One, int Left)?>().FirstOrDefault();
            // Two together may do what neither does alone: as long as there are some left, one is taken.
            if (best is not { } next) return null;
            chosen.Add(next.One);
            left = next.Left;
        }
        foreach (var one in chosen.Order().ToList())
            if (Left([.. chosen.Where(other => other != one)]) == 0) chosen.Remove(one);
        return [.. chosen.Order()];

        int Left(HashSet<int> bootstrapped)
        {
            var order = BuildOrder.Of(BuildGraph.Of(graph.Sources, cycle.SelectMany(source => reasons[source]
                .Where(reason => inside.Contains(reason.Source) && !(bootstrapped.Contains(source) && Vanishes(sources[source], reason.Requirement))).Select(reason => (source, reason.Source)))));
            return order.Cycles.Sum(some => some.Count);
        }
    }

    /// <summary>Whether a requirement is not there with bootstrap on. Where the spec does not tell of any, all of the cycle are taken to vanish: the build will show.</summary>
    public static bool Vanishes(ChainSource source, string requirement)
    {
        var vanishing = source.Spec?.Vanishing.ToList() ?? [];
        return vanishing.Count == 0 || vanishing.Contains(requirement) || vanishing.Any(one => requirement.StartsWith(one + "(", StringComparison.Ordinal));
    }
}
