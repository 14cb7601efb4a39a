using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>A container engine that dies or hangs, in each phase of a run: the fault is never the build's, and nothing stays.</summary>
public sealed class EngineScenarios(InOwnEngine site) : IClassFixture<InOwnEngine>, IDisposable
{
    const string Waits = "echo \"now running\"; setsid sleep 1000 & sleep 1000";
    readonly int saidBefore = site.Agent.Said.Count;

    OwnEngine Engine => site.Engine;
    FakeServer Server => site.Agent.Server;

    public void Dispose() => Server.Fault = null;

    [Fact]
    public async Task Engine_killed_while_a_build_runs_loses_the_run_and_the_next_one_succeeds_when_it_is_back()
    {
        var run = Server.Enqueue(Srpm.Make("engine-killed", Waits));
        await run.LogHas("\nnow running");

        await Engine.Kill();

        var report = await run.Report;
        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.StartsWith("The container engine ", report.Why, StringComparison.Ordinal);
        await Patience.Until(Engine.ProcessesInContainers, left => left == 0);
        var next = Server.Enqueue(Srpm.Make("after-engine", "true"));
        await Says("Slot 0 takes no work: The container engine ");
        await Engine.Live();
        await next.Succeeded();
        await NothingIsLeft();
    }

    [Fact]
    public async Task Engine_that_hangs_while_a_build_runs_loses_the_run_and_the_agent_ends_the_build_itself()
    {
        var run = Server.Enqueue(Srpm.Make("engine-hangs", Waits));
        await run.LogHas("\nnow running");

        Engine.Hang();

        var report = await run.Report;
        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Equal("The container engine was to answer a ping while the build ran and has not answered for 5 s; it hangs, or has too much to do.", report.Why);
        await Patience.Until(Engine.ProcessesInContainers, left => left == 0);
        Engine.GoOn();
        await Server.Enqueue(Srpm.Make("after-hang", "true")).Succeeded();
        await NothingIsLeft();
    }

    [Fact]
    public async Task Engine_that_hangs_when_a_build_is_to_start_loses_the_run_and_what_it_makes_too_late_is_removed()
    {
        await Server.Enqueue(Srpm.Make("before-hang", "true")).Succeeded();
        var held = HoldFirst("/srpm", () =>
        {
            Engine.Hang();
            return Task.CompletedTask;
        });
        var run = Server.Enqueue(Srpm.Make("starts-never", "true"));
        await held;

        var report = await run.Report;

        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Matches("The container engine was to .* and has not answered for 5 s", report.Why);
        var next = Server.Enqueue(Srpm.Make("starts-late", "true"));
        await Says("Slot 0 takes no work: The container engine was to answer a ping");
        Engine.GoOn();
        await next.Succeeded();
        await NothingIsLeft();
    }

    /// <summary>Where no container is needed any more, or none yet, its engine is not missed.</summary>
    [Theory]
    [InlineData("/srpm")]
    [InlineData("/repos/testos/repodata/repomd.xml")]
    [InlineData("/files/")]
    public async Task Engine_killed_beside_other_phases_and_back_soon_costs_no_run(string call)
    {
        var held = HoldFirst(call, async () =>
        {
            await Engine.Kill();
            await Engine.Live();
        });
        // (By a name of its own, so that its metadata is not in the agent's cache already.)
        var run = Server.Enqueue(Srpm.Make("engine-not-missed", "true"), lease => lease with
        {
            Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { Id = "served" + call.Length, BaseUrl = "/repos/testos/", Pinned = true })] },
        });
        await held;

        await run.Succeeded();

        await NothingIsLeft();
    }

    /// <summary>From now on: the agent's first such call is answered after the act.</summary>
    async Task HoldFirst(string call, Func<Task> act)
    {
        var (asked, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.Contains(call, StringComparison.Ordinal)) return false;
            asked.TrySetResult();
            await done.Task;
            return false;
        };
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await act();
        done.SetResult();
    }

    Task<bool> Says(string text) => Patience.Until(() => site.Agent.Said.Skip(saidBefore).Any(line => line.Contains(text, StringComparison.Ordinal)), said => said);

    async Task NothingIsLeft()
    {
        Assert.Equal(Leftovers.None, await Leftovers.Settled(site.Agent.Data, "docker", Engine.Host));
        Assert.Equal((0, 0, 0), await Patience.Until(Engine.Left, left => left == (0, 0, 0)));
    }
}

/// <summary>An agent and the container engine that it works with, for one class of tests.</summary>
public sealed class InOwnEngine : IAsyncLifetime
{
    OwnEngine? engine;
    RunningAgent? agent;

    internal OwnEngine Engine => engine ?? throw new InvalidOperationException("There is no engine.");

    /// <summary>Skips the test that asks, where there can be none.</summary>
    internal RunningAgent Agent
    {
        get
        {
            Assert.SkipWhen(OwnEngine.Missing() is not null, OwnEngine.Missing() ?? "");
            return agent!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (OwnEngine.Missing() is not null) return;
        engine = await OwnEngine.Start();
        agent = await RunningAgent.Start("docker", options => options with { DockerHost = engine.Host, EnginePatience = TimeSpan.FromSeconds(5) });
    }

    public async ValueTask DisposeAsync()
    {
        if (agent is not null) await agent.DisposeAsync();
        if (engine is not null) await engine.DisposeAsync();
    }
}
