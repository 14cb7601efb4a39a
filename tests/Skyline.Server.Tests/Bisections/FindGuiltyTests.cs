using Skyline.Server.Bisections;

namespace Skyline.Server.Tests.Bisections;

/// <summary>The search for the guilty updates, against builds that fail in every way.</summary>
public sealed class FindGuiltyTests
{
    delegate ProbeResult Build(IReadOnlySet<int> updates);

    sealed record Searched(GuiltyStep End, int Probes);

    /// <summary>As a server does it: asks, tries, and asks again with one result more.</summary>
    static Searched Search(int count, Build build, int most = 500)
    {
        var known = new Dictionary<string, ProbeResult>();
        while (true)
        {
            if (FindGuilty.Next(count, known, most) is not GuiltyStep.Probe probe) return new(FindGuilty.Next(count, known, most), known.Count);
            known.Add(FindGuilty.Key(probe.Updates), build(probe.Updates.ToHashSet()));
        }
    }

    static Build FailsWith(params int[][] culprits) => updates => culprits.Any(set => set.All(updates.Contains)) ? ProbeResult.Bad : ProbeResult.Good;

    static int[][] Sets(Searched searched) => [.. Assert.IsType<GuiltyStep.Found>(searched.End).Sets.Select(set => set.ToArray()).OrderBy(set => set[0])];

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(64), InlineData(100)]
    public void Every_single_culprit_is_named_in_as_many_probes_as_the_updates_can_be_halved(int count)
    {
        // The two ends, the halving, it alone, and all but it.
        var most = 2 + (int)Math.Ceiling(Math.Log2(count)) + 2;
        for (var culprit = 0; culprit < count; culprit++)
        {
            var searched = Search(count, FailsWith([culprit]));

            Assert.Equal([[culprit]], Sets(searched));
            Assert.InRange(searched.Probes, 2, most);
        }
    }

    [Fact]
    public void Every_pair_that_only_together_makes_it_fail_is_named_as_a_pair()
    {
        for (var one = 0; one < 16; one++)
            for (var other = one + 1; other < 16; other++)
            {
                var searched = Search(16, FailsWith([one, other]));

                Assert.Equal([[one, other]], Sets(searched));
                Assert.InRange(searched.Probes, 2, 20);
            }
    }

    [Fact]
    public void Three_that_only_together_make_it_fail_are_named_together() => Assert.Equal([[3, 17, 30]], Sets(Search(32, FailsWith([3, 17, 30]))));

    [Fact]
    public void Two_that_each_make_it_fail_are_both_named_for_it_does_not_build_without_the_first_alone()
    {
        for (var other = 1; other < 20; other++) Assert.Equal([[0], [other]], Sets(Search(20, FailsWith([0], [other]))));
        Assert.Equal([[2, 9], [5]], Sets(Search(12, FailsWith([2, 9], [5]))));
    }

    [Fact]
    public void Updates_that_cannot_be_installed_apart_are_found_though_most_halves_say_nothing()
    {
        // 4 needs 5 and 5 needs 4; 6 makes it fail.
        Build build = updates => updates.Contains(4) != updates.Contains(5) ? ProbeResult.Unresolved : FailsWith([6])(updates);
        Assert.Equal([[6]], Sets(Search(8, build)));

        // It is the pair itself that makes it fail, and neither can be tried alone.
        build = updates => updates.Contains(4) != updates.Contains(5) ? ProbeResult.Unresolved : FailsWith([4, 5])(updates);
        Assert.Equal([[4, 5]], Sets(Search(8, build)));
    }

    [Fact]
    public void Nothing_is_named_wrongly_whatever_cannot_be_built()
    {
        var random = new Random(5);
        for (var round = 0; round < 100; round++)
        {
            var count = random.Next(2, 24);
            var culprits = Enumerable.Range(0, random.Next(1, 3)).Select(_ => Enumerable.Range(0, count).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Order().ToArray()).ToArray();
            var seed = random.Next();
            ProbeResult Try(IReadOnlySet<int> updates) => updates.Count > 0 && updates.Count < count && FindGuilty.Key(updates).Aggregate(seed, (hash, letter) => unchecked((hash * 31) + letter)) % 4 == 0 ? ProbeResult.Unresolved : FailsWith(culprits)(updates);

            var searched = Search(count, Try);

            var sets = searched.End switch { GuiltyStep.Found found => found.Sets, GuiltyStep.GaveUp gaveUp => gaveUp.Sets, _ => [] };
            Assert.NotEmpty(sets);
            Assert.All(sets, set => Assert.Equal(ProbeResult.Bad, Try(set.ToHashSet())));
            Assert.All(sets, set => Assert.DoesNotContain(set, left => set.Count > 1 && Try(set.Where(one => one != left).ToHashSet()) == ProbeResult.Bad));
            if (searched.End is GuiltyStep.Found) Assert.Equal(ProbeResult.Good, Try(Enumerable.Range(0, count).Except(sets.SelectMany(set => set)).ToHashSet()));
        }
    }

    [Fact]
    public void What_is_not_repeatable_is_not_searched()
    {
        Assert.Contains("fails with the packages of the good build too", Assert.IsType<GuiltyStep.GaveUp>(Search(9, _ => ProbeResult.Bad).End).Why, StringComparison.Ordinal);
        Assert.Contains("the failure comes and goes", Assert.IsType<GuiltyStep.GaveUp>(Search(9, _ => ProbeResult.Good).End).Why, StringComparison.Ordinal);
        Assert.Contains("cannot be built any more", Assert.IsType<GuiltyStep.GaveUp>(Search(9, _ => ProbeResult.Unresolved).End).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_after_as_many_probes_as_it_may_take()
    {
        var searched = Search(64, FailsWith([1, 20, 40]), most: 10);

        Assert.Equal(10, searched.Probes);
        Assert.Contains("as many as it may be", Assert.IsType<GuiltyStep.GaveUp>(searched.End).Why, StringComparison.Ordinal);
    }
}
