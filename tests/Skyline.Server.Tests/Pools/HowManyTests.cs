using Skyline.Server.Pools;

namespace Skyline.Server.Tests.Pools;

/// <summary>How large a pool shall be, purely.</summary>
public sealed class HowManyTests
{
    static readonly DateTimeOffset six = new(2026, 12, 2, 6, 0, 0, TimeSpan.Zero);

    static PoolNow Pool(int least = 0, int most = 20, int slots = 2, int others = 0, int busy = 0, double start = 60) => new(least, most, slots, others, busy, start);

    static Wish Rebuild(int builds, double each, int ready, double? left = null, int? most = null) => new("mass rebuild 601", builds, builds * each, ready, left, left is null ? null : six, most);

    [Fact]
    public void A_deadline_asks_for_as_many_as_it_takes_with_a_fifth_of_the_time_in_reserve()
    {
        // 1500 builds of 4 minutes are 100 hours; of 8 hours less the start, a fifth in reserve, each slot does 6.4: 16 slots.
        var wanted = HowMany.Of(Pool(), [Rebuild(1500, 240, 300, left: 8 * 3600 + 60, most: 20)]);
        Assert.Equal(8, wanted.Builders);
        Assert.Equal("8 builders: mass rebuild 601 has 1500 builds left, about 4 min each, until 2026-12-02 06:00 UTC, with 2 slots each.", wanted.Why);
    }

    [Fact]
    public void What_is_late_gets_all_that_its_budget_and_the_pool_have_and_no_more()
    {
        Assert.Equal(20, HowMany.Of(Pool(most: 50), [Rebuild(1500, 240, 300, left: 600, most: 20)]).Builders);
        var bound = HowMany.Of(Pool(most: 12), [Rebuild(1500, 240, 300, left: -600)]);
        Assert.Equal(12, bound.Builders);
        Assert.Equal(3, HowMany.Of(Pool(), [Rebuild(1500, 240, ready: 5, left: -600)]).Builders);
        Assert.DoesNotContain("budget", HowMany.Of(Pool(), [Rebuild(8, 240, 8, left: 600, most: 4)]).Why);
        Assert.EndsWith("More than 4 are not in the budget of mass rebuild 601.", HowMany.Of(Pool(), [Rebuild(1500, 240, 300, left: 600, most: 4)]).Why);
    }

    [Fact]
    public void Builders_that_are_there_anyway_and_build_the_same_are_reckoned_with()
    {
        Assert.Equal(8, HowMany.Of(Pool(), [Rebuild(1500, 240, 300, left: 8 * 3600 + 60)]).Builders);
        Assert.Equal(5, HowMany.Of(Pool(others: 6), [Rebuild(1500, 240, 300, left: 8 * 3600 + 60)]).Builders);
        Assert.Equal(0, HowMany.Of(Pool(others: 6), [Rebuild(2, 240, 2)]).Builders);
    }

    [Fact]
    public void Nothing_to_do_is_nobody_and_whoever_builds_stays()
    {
        Assert.Equal(new(0, "No builder: nothing waits that this pool can build."), HowMany.Of(Pool(), []));
        Assert.Equal(new(2, "2 builders: it never has fewer."), HowMany.Of(Pool(least: 2), []));
        Assert.Equal(3, HowMany.Of(Pool(busy: 3), []).Builders);
        Assert.Equal(1, HowMany.Of(Pool(), [Rebuild(1, 10, 1)]).Builders);
    }

    static (PoolNow Pool, List<Wish> Wishes) Any(Random random)
    {
        var most = random.Next(0, 40);
        var pool = Pool(random.Next(0, most + 1), most, random.Next(1, 5), random.Next(0, 10), random.Next(0, 45), random.Next(5, 600));
        return (pool, [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Rebuild(random.Next(1, 3000), random.Next(1, 2000), random.Next(0, 200), random.Next(3) == 0 ? null : random.Next(-1000, 40_000), random.Next(2) == 0 ? null : random.Next(1, 30)))]);
    }

    [Fact]
    public void Whatever_is_asked_it_is_within_the_pool_and_the_budgets_and_never_below_what_builds()
    {
        var random = new Random(601);
        for (var i = 0; i < 20_000; i++)
        {
            var (pool, wishes) = Any(random);
            var wanted = HowMany.Of(pool, wishes).Builders;
            Assert.InRange(wanted, Math.Max(pool.Least, Math.Min(pool.Busy, pool.Most)), pool.Most);
            var budgets = wishes.Where(wish => wish.Ready > 0).Sum(wish => (long)(wish.Most ?? pool.Most));
            Assert.True(wanted <= Math.Max(budgets, Math.Max(pool.Least, pool.Busy)), $"{wanted} of {pool}");
        }
    }

    [Fact]
    public void More_to_do_less_time_or_a_larger_budget_is_never_fewer()
    {
        var random = new Random(602);
        for (var i = 0; i < 20_000; i++)
        {
            var (pool, wishes) = Any(random);
            if (wishes.Count == 0) continue;
            var (at, before) = (random.Next(wishes.Count), HowMany.Of(pool, wishes).Builders);
            var wish = wishes[at];
            wishes[at] = random.Next(4) switch
            {
                0 => wish with { Builds = wish.Builds + 50, Seconds = wish.Seconds * 1.5 },
                1 => wish with { Ready = wish.Ready + random.Next(1, 100) },
                2 => wish with { Left = wish.Left - random.Next(1, 5000) },
                _ => wish with { Most = wish.Most + 5 },
            };
            Assert.True(HowMany.Of(pool, wishes).Builders >= before, $"{pool} {wish} → {wishes[at]}");
        }
    }

    [Fact]
    public void A_queue_that_goes_up_and_down_within_the_calm_makes_it_no_smaller_and_a_quiet_one_does()
    {
        var (held, since) = (0, 0L);
        foreach (var (now, asked) in new (long, int)[] { (0, 8), (10, 2), (50, 7), (90, 0) }) Assert.Equal(8, ((held, since) = HowMany.Hold(asked, held, since, now, 100)).Item1);
        // As many as that were last asked for at 0: at 100 that is long enough ago.
        Assert.Equal((3, 100L), HowMany.Hold(3, held, since, 100, 100));
        Assert.Equal((9, 120L), HowMany.Hold(9, 3, 100, 120, 100));
        var (random, changes) = (new Random(603), 0);
        (held, since) = (10, 0);
        for (var now = 0L; now < 10_000; now += 10)
        {
            var (next, at) = HowMany.Hold(random.Next(9, 12), held, since, now, 300);
            if (next < held) changes++;
            (held, since) = (next, at);
        }
        Assert.InRange(changes, 0, 1);
    }
}
