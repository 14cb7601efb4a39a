using static Skyline.Rpm.Tests.Planning.CapabilityTests;

namespace Skyline.Rpm.Tests.Planning;

public sealed class BuildOrderTests
{
    /// <summary>Sources by name: what each needs, and what its one package offers; a path is a file.</summary>
    static NeedsAndOffers Told(params (string Source, string[] Needs, string[] Offers)[] sources)
    {
        var told = new NeedsAndOffers();
        foreach (var (source, needs, _) in sources)
        {
            var number = told.Source(source);
            foreach (var need in needs) told.Needs(number, Read(need));
        }
        for (var i = 0; i < sources.Length; i++)
        {
            var offered = sources[i].Offers;
            if (i % 2 == 0) told.Offers(i, sources[i].Source + "-devel", offered.Where(one => one[0] != '/').Select(Read), offered.Where(one => one[0] == '/'));
            // As they are kept.
            else told.Offers(i, sources[i].Source + "-devel", CapabilityBytes.Offers(PackageCapabilities.None with { Provides = [.. offered.Where(one => one[0] != '/').Select(Read)], Files = [.. offered.Where(one => one[0] == '/')] }));
        }
        return told;
    }

    static string Waves(NeedsAndOffers told)
    {
        var order = BuildOrder.Of(told.Graph());
        return string.Join(" : ", told.Sources.Select((source, i) => (source, Wave: order.Waves[i])).GroupBy(one => one.Wave, one => one.source).OrderBy(wave => wave.Key).Select(wave => string.Join(" ", wave)));
    }

    [Fact]
    public void Sources_are_built_after_what_they_need() => Assert.Equal("a d : b : c", Waves(Told(
        ("c", ["b-devel", "a-devel"], []), ("b", ["a-devel"], ["b-devel"]), ("a", [], ["a-devel"]), ("d", ["gcc"], []))));

    [Fact]
    public void A_version_that_is_not_offered_makes_no_edge() => Assert.Equal("user old new", Waves(Told(
        ("user", ["x >= 3"], []), ("old", [], ["x = 1-1"]), ("new", [], ["x = 2-1"]))));

    [Fact]
    public void Of_several_versions_the_one_that_meets_it_is_waited_for() => Assert.Equal("old new : user", Waves(Told(
        ("user", ["x >= 2"], []), ("old", [], ["x = 1-1"]), ("new", [], ["x = 2-1"]))));

    [Fact]
    public void A_file_and_each_alternative_of_a_rich_dependency_are_waited_for()
    {
        Assert.Equal("tool : user", Waves(Told(("user", ["/usr/bin/tool"], []), ("tool", [], ["/usr/bin/tool"]))));
        Assert.Equal("tool : user", Waves(Told(("tool", [], ["/usr/bin/tool"]), ("user", ["/usr/bin/tool"], []))));
        Assert.Equal("a b : user", Waves(Told(("user", ["(a or b)"], []), ("a", [], ["a"]), ("b", [], ["b"]))));
        Assert.Equal("b : a : user", Waves(Told(("user", ["(a if b)"], []), ("a", ["b"], ["a"]), ("b", [], ["b"]))));
        Assert.Equal("user b : a", Waves(Told(("user", ["(c if a)"], []), ("a", ["b"], ["a"]), ("b", [], ["b"]))));
        Assert.Equal("old new : user", Waves(Told(("user", ["(x >= 1 with x < 2)"], ["x = 1.5"]), ("old", [], ["x = 1.9"]), ("new", [], ["x = 2.0"]))));
        Assert.Equal("user b : a", Waves(Told(("user", ["(x without y)"], []), ("b", [], ["x", "y"]), ("a", ["x"], []))));
    }

    [Fact]
    public void Why_a_source_waits_and_what_nothing_meets_is_said()
    {
        var told = Told(("user", ["x >= 1", "gone", "own"], ["own"]), ("x", [], ["x = 1-1"]));
        var (requirement, by) = Assert.Single(told.Why(0));
        Assert.Equal("x >= 1", requirement.ToString());
        Assert.Equal(new MetBy(1, "x-devel"), Assert.Single(by));
        Assert.Equal("gone", Assert.Single(told.Unmet(0)).ToString());
        Assert.Equal("own", Assert.Single(told.MetByItself(0)).ToString());
    }

