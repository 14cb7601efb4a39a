namespace Skyline.Rpm;

/// <summary>In which waves sources can be built: each as soon as all that it needs is in an earlier one. Sources that need each other are a cycle, and share a wave.</summary>
/// <param name="Waves">By source: its wave, from 1.</param>
/// <param name="Cycles">Every set of sources that need each other, one way or another: two or more, by their numbers.</param>
/// <param name="CycleOf">By source: which of them it is in; -1: in none.</param>
public sealed record BuildOrder(IReadOnlyList<int> Waves, IReadOnlyList<IReadOnlyList<int>> Cycles, IReadOnlyList<int> CycleOf)
{
    /// <summary>How many waves there are; 0 of no sources.</summary>
    public int WaveCount => Waves.Count == 0 ? 0 : Waves.Max();

    /// <summary>Finds a graph's waves and cycles.</summary>
    public static BuildOrder Of(BuildGraph graph) => new FindCycles(graph).Run();

    /// <summary>A shortest way from one source of a cycle back to itself, both ends included.</summary>
    public IReadOnlyList<int> WayRound(BuildGraph graph, int cycle)
    {
        List<int> best = [];
        // The shortest through any of a few: a cycle of thousands is not walked from each.
        foreach (var from in Cycles[cycle].Take(50))
            if (WayBack(graph, from) is var way && (best.Count == 0 || way.Count < best.Count)) best = way;
        return best;
    }

    List<int> WayBack(BuildGraph graph, int from)
    {
        var cameFrom = new Dictionary<int, int>();
        var next = new Queue<int>([from]);
        while (next.TryDequeue(out var at))
            foreach (var need in graph.NeedsOf(at))
            {
                if (CycleOf[need] != CycleOf[from] || !cameFrom.TryAdd(need, at)) continue;
                if (need == from) return Way(from, cameFrom);
                next.Enqueue(need);
            }
        throw new ArgumentException($"{graph.Sources[from]} is in no cycle of this graph.", nameof(from));
    }

    static List<int> Way(int from, Dictionary<int, int> cameFrom)
    {
        List<int> way = [from];
        for (var at = cameFrom[from]; at != from; at = cameFrom[at]) way.Add(at);
        way.Add(from);
        way.Reverse();
        return way;
    }
}

/// <summary>
/// Tarjan's strongly connected components, on stacks of its own: a distribution's longest way is deeper than a thread's stack. A component is
/// complete once all that it needs is, so its wave is known then.
/// </summary>
sealed class FindCycles(BuildGraph graph)
{
    readonly int[] number = new int[graph.Count], low = new int[graph.Count], waves = new int[graph.Count], cycleOf = new int[graph.Count], at = new int[graph.Count];
    readonly Stack<int> path = new(), open = new();
    readonly List<IReadOnlyList<int>> cycles = [];
    int numbered;

    public BuildOrder Run()
    {
        Array.Fill(cycleOf, -1);
        for (var source = 0; source < graph.Count; source++)
            if (number[source] == 0) Walk(source);
        return new(waves, cycles, cycleOf);
    }

    void Walk(int from)
    {
        Enter(from);
        while (path.TryPeek(out var source))
        {
            var needs = graph.NeedsOf(source);
            if (at[source] < needs.Length)
            {
                var need = needs[at[source]++];
                if (number[need] == 0) Enter(need);
                // A wave of 0: it is still open, so the way leads back.
                else if (waves[need] == 0) low[source] = Math.Min(low[source], number[need]);
                continue;
            }
            path.Pop();
            if (path.TryPeek(out var user)) low[user] = Math.Min(low[user], low[source]);
            if (low[source] == number[source]) Close(source);
        }
    }

    void Enter(int source)
    {
        number[source] = low[source] = ++numbered;
        path.Push(source);
        open.Push(source);
    }

    void Close(int root)
    {
        var members = new List<int>();
        do members.Add(open.Pop());
        while (members[^1] != root);
        var wave = 1;
        foreach (var member in members)
            foreach (var need in graph.NeedsOf(member)) wave = Math.Max(wave, waves[need] + 1);
        foreach (var member in members) waves[member] = wave;
        if (members.Count == 1) return;
        members.Sort();
        foreach (var member in members) cycleOf[member] = cycles.Count;
        cycles.Add(members);
    }
}
