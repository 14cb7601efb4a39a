using System.Diagnostics;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Tests.Builders;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Tests.Schedules;

namespace Skyline.Server.Tests.Builds;

/// <summary>When what waits is expected to start.</summary>
public sealed class WhenItStartsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static WaitingGroup Group(long owner, IReadOnlySet<int> slots, params ExpectedRun[] runs) => new(801, 20, owner, 0, runs, slots);

    static ExpectedRun Run(long id, double seconds = 100) => new(id, seconds, true);

    [Fact]
    public void What_no_free_slot_is_left_for_starts_when_the_first_that_runs_has_ended()
    {
        var starts = WhenItStarts.Of([Group(1, new HashSet<int> { 0, 1 }, Run(5001), Run(5002), Run(5003), Run(5004))], [new(0), new(30, Owner: 2, Priority: 20)], 0);

        Assert.Equal([(5001, 0.0, 0), (5002, 30.0, 1), (5003, 100.0, 2), (5004, 130.0, 3)], starts.Select(start => ((int)start.Key, start.Value.In, start.Value.Before)));
    }

    [Fact]
    public void What_no_slot_can_take_is_not_expected_to_start()
    {
        var starts = WhenItStarts.Of([Group(1, new HashSet<int>(), Run(5001)), Group(2, new HashSet<int> { 0 }, Run(5002))], [new(0)], 0);

        Assert.Equal(5002, Assert.Single(starts).Key);
    }

    [Fact]
    public void People_take_turns_in_the_play_as_in_the_queue()
    {
        var starts = WhenItStarts.Of([Group(1, new HashSet<int> { 0 }, [.. Enumerable.Range(5001, 1000).Select(id => Run(id))]), Group(2, new HashSet<int> { 0 }, Run(7000))], [new(0)], 0);

        Assert.Equal(new Start(100, 1, 1), starts[7000]);
        Assert.Equal(new Start(1000 * 100, 1000, 1000), starts[6000]);
    }

    [Fact]
    public void The_play_ends_however_much_waits()
    {
        var starts = WhenItStarts.Of([Group(1, new HashSet<int> { 0 }, [.. Enumerable.Range(5001, 100_000).Select(id => Run(id))])], [new(0)], 0);

        Assert.Equal(WhenItStarts.MostPlayed, starts.Count);
    }

    [Fact]
    public async Task A_waiting_task_says_when_it_will_start_and_from_what_that_is_known()
    {
        await using var site = await Site.Open();
        await site.Built(name: "first");
        var builder = new PaperBuilder(site.LocalBuilder);
        var (first, second, third) = (await LockSite.Submit(site, "first", scratch: true), await LockSite.Submit(site, "second", scratch: true), await LockSite.Submit(site, "third", scratch: true));
        await builder.Lease(0);

        var (next, after) = ((await site.Admin.Build(second.Id, Ct)).Tasks[0], (await site.Admin.Build(third.Id, Ct)).Tasks[0]);

        Assert.Equal((0, "it is next when what runs now has ended"), (next.Starts!.Before, next.Starts.Basis));
        Assert.Equal("Waiting for a free builder for x86_64; it is next.", next.Why);
        Assert.Equal(1, after.Starts!.Before);
        Assert.StartsWith("1 start before it: 0 expected to take as long as those packages took here before, the others as builds here usually take (1 runs)", after.Starts.Basis);
        Assert.True(after.Starts.At >= next.Starts.At);
        Assert.Null((await site.Admin.Build(first.Id, Ct)).Tasks[0].Starts);
    }

    [Fact]
    public async Task A_run_that_hung_for_an_hour_says_nothing_of_the_next()
    {
        var time = new LaterTime();
        await using var site = await RunsSite.Open(time);
        var builder = new PaperBuilder(site.LocalBuilder);
        foreach (var seconds in new[] { 60, 3600, 62, 3700, 61, 59 })
        {
            await LockSite.Submit(site, "first", scratch: true);
            var run = await builder.Lease();
            time.Pass(TimeSpan.FromSeconds(seconds));
            await builder.Deliver(run, LockSite.Results("first"));
        }
        await LockSite.Submit(site, "first", scratch: true);
        await builder.Lease();

        var (known, unknown) = (await LockSite.Submit(site, "first", scratch: true), await LockSite.Submit(site, "other", scratch: true));
        var last = await LockSite.Submit(site, "last", scratch: true);
        async Task<double> In(BuildDetails build) => ((await site.Admin.Build(build.Id, Ct)).Tasks[0].Starts!.At - time.GetUtcNow()).TotalSeconds;

        // Each takes 61 seconds, the shorter in the middle of six; by the mean it would be twenty minutes.
        Assert.InRange(await In(known), 50, 70);
        Assert.InRange(await In(unknown), 110, 130);
        Assert.InRange(await In(last), 170, 190);
    }

    [Fact]
    public async Task What_no_builder_can_take_has_a_cause_and_no_time()
    {
        await using var site = await Site.Open();
        await site.Admin.SetBuilderEnabled("local", false, Ct);

        var task = (await Fleet.Submit(site)).Tasks[0];

        Assert.StartsWith("Waiting: no enabled builder can build x86_64.", task.Why);
        Assert.Null(task.Starts);
    }
}
