namespace Skyline.Rpm;

/// <summary>How far the building of a graph has come. Each result costs as much as it has direct users, whatever the graph's size. Of a cycle nothing is ever ready: cut it first.</summary>
public sealed class BuildProgress
{
    enum State : byte { Waiting, Ready, Done, Stopped }

    readonly BuildGraph graph;
    readonly int[] missing;
    readonly State[] states;

    /// <summary>Nothing is built yet; what needs nothing is ready.</summary>
    public BuildProgress(BuildGraph graph)
    {
        this.graph = graph;
        (missing, states) = (new int[graph.Count], new State[graph.Count]);
        for (var source = 0; source < graph.Count; source++)
        {
            missing[source] = graph.NeedsOf(source).Length;
            if (missing[source] == 0) states[source] = State.Ready;
        }
    }

    /// <summary>What can be built now.</summary>
    public IReadOnlyList<int> Ready => [.. Enumerable.Range(0, graph.Count).Where(source => states[source] == State.Ready)];

    /// <summary>One is built, and its packages are there.</summary>
    /// <returns>Those that can be built now and could not before.</returns>
    public IReadOnlyList<int> Done(int source)
    {
        if (states[source] == State.Done) return [];
        states[source] = State.Done;
        var ready = new List<int>();
        foreach (var user in graph.UsersOf(source))
        {
            if (--missing[user] > 0 || states[user] != State.Waiting) continue;
            states[user] = State.Ready;
            ready.Add(user);
        }
        return ready;
    }

    /// <summary>One could not be built.</summary>
    /// <returns>Those that will not be built for that, the nearest first; what was stopped before is not among them.</returns>
    public IReadOnlyList<int> Failed(int source)
    {
        var (stopped, next) = (new List<int>(), new Queue<int>([source]));
        states[source] = State.Stopped;
        while (next.TryDequeue(out var one))
            foreach (var user in graph.UsersOf(one))
            {
                if (states[user] is State.Stopped or State.Done) continue;
                states[user] = State.Stopped;
                stopped.Add(user);
                next.Enqueue(user);
            }
        return stopped;
    }
}
