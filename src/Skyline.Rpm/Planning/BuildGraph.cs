namespace Skyline.Rpm;

/// <summary>
/// Which sources need which to be built before them. Sources are numbers from 0 in the order in which they were named; both ways of every edge
/// are in plain arrays, for a distribution has twenty thousand sources and ten times as many edges. A source never needs itself here.
/// </summary>
public sealed class BuildGraph
{
    readonly int[] needsStart, needs, usersStart, users;

    BuildGraph(IReadOnlyList<string> sources, int[] needsStart, int[] needs, int[] usersStart, int[] users) =>
        (Sources, this.needsStart, this.needs, this.usersStart, this.users) = (sources, needsStart, needs, usersStart, users);

    /// <summary>Their names, by number.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>How many sources there are.</summary>
    public int Count => Sources.Count;

    /// <summary>How many needs there are in all.</summary>
    public int Edges => needs.Length;

    /// <summary>What is built before it, each once.</summary>
    public ReadOnlySpan<int> NeedsOf(int source) => needs.AsSpan(needsStart[source]..needsStart[source + 1]);

    /// <summary>What is built after it, each once.</summary>
    public ReadOnlySpan<int> UsersOf(int source) => users.AsSpan(usersStart[source]..usersStart[source + 1]);

    /// <param name="edges">Each a source and one that it needs. What is named twice counts once, and what needs itself not at all.</param>
    /// <param name="sources">Their names, by number.</param>
    public static BuildGraph Of(IReadOnlyList<string> sources, IEnumerable<(int Source, int Needs)> edges)
    {
        var needed = new List<int>[sources.Count];
        foreach (var (source, needs) in edges) (needed[source] ??= []).Add(needs);
        return Of(sources, source => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(needed[source]));
    }

    internal delegate ReadOnlySpan<int> Needed(int source);

    internal static BuildGraph Of(IReadOnlyList<string> sources, Needed needed)
    {
        var count = sources.Count;
        var (starts, all, seenBy) = (new int[count + 1], new List<int>(count * 8), new int[count]);
        for (var source = 0; source < count; source++)
        {
            seenBy[source] = source + 1;
            foreach (var need in needed(source))
            {
                if (seenBy[need] == source + 1) continue;
                seenBy[need] = source + 1;
                all.Add(need);
            }
            starts[source + 1] = all.Count;
        }
        int[] needs = [.. all];
        var (usersStart, users) = Turned(count, starts, needs);
        return new(sources, starts, needs, usersStart, users);
    }

    static (int[] Start, int[] Users) Turned(int count, int[] needsStart, int[] needs)
    {
        var (start, users) = (new int[count + 1], new int[needs.Length]);
        foreach (var need in needs) start[need + 1]++;
        for (var i = 0; i < count; i++) start[i + 1] += start[i];
        var at = start.AsSpan(0, count).ToArray();
        for (var source = 0; source < count; source++)
            for (var i = needsStart[source]; i < needsStart[source + 1]; i++) users[at[needs[i]]++] = source;
        return (start, users);
    }

    /// <summary>The same sources with fewer edges.</summary>
    public BuildGraph Where(Func<int, int, bool> keep) =>
        Of(Sources, Enumerable.Range(0, Count).SelectMany(source => NeedsOf(source).ToArray().Where(need => keep(source, need)).Select(need => (source, need))));
}
