using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Builds;

public sealed class WatchTests
{
    [Fact]
    public async Task A_watch_tells_each_change_once_and_ends_with_the_build()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(server, "watch", "17");

        foreach (var phase in new[] { RunPhase.Fetch, RunPhase.Buildroot, RunPhase.Rpmbuild, RunPhase.Rpmbuild })
        {
            await server.Builds.SomebodyWaitsFor(17);
            server.Builds.Change(17, build => build.Running(phase));
        }
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, build => build with { State = BuildState.Publishing, Tasks = [Samples.Task(17, "x86_64", TaskState.Succeeded)] });
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, Samples.Completed);

        Assert.Equal(0, await run.Exit);
        Assert.Equal(
        [
            "17 hello-2.12-1: Waiting: no builder is free",
            "17 hello-2.12-1: building",
            "17 hello-2.12-1: x86_64: fetch on local",
            "17 hello-2.12-1: x86_64: buildroot on local",
            "17 hello-2.12-1: x86_64: rpmbuild on local",
            "17 hello-2.12-1: publishing",
            "17 hello-2.12-1: x86_64: succeeded",
            "17 hello-2.12-1: complete",
            "  hello-2.12-1.x86_64.rpm  123 KB",
            "  queue 0.2 s, rpmbuild 7.3 s",
        ], run.OutLines);
    }

    [Theory]
    [InlineData(BuildState.Complete, 0)]
    [InlineData(BuildState.Failed, 1)]
    [InlineData(BuildState.Cancelled, 5)]
    public async Task A_watch_ends_as_its_build_did(BuildState state, int code)
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build with { State = state, Why = null };
        server.Builds.Add("hello-2.12-1");

        using var run = await CliRun.Of(server, "watch", "--json", "17");

        Assert.Equal(code, await run.Exit);
        Assert.Equal(state.ToString(), run.Json().GetProperty("builds")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Of_several_builds_a_failure_counts_more_than_a_cancel()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Id switch
        {
            17 => build with { State = BuildState.Cancelled },
            18 => build.FailedBecause("no"),
            _ => build.Completed(),
        };
        foreach (var name in new[] { "a-1-1", "b-1-1", "c-1-1" }) server.Builds.Add(name);

        using var run = await CliRun.Of(server, "watch", "19", "17", "18", "17");

        Assert.Equal((int)ExitCode.BuildFailed, await run.Exit);
    }

    [Fact]
    public async Task A_lost_run_is_no_failure_and_its_reason_is_told()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Running(RunPhase.Rpmbuild);
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(server, "watch", "17");
        await server.Builds.SomebodyWaitsFor(17);

        var lost = Samples.Run(5017, RunState.Lost, RunPhase.Rpmbuild) with { Why = "the builder was not heard of for 60 s" };
        server.Builds.Change(17, build => build with { Tasks = [Samples.Task(17, "x86_64", TaskState.Waiting, lost)] });
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, build => build with { Tasks = [Samples.Task(17, "x86_64", TaskState.Running, lost, Samples.Run(6017, RunState.Running, RunPhase.Fetch) with { Builder = "second" })] });
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, Samples.Completed);

        Assert.Equal(0, await run.Exit);
        Assert.Contains("17 hello-2.12-1: x86_64: lost, another builder tries: the builder was not heard of for 60 s", run.OutLines);
        Assert.Contains("17 hello-2.12-1: x86_64: fetch on second", run.OutLines);
    }

    [Fact]
    public async Task An_unknown_build_ends_the_watch_of_the_others_too()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");

        using var run = await CliRun.Of(server, "watch", "17", "404");

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("There is no build 404.\n", run.Error);
    }

    [Fact]
    public async Task An_interrupted_watch_says_how_to_come_back_and_cancels_nothing()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(server, "watch", "17", "--json");
        await server.Builds.SomebodyWaitsFor(17);

        await run.Interrupt();

        Assert.Equal((int)ExitCode.Interrupted, await run.Exit);
        Assert.EndsWith("Interrupted. Build 17 goes on; come back to it with: skyline watch 17\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(BuildState.Waiting, server.Builds.Find(17)!.State);
        Assert.Equal((17, 130), (run.Json().GetProperty("builds")[0].GetProperty("id").GetInt32(), run.Json().GetProperty("error").GetProperty("exitCode").GetInt32()));
    }

    [Fact]
    public async Task A_watch_outlives_a_restart_of_the_server()
    {
        var first = await StandInServer.Start();
        first.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(new CliWorld { Server = first.Url, Time = new HurriedTime() }, "watch", "17");
        await first.Builds.SomebodyWaitsFor(17);
        await first.DisposeAsync();
        await run.Printed("Trying again");

        await using var second = await StandInServer.Start(first.Url);
        second.Builds.OnAdd = build => build.Completed() with { Revision = 2 };
        second.Builds.Add("hello-2.12-1");

        Assert.Equal(0, await run.Exit);
        Assert.Contains("The server is back.", run.OutLines);
        Assert.Contains("17 hello-2.12-1: complete", run.OutLines);
    }

    [Fact]
    public async Task A_server_that_never_comes_back_is_given_up()
    {
        var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(new CliWorld { Server = server.Url, Time = new HurriedTime(1000) }, "watch", "17");
        await server.Builds.SomebodyWaitsFor(17);
        await server.DisposeAsync();

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.Contains($"Cannot reach {server.Url}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_are_held_by_the_server_and_not_repeated()
    {
        await using var server = await StandInServer.Start();
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(server, "watch", "17");
        for (var change = 0; change < 20; change++)
        {
            await server.Builds.SomebodyWaitsFor(17);
            server.Builds.Change(17, build => build.Running(RunPhase.Rpmbuild));
        }
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, Samples.Completed);

        Assert.Equal(0, await run.Exit);
        Assert.Equal(1 + 21, server.Authorizations.Count);
    }

    [Fact]
    public async Task On_a_terminal_the_status_is_drawn_over_and_the_end_stays()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Running(RunPhase.Fetch);
        server.Builds.Add("hello-2.12-1");
        var run = CliRun.Start(new CliWorld { Server = server.Url, Terminal = true, Width = 40 }, "watch", "17");
        await run.Printed("fetch on local");
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, build => build.Running(RunPhase.Rpmbuild) with { Why = new string('w', 100) });
        await run.Printed("rpmbuild on local");
        await server.Builds.SomebodyWaitsFor(17);
        server.Builds.Change(17, Samples.Completed);

        Assert.Equal(0, await run.Exit);
        Assert.Contains("\e[2A\r\e[J", run.Out, StringComparison.Ordinal);
        var end = run.Out[run.Out.LastIndexOf("\e[J", StringComparison.Ordinal)..];
        Assert.Equal("\e[J17 hello-2.12-1: complete\n  hello-2.12-1.x86_64.rpm  123 KB\n  queue 0.2 s, rpmbuild 7.3 s\n", end);
        Assert.All(run.Out.Split('\n').Where(line => line.Contains("building", StringComparison.Ordinal)), line => Assert.True(line.Length < 40 + 12, line));
    }
}