    [Fact]
    public void A_cycle_shares_a_wave_and_is_spelled_out()
    {
        var told = Told(("a", ["b"], ["a"]), ("b", ["c"], ["b"]), ("c", ["a", "d"], ["c"]), ("d", [], ["d"]), ("e", ["c"], []));
        var graph = told.Graph();
        var order = BuildOrder.Of(graph);
        Assert.Equal("d : a b c : e", Waves(told));
        Assert.Equal([0, 1, 2], Assert.Single(order.Cycles));
        Assert.Equal(["a", "b", "c", "a"], order.WayRound(graph, 0).Select(one => graph.Sources[one]));
        var (acyclic, cut) = CutCycles.Of(graph, order);
        Assert.Single(cut);
        Assert.Empty(BuildOrder.Of(acyclic).Cycles);
    }

    [Fact]
    public void The_longest_of_ways_is_no_deeper_than_the_stack()
    {
        const int Count = 200_000;
        var order = BuildOrder.Of(BuildGraph.Of([.. Enumerable.Range(0, Count).Select(i => $"s{i}")], Enumerable.Range(0, Count - 1).Select(i => (i, i + 1))));
        Assert.Equal(Count, order.WaveCount);
    }

    /// <summary>Of many random graphs: the same cycles and waves as the plainest way of finding them gives.</summary>
    [Fact]
    public void Cycles_waves_and_progress_hold_for_any_graph()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 25);
            var edges = Enumerable.Range(0, random.Next(0, count * 3)).Select(_ => (random.Next(count), random.Next(count))).ToList();
            var graph = BuildGraph.Of([.. Enumerable.Range(0, count).Select(i => $"s{i}")], edges);
            var order = BuildOrder.Of(graph);
            var reach = Reach(count, edges);
            for (var a = 0; a < count; a++)
            {
                for (var b = 0; b < count; b++)
                    Assert.Equal(a != b && reach[a, b] && reach[b, a], a != b && order.CycleOf[a] >= 0 && order.CycleOf[a] == order.CycleOf[b]);
                var before = Enumerable.Range(0, count).Where(b => reach[a, b] && !reach[b, a]).Select(b => order.Waves[b]).DefaultIfEmpty(0).Max();
                Assert.Equal(before + 1, order.Waves[a]);
            }
            var (acyclic, cut) = CutCycles.Of(graph, order);
            Assert.All(cut, edge => Assert.Equal(order.CycleOf[edge.Source], order.CycleOf[edge.Needs]));
            Assert.Equal(order.Cycles.Count > 0, cut.Count > 0);
            AllIsBuiltOnceEachAfterItsNeeds(acyclic);
            AFailureStopsWhatDependsOnIt(acyclic, random.Next(count));
        }
    }

    static void AllIsBuiltOnceEachAfterItsNeeds(BuildGraph graph)
    {
        var (progress, built) = (new BuildProgress(graph), new List<int>());
        var next = new Queue<int>(progress.Ready);
        while (next.TryDequeue(out var one))
        {
            foreach (var need in graph.NeedsOf(one)) Assert.Contains(need, built);
            built.Add(one);
            foreach (var ready in progress.Done(one)) next.Enqueue(ready);
        }
        Assert.Equal(Enumerable.Range(0, graph.Count), built.Order());
    }

    static void AFailureStopsWhatDependsOnIt(BuildGraph graph, int failed)
    {
        var reach = Reach(graph.Count, Enumerable.Range(0, graph.Count).SelectMany(one => graph.NeedsOf(one).ToArray().Select(need => (one, need))));
        Assert.Equal(Enumerable.Range(0, graph.Count).Where(one => one != failed && reach[one, failed]), new BuildProgress(graph).Failed(failed).Order());
    }

    static bool[,] Reach(int count, IEnumerable<(int From, int To)> edges)
    {
        var reach = new bool[count, count];
        foreach (var (from, to) in edges) reach[from, to] = true;
        for (var k = 0; k < count; k++)
            for (var i = 0; i < count; i++)
                for (var j = 0; j < count; j++) reach[i, j] |= reach[i, k] && reach[k, j];
        return reach;
    }
}
