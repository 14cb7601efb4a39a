using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>Two slots never wait on each other, unless one wants the very buildroot that the other is making.</summary>
public sealed class SlotScenarios
{
    static Task<RunningAgent> TwoSlots() => RunningAgent.Start("bubblewrap", options => options with { Slots = 2 });

    /// <summary>From the server, as states that never change.</summary>
    static LeasedRun Pinned(LeasedRun lease) => lease with { Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { BaseUrl = "/repos/testos/", Pinned = true })] } };

    static FakeRun Build(RunningAgent agent, string requires, Func<LeasedRun, LeasedRun>? with = null) =>
        agent.Server.Enqueue(Srpm.Make("wants-" + requires, $"rpm -q {requires}", header: "BuildRequires: " + requires), lease => with is null ? Pinned(lease) : with(Pinned(lease)));

    /// <summary>Holds the first call for a path that ends so, until told.</summary>
    static (TaskCompletionSource Asked, TaskCompletionSource Go) HoldFirst(FakeServer server, Func<string, bool> path)
    {
        var (asked, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        server.Fault = async http =>
        {
            if (path(http.Request.Path.Value!) && asked.TrySetResult()) await go.Task.WaitAsync(http.RequestAborted);
            return false;
        };
        return (asked, go);
    }

    [Fact]
    public async Task Slow_download_for_one_buildroot_delays_no_other()
    {
        await using var agent = await TwoSlots();
        var (asked, go) = HoldFirst(agent.Server, path => path.Contains("/bison-", StringComparison.Ordinal));
        var slow = Build(agent, "bison");
        await asked.Task;

        await Build(agent, "zlib-devel").Succeeded();
        Assert.False(slow.IsReported);
        go.SetResult();

        await slow.Succeeded();
    }

    [Fact]
    public async Task Repository_that_does_not_answer_one_slot_delays_no_other()
    {
        await using var agent = await TwoSlots();
        var extra = new RecipeRepo("extra", "/nowhere/extra/", null, null, 50, false, [], true);
        var (asked, go) = HoldFirst(agent.Server, path => path.StartsWith("/nowhere/", StringComparison.Ordinal));
        var slow = Build(agent, "bison", lease => lease with { Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos, extra] } });
        await asked.Task;

        await Build(agent, "zlib-devel").Succeeded();
        Assert.False(slow.IsReported);
        go.SetResult();

        Assert.Equal(RunOutcome.Lost, (await slow.Report).Outcome);
    }

    [Fact]
    public async Task Who_waits_for_a_buildroot_goes_on_when_its_maker_is_cancelled()
    {
        await using var agent = await TwoSlots();
        var (asked, go) = HoldFirst(agent.Server, path => path.Contains("/bison-", StringComparison.Ordinal));
        var maker = Build(agent, "bison");
        await asked.Task;
        var waiter = Build(agent, "bison");
        await Patience.Until(() => waiter.Phases.Contains(RunPhase.Buildroot), so => so);

        maker.Cancelled = true;

        // What the maker asked for is still held: the waiter has asked for itself.
        await waiter.Succeeded();
        Assert.False(maker.IsReported);
        Assert.False(go.Task.IsCompleted);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(agent.Data, "bubblewrap"));
    }

    [Fact]
    public async Task Pinned_metadata_is_fetched_once_for_all_slots_and_what_was_resolved_is_not_asked_again()
    {
        await using var agent = await TwoSlots();
        var fetched = new System.Collections.Concurrent.ConcurrentBag<string>();
        agent.Server.Fault = http =>
        {
            if (http.Request.Path.Value!.Contains("/repodata/", StringComparison.Ordinal)) fetched.Add(http.Request.Path);
            return Task.FromResult(false);
        };
        // The one slot is at work, so the other has to resolve too.
        var first = agent.Server.Enqueue(Srpm.Make("keeps-a-slot", "echo at work; sleep 1000"), Pinned);
        await first.LogHas("\nat work\n");
        await Build(agent, "zlib-devel").Succeeded();
        first.Cancelled = true;

        Assert.NotEmpty(fetched);
        Assert.Equal(fetched.Distinct().Count(), fetched.Count);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(agent.Data, "metadata")).Count(slot => Directory.EnumerateFiles(slot, "r*.solv").Any()));

        // Without its metadata the solver would have to ask for it.
        fetched.Clear();
        foreach (var slot in Directory.GetDirectories(Path.Combine(agent.Data, "metadata"))) await RemoveTree.At(slot);
        await Build(agent, "zlib-devel").Succeeded();
        Assert.Empty(fetched);
    }
}
