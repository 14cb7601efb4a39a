using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class StopsInBubblewrap(InBubblewrap agent) : StopScenarios(agent), IClassFixture<InBubblewrap>;

public sealed class StopsInDocker(InDocker agent) : StopScenarios(agent), IClassFixture<InDocker>;

/// <summary>Runs that are ended before their end: nothing of them stays.</summary>
public abstract class StopScenarios(AgentFixture fixture)
{
    /// <summary>Processes in a session of their own, deaf to signals.</summary>
    const string Stubborn = """
        trap '' TERM HUP INT
        setsid sh -c 'trap "" TERM; sleep 1000' &
        echo "now running"
        sleep 1000
        """;

    FakeServer Server => fixture.Server;

    [Fact]
    public async Task Cancelled_build_leaves_nothing_behind_and_is_not_reported()
    {
        var run = Server.Enqueue(Srpm.Make("to-be-cancelled", Stubborn));
        await run.LogHas("\nnow running");

        run.Cancelled = true;

        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
        await Server.Enqueue(Srpm.Make("after-cancel", "true")).Succeeded();
        Assert.Equal(0, run.Reports);
    }

    [Fact]
    public async Task Run_whose_lease_is_lost_stops_and_leaves_nothing_behind()
    {
        var run = Server.Enqueue(Srpm.Make("to-be-taken-away", Stubborn));
        await run.LogHas("\nnow running");

        run.TakenAway = true;

        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
        await Server.Enqueue(Srpm.Make("after-lost-lease", "true")).Succeeded();
        Assert.Equal(0, run.Reports);
    }

    [Theory]
    [InlineData("memory", "The build used more than 200.0 MiB of memory and was ended; a smaller %_smp_ncpus_max or a larger limit may help.", "head -c 600M /dev/zero | tail -c 500M | wc -c")]
    [InlineData("processes", "The build had more than 60 processes and threads at once and was ended.", "for i in $(seq 100); do sleep 100 & done; wait")]
    [InlineData("disk", "The build wrote more than 50.0 MiB to disk and was ended.", "for i in $(seq 30); do head -c 5M /dev/zero >zeros$i; sleep 0.1; done; sleep 100")]
    [InlineData("one-file", "The build wrote more than 50.0 MiB to disk and was ended.", "head -c 100M /dev/zero >zeros")]
    [InlineData("time", "The build took longer than 6 seconds and was ended.", "while :; do echo still here; sleep 0.2; done")]
    [InlineData("silence", "The build wrote no line for 3 seconds and was ended; it seems to hang.", "echo hush; sleep 100")]
    public async Task Limit_gone_over_ends_the_run_with_its_own_sentence(string name, string sentence, string build)
    {
        var run = Server.Enqueue(Srpm.Make("over-" + name, build), lease => lease with { Limits = new(200 << 20, 60, 50 << 20, 2, 6, 3) });

        var report = await run.Report;

        Assert.Equal((RunOutcome.Failed, sentence), (report.Outcome, report.Why));
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
    }
}
