namespace Skyline.Server.Bisections;

/// <summary>What came of building with some of the updates. Unresolved: it could not be built at all, so it says nothing.</summary>
enum ProbeResult { Good, Bad, Unresolved }

/// <summary>What is to be done next, or what was found.</summary>
abstract record GuiltyStep
{
    /// <param name="Updates">Their numbers, in order.</param>
    public sealed record Probe(IReadOnlyList<int> Updates) : GuiltyStep;

    /// <summary>Each set alone makes it fail, and no smaller one that was tried; without all of them it builds.</summary>
    public sealed record Found(IReadOnlyList<IReadOnlyList<int>> Sets) : GuiltyStep;

    /// <param name="Sets">What was found nevertheless: sets that make it fail.</param>
    public sealed record GaveUp(string Why, IReadOnlyList<IReadOnlyList<int>> Sets) : GuiltyStep;
}

/// <summary>
/// Names the updates that make a build fail, purely: from what is known of some sets of updates to the next set to try. Asked again
/// with more known, it goes on where it was, so nothing but the results need be kept.
/// A single culprit is found by halving, in log2 of the updates; several that only together do it one after the other, each by halving
/// again; and what is found so is made minimal by delta debugging (Zeller and Hildebrandt, 2002), which also takes over where sets
/// cannot be built. Last, that it builds without what was found; if not, there is another culprit.
/// </summary>
sealed class FindGuilty
{
    readonly IReadOnlyDictionary<string, ProbeResult> known;
    IReadOnlyList<int>? wanted;

    FindGuilty(IReadOnlyDictionary<string, ProbeResult> known) => this.known = known;

    public static string Key(IEnumerable<int> updates) => string.Join(',', updates.Order());

    /// <param name="count">Of updates, numbered from 0.</param>
    /// <param name="known">By <see cref="Key"/>.</param>
    /// <param name="most">So many sets are tried at most.</param>
    public static GuiltyStep Next(int count, IReadOnlyDictionary<string, ProbeResult> known, int most)
    {
        var found = new List<IReadOnlyList<int>>();
        var search = new FindGuilty(known);
        if (search.Search([.. Enumerable.Range(0, count)], found) is { } end) return end;
        return known.Count < most
            ? new GuiltyStep.Probe(search.wanted!)
            : new GuiltyStep.GaveUp($"It was tried with {known.Count} sets of updates, which is as many as it may be, and the search is not over.", found);
    }

    /// <returns>Null: something must be tried first.</returns>
    GuiltyStep? Search(IReadOnlyList<int> all, List<IReadOnlyList<int>> found)
    {
        if (Ask([]) is not { } without) return null;
        if (without != ProbeResult.Good) return new GuiltyStep.GaveUp(without == ProbeResult.Bad ? "It fails with the packages of the good build too: the fault is in its sources, in its tests, or comes and goes." : "It cannot be built any more with the packages of the good build.", found);
        if (Ask(all) is not { } with) return null;
        if (with != ProbeResult.Bad) return new GuiltyStep.GaveUp(with == ProbeResult.Good ? "It builds with the packages of the bad build now: the failure comes and goes." : "It cannot be built any more with the packages of the bad build.", found);
        for (var left = all; ;)
        {
            if (Minimal(left) is not { } guilty) return null;
            found.Add(guilty);
            left = [.. left.Except(guilty)];
            switch (Ask(left))
            {
                case null: return null;
                case ProbeResult.Good: return new GuiltyStep.Found(found);
                case ProbeResult.Unresolved: return new GuiltyStep.GaveUp("What was found makes it fail; whether it builds without cannot be said, for the other updates do not go together without these.", found);
            }
        }
    }

    /// <summary>A set that fails, of one that does: what must be in it is found one by one, each by halving what is before it.</summary>
    IReadOnlyList<int>? Minimal(IReadOnlyList<int> failing)
    {
        var (certain, others) = (new List<int>(), failing);
        while (true)
        {
            if (certain.Count > 0)
            {
                if (Ask(certain) is not { } enough) return null;
                if (enough == ProbeResult.Bad) return Reduce([.. certain.Order()]);
            }
            var (bad, stuck) = ShortestFailing(certain, others);
            if (bad == 0) return null;
            if (stuck) return Reduce([.. certain.Concat(others.Take(bad)).Order()]);
            certain.Add(others[bad - 1]);
            others = [.. others.Take(bad - 1)];
        }
    }

    /// <summary>How many of the others, from the first, make it fail together with what is certain: one fewer, and it builds.</summary>
    /// <returns>0: something must be tried first. Stuck: between that and what builds nothing can be built.</returns>
    (int Bad, bool Stuck) ShortestFailing(List<int> certain, IReadOnlyList<int> others)
    {
        var (good, bad) = (0, others.Count);
        while (bad - good > 1)
        {
            var moved = false;
            foreach (var size in Around((good + bad) / 2, good, bad))
            {
                if (Ask([.. certain, .. others.Take(size)]) is not { } result) return (0, false);
                if (result == ProbeResult.Unresolved) continue;
                (good, bad, moved) = result == ProbeResult.Good ? (size, bad, true) : (good, size, true);
                break;
            }
            if (!moved) return (bad, true);
        }
        return (bad, false);
    }

    /// <summary>The middle, and a few beside it should that not be buildable.</summary>
    static IEnumerable<int> Around(int middle, int above, int below) =>
        new[] { middle, middle + 1, middle - 1, middle + 2, middle - 2 }.Where(size => size > above && size < below);

    /// <summary>ddmin: to a set that fails, and of which nothing (that can be built) can be left out.</summary>
    IReadOnlyList<int>? Reduce(IReadOnlyList<int> failing)
    {
        for (var parts = 2; failing.Count >= 2;)
        {
            var chunks = Split(failing, parts);
            var tries = parts == 2 ? chunks : [.. chunks, .. chunks.Select(chunk => (IReadOnlyList<int>)[.. failing.Except(chunk)])];
            var smaller = -1;
            for (var at = 0; at < tries.Count && smaller < 0; at++)
            {
                if (Ask(tries[at]) is not { } result) return null;
                if (result == ProbeResult.Bad) smaller = at;
            }
            if (smaller < 0 && parts == failing.Count) break;
            (failing, parts) = smaller < 0 ? (failing, Math.Min(parts * 2, failing.Count)) : (tries[smaller], smaller < chunks.Count ? 2 : Math.Max(parts - 1, 2));
            parts = Math.Min(parts, Math.Max(2, failing.Count));
        }
        return failing;
    }

    static List<IReadOnlyList<int>> Split(IReadOnlyList<int> all, int parts) =>
        [.. Enumerable.Range(0, parts).Select(part => (IReadOnlyList<int>)[.. all.Skip(all.Count * part / parts).Take((all.Count * (part + 1) / parts) - (all.Count * part / parts))])];

    ProbeResult? Ask(IReadOnlyList<int> updates)
    {
        if (known.TryGetValue(Key(updates), out var result)) return result;
        wanted ??= [.. updates.Order()];
        return null;
    }
}
