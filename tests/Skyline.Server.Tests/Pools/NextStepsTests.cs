using Skyline.Server.Pools;

namespace Skyline.Server.Tests.Pools;

/// <summary>How a pool comes to what it shall have, purely.</summary>
public sealed class NextStepsTests
{
    static Member Here(int number, int running = 0, bool leaving = false) => new($"farm-{number}", $"id{number}", IsHere: true, IsLeaving: leaving, Running: running);

    static Member Started(int number) => new($"farm-{number}", $"id{number}");

    static string Told(int wanted, params Member[] members)
    {
        var steps = NextSteps.Of("farm", wanted, 5, members);
        return string.Join("; ", new[] { ("keep", steps.Keep), ("start", steps.Start), ("leave", steps.Leave), ("remove", steps.Remove), ("end", steps.End) }.Where(one => one.Item2.Count > 0).Select(one => $"{one.Item1} {string.Join(' ', one.Item2)}"));
    }

    [Fact]
    public void It_grows_by_the_lowest_free_numbers_up_to_the_most()
    {
        Assert.Equal("start farm-1 farm-2 farm-3", Told(3));
        Assert.Equal("start farm-2", Told(3, Here(1), Started(3)));
        Assert.Equal("start farm-1 farm-2 farm-3 farm-4 farm-5", Told(9));
        Assert.Equal("", Told(2, Here(1, 2), Started(2)));
    }

    [Fact]
    public void It_shrinks_by_those_that_have_not_come_then_by_who_has_least_to_do_and_drains_them()
    {
        Assert.Equal("end farm-3", Told(2, Here(1), Here(2), Started(3)));
        Assert.Equal("leave farm-2", Told(2, Here(1, 1), Here(2), Here(3, 2)));
        Assert.Equal("leave farm-3", Told(2, Here(1, 1), Here(2, 1), Here(3, 1)));
    }

    [Fact]
    public void Who_leaves_is_removed_with_its_last_run_and_not_before_and_stays_where_it_is_wanted_again()
    {
        Assert.Equal("", Told(1, Here(1, 1), Here(2, 1, leaving: true)));
        Assert.Equal("remove farm-2", Told(1, Here(1, 1), Here(2, 0, leaving: true)));
        Assert.Equal("keep farm-2; start farm-3", Told(3, Here(1, 1), Here(2, 1, leaving: true)));
        Assert.Equal("keep farm-3; remove farm-2", Told(2, Here(1, 1), Here(2, leaving: true), Here(3, 1, leaving: true)));
    }

    [Fact]
    public void Whose_service_is_gone_or_has_no_builder_any_more_is_cleared_away()
    {
        Assert.Equal("remove farm-1", Told(0, new Member("farm-1", null, IsHere: true, IsAway: true)));
        Assert.Equal("", Told(0, new Member("by-hand", null, IsHere: true, Running: 1, IsAway: true)));
        Assert.Equal("start farm-2; end farm-1", Told(1, new Member("farm-1", "id1", WasRemoved: true)));
        Assert.Equal("start farm-2; end farm-1", Told(1, new Member("farm-1", "id1", IsOverdue: true)));
    }

    [Fact]
    public void What_an_administrator_has_said_of_one_stays_and_another_is_started_in_its_place() =>
        Assert.Equal("start farm-2", Told(1, Here(1) with { IsOff = true }));

    [Fact]
    public void Whatever_the_pool_is_like_nobody_with_a_run_is_removed_and_there_are_never_too_many()
    {
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var members = Enumerable.Range(1, random.Next(0, 6)).Select(number => new Member($"farm-{number}", random.Next(4) == 0 ? null : $"id{number}", random.Next(3) > 0, random.Next(3) == 0, random.Next(5) == 0, random.Next(6) == 0, random.Next(6) == 0, random.Next(6) == 0, random.Next(3)) is var one && one.IsHere ? one : one with { Running = 0, IsLeaving = false, IsOff = false }).ToList();
            var wanted = random.Next(0, 8);
            var steps = NextSteps.Of("farm", wanted, 5, members);
            foreach (var name in steps.Remove.Concat(steps.End)) Assert.Equal(0, members.Single(one => one.Name == name).Running);
            Assert.Equal(0, steps.End.Count(name => members.Single(one => one.Name == name).IsHere));
            Assert.True(members.Count(one => one.Service is not null) + steps.Start.Count - steps.End.Count <= Math.Max(5, members.Count(one => one.Service is not null)));
            Assert.Empty(steps.Start.Intersect(members.Where(one => one.Service is not null || one.IsHere).Select(one => one.Name)));
        }
    }
}
