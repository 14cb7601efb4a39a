namespace Skyline.Rpm;

/// <summary>
/// Makes an order of sources that need each other: in each cycle the one with the fewest needs left goes first, and is built with what there is of
/// those. That is how a mass rebuild goes round a cycle: every member is built once, some of them before what they need is anew.
/// </summary>
public static class CutCycles
{
    /// <returns>The graph without cycles, and the edges that it went without, each a source and what it does not wait for.</returns>
    public static (BuildGraph Graph, IReadOnlyList<(int Source, int Needs)> Cut) Of(BuildGraph graph, BuildOrder order)
    {
        var cut = new HashSet<(int, int)>();
        foreach (var cycle in order.Cycles) Cut(graph, order, cycle, cut);
        return cut.Count == 0 ? (graph, []) : (graph.Where((source, need) => !cut.Contains((source, need))), [.. cut.Order()]);
    }

    static void Cut(BuildGraph graph, BuildOrder order, IReadOnlyList<int> cycle, HashSet<(int, int)> cut)
    {
        var left = cycle.ToDictionary(member => member, member => Inside(graph.NeedsOf(member), order, member).Count);
        var queue = new PriorityQueue<int, (int Left, int Source)>(left.Select(one => (one.Key, (one.Value, one.Key))));
        var done = new HashSet<int>();
        while (queue.TryDequeue(out var member, out var as_of))
        {
            // (Its place in the queue is as of an earlier count: it is there again, further ahead.)
            if (as_of.Left != left[member] || !done.Add(member)) continue;
            foreach (var need in Inside(graph.NeedsOf(member), order, member))
                if (!done.Contains(need)) cut.Add((member, need));
            foreach (var user in Inside(graph.UsersOf(member), order, member))
                if (!done.Contains(user)) queue.Enqueue(user, (--left[user], user));
        }
    }

    static List<int> Inside(ReadOnlySpan<int> some, BuildOrder order, int member)
    {
        var inside = new List<int>();
        foreach (var one in some)
            if (order.CycleOf[one] == order.CycleOf[member]) inside.Add(one);
        return inside;
    }
}
