using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>The agent's own life: starts, ends, and what it leaves.</summary>
public sealed class LifeScenarios
{
    const string Waits = "echo \"now running\"; setsid sleep 1000 & sleep 1000";

    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("docker")]
    public async Task Killed_agent_is_swept_after_by_its_next_life(string isolation)
    {
        if (isolation == "docker") Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        await using var server = await FakeServer.Start();
        var data = RunningAgent.NewData();
        using (var first = new AgentProcess(server, isolation, data))
        {
            await server.Enqueue(Srpm.Make("killed-with-agent", Waits, header: "BuildRequires: zlib-devel")).LogHas("\nnow running");
            await first.Kill();
        }
        Assert.NotEqual(Leftovers.None, await Leftovers.Of(data, isolation));

        await using var second = await RunningAgent.Start(isolation, data);

        Assert.Equal(Leftovers.None, await Leftovers.Of(data, isolation));
        await second.Server.Enqueue(Srpm.Make("after-the-sweep", "true", header: "BuildRequires: zlib-devel")).Succeeded();
        Assert.DoesNotContain(second.Said, line => line.Contains("Making buildroot", StringComparison.Ordinal));
    }

    /// <summary>In the other phases, each by the call that it makes there; the server holds that until the agent is dead.</summary>
    [Theory]
    [InlineData("/srpm")]
    [InlineData("/repos/testos/repodata/repomd.xml")]
    [InlineData(".rpm")]
    [InlineData("/files/")]
    public async Task Agent_killed_in_a_phase_leaves_nothing_that_its_next_life_does_not_sweep(string call)
    {
        await using var server = await FakeServer.Start();
        var data = RunningAgent.NewData();
        using (var first = new AgentProcess(server, "bubblewrap", data))
        {
            var asked = new TaskCompletionSource();
            server.Fault = async http =>
            {
                if (!http.Request.Path.Value!.Contains(call, StringComparison.Ordinal) || http.Request.Path.Value.EndsWith("/log", StringComparison.Ordinal)) return false;
                asked.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            };
            server.Enqueue(Srpm.Make("killed-in-a-phase", "true"), FromTheServer);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(90));
            await first.Kill();
        }
        Assert.NotEqual(Leftovers.None, await Leftovers.Of(data, "bubblewrap"));

        await using var second = await RunningAgent.Start("bubblewrap", data);

        Assert.Equal(Leftovers.None, await Leftovers.Of(data, "bubblewrap"));
        await second.Server.Enqueue(Srpm.Make("after-the-phase", "true"), FromTheServer).Succeeded();
        Assert.Equal(Leftovers.None, await Leftovers.Settled(data, "bubblewrap"));
    }

    static LeasedRun FromTheServer(LeasedRun lease) => lease with
    {
        Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(repo => repo with { BaseUrl = "/repos/testos/", Pinned = true })] },
    };

    [Theory]
    [InlineData("bubblewrap")]
    [InlineData("docker")]
    public async Task Terminated_agent_reports_its_run_as_lost_and_leaves_nothing(string isolation)
    {
        if (isolation == "docker") Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        await using var server = await FakeServer.Start();
        var data = RunningAgent.NewData();
        using var agent = new AgentProcess(server, isolation, data);
        var run = server.Enqueue(Srpm.Make("terminated", Waits, header: "BuildRequires: zlib-devel"));
        await run.LogHas("\nnow running");

        var exit = await agent.Terminate();

        var report = await run.Report;
        Assert.Equal((0, RunOutcome.Lost, "The builder was stopped by its operator."), (exit, report.Outcome, report.Why));
        Assert.Equal(Leftovers.None, await Leftovers.Of(data, isolation));
        Assert.Empty(Mounts.Below(data));
        await RemoveTree.At(Path.GetDirectoryName(data)!);
    }

    [Fact]
    public async Task Second_agent_with_the_same_folder_is_refused()
    {
        await using var first = await RunningAgent.Start("bubblewrap");
        using var second = new AgentProcess(first.Server, "bubblewrap", first.Data);

        Assert.Equal(1, await second.Exit());

        Assert.Contains("does another builder run with it? Give each its own.", await second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_without_a_server_says_so_and_works_when_there_is_one()
    {
        var server = await FakeServer.Start();
        await server.GoAway();
        var data = RunningAgent.NewData();
        using var agent = new AgentProcess(server, "bubblewrap", data);
        await Patience.Until(() => File.Exists(Path.Combine(data, "agent-id")), made => made);

        await server.Listen();

        await server.Enqueue(Srpm.Make("at-last", "true")).Succeeded();
        await agent.Terminate();
        await server.DisposeAsync();
        await RemoveTree.At(Path.GetDirectoryName(data)!);
    }

    [Fact]
    public async Task Option_that_makes_no_sense_is_named()
    {
        await using var server = await FakeServer.Start();
        using var agent = new AgentProcess(server, "moonlight", RunningAgent.NewData());

        Assert.Equal(2, await agent.Exit());

        Assert.Equal("skyline-builder: --isolation moonlight: it is auto, docker, bubblewrap or vm.\n", await agent.Errors);
    }

    [Fact]
    public async Task Agent_that_finds_no_engine_falls_back_to_bubblewrap_and_says_why()
    {
        await using var agent = await RunningAgent.Start("auto", options => options with { DockerHost = "unix:///nowhere/docker.sock" });

        Assert.Contains(agent.Said, line => line.Contains("isolated by bubblewrap, since no engine answers at unix:///nowhere/docker.sock", StringComparison.Ordinal));
        await agent.Server.Enqueue(Srpm.Make("by-fallback", "true")).Succeeded();
        Assert.All(agent.Server.Leases, lease => Assert.Equal("bubblewrap", lease.Isolation));
    }

    [Fact]
    public async Task Agent_of_an_ordinary_user_builds_and_bounds_what_it_builds()
    {
        Assert.SkipUnless(AgentProcess.CanBeReadByAll, "The agent's own files lie below a folder that ordinary users may not enter");
        await using var server = await FakeServer.Start();
        var home = Scratch.Folder("ordinary");
        Libc.Own(home, 1_899_999_999);
        var data = Path.Combine(home, "data");
        using var agent = new AgentProcess(server, "bubblewrap", data, "setpriv", "--reuid=1899999999", "--regid=1899999999", "--clear-groups");

        await server.Enqueue(Srpm.Hello("by-anyone")).Succeeded();
        var hungry = server.Enqueue(Srpm.Make("hungry", "perl -e '$x = \"y\" x 400_000_000; sleep 20'", header: "BuildRequires: perl-interpreter"), lease => lease with { Limits = lease.Limits with { MemoryBytes = 200 << 20 } });
        var many = server.Enqueue(Srpm.Make("many", "for i in $(seq 100); do sleep 30 & done; wait"), lease => lease with { Limits = lease.Limits with { Processes = 60 } });

        Assert.Equal(Breach.Memory(200 << 20).Sentence, (await hungry.Report).Why);
        Assert.Equal(Breach.Processes(60).Sentence, (await many.Report).Why);
        Assert.Equal(0, await agent.Terminate());
        Assert.Empty(Directory.GetDirectories(Path.Combine(data, "runs")));
    }

    [Fact]
    public async Task Full_disk_of_the_builder_is_not_the_builds_fault()
    {
        Assert.SkipUnless(Libc.IsRoot, "Only root can make a small disk to fill");
        var data = RunningAgent.NewData();
        Directory.CreateDirectory(data);
        await Child.Must(["mount", "-t", "tmpfs", "-o", "size=500m", "tmpfs", data], "Mounting a small disk", CancellationToken.None);
        await using var agent = await RunningAgent.Start("bubblewrap", data);
        try
        {
            var run = agent.Server.Enqueue(Srpm.Make("fills-the-disk", "cat /dev/zero >zeros"));

            var report = await run.Report;

            Assert.Equal(RunOutcome.Lost, report.Outcome);
            Assert.Matches("disk is full|No space left", report.Why);
            Assert.Equal(Leftovers.None, await Leftovers.Settled(data, "bubblewrap"));
            await agent.Server.Enqueue(Srpm.Make("fits-the-disk", "true")).Succeeded();
        }
        finally
        {
            await agent.Stop();
            await Mounts.Unmount(data);
        }
    }

    [Fact]
    public async Task Cancel_while_a_buildroot_is_made_leaves_no_half_of_it()
    {
        await using var agent = await RunningAgent.Start("bubblewrap");
        var run = agent.Server.Enqueue(Srpm.Make("cancelled-early", "true"));
        await Patience.Until(() => agent.Said.Any(line => line.Contains("Making buildroot", StringComparison.Ordinal)), making => making);

        run.Cancelled = true;

        await Patience.Until(() => agent.Said.Any(line => line.Contains("is stopped: Cancelled", StringComparison.Ordinal)), stopped => stopped);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(agent.Data, "bubblewrap"));
        Assert.Empty(Directory.GetDirectories(Path.Combine(agent.Data, "buildroots")));
        await agent.Server.Enqueue(Srpm.Make("after-early-cancel", "true")).Succeeded();
    }

    [Fact]
    public async Task Both_isolations_give_the_same_bytes()
    {
        Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        var srpm = Srpm.Hello("same-everywhere", "uname -n; id -u; pwd; nproc; ls /proc/self/fd");
        await using var inBubblewrap = await RunningAgent.Start("bubblewrap");
        await using var inDocker = await RunningAgent.Start("docker");

        var (one, other) = (inBubblewrap.Server.Enqueue(srpm), inDocker.Server.Enqueue(srpm));
        await one.Succeeded();
        await other.Succeeded();

        Assert.Equal(one.Digests(), other.Digests());
        Assert.Equal((await one.Report).Lock.OrderBy(package => package.Nevra), (await other.Report).Lock.OrderBy(package => package.Nevra));
    }
}
