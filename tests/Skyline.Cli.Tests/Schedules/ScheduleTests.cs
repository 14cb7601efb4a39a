using Skyline.Cli.Tests.Running;
using Skyline.Protocol;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Schedules;

/// <summary>`skyline schedule`, `skyline bisect` and `skyline bisection`, against the server itself.</summary>
public sealed class ScheduleTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<BuildDetails> Built(Served served, string release, LockedPackage package, bool fails = false)
    {
        var source = Papers.Source("hello", "1", release, exclusiveArch: "x86_64");
        var build = await served.Site.Admin.Submit(source.Open(), source.FileName, "paper", false, Ct);
        var run = await served.Builder.Lease();
        served.Builder.Lock = [package];
        if (fails) await served.Builder.Report(run.RunId, RunOutcome.Failed, "%build failed");
        else await served.Builder.Deliver(run, source, Papers.Binary("hello", "1", release));
        while (build.State is not (BuildState.Complete or BuildState.Failed)) build = await served.Site.Admin.WaitBuild(build.Id, build.Revision, 30, Ct);
        return build;
    }

    [Fact]
    public async Task A_schedule_is_made_run_paused_and_removed()
    {
        await using var served = await Served.Start();
        await Built(served, "1", new("tool-1-1.noarch", new string('1', 64), "paper", 7));

        var made = await served.Says("schedule create nightly --target paper --cron 0~3~*~*~1-5 --time-zone Europe/Berlin --share 20");
        var listed = await served.Says("schedule list");
        var run = await served.Says("schedule run nightly");
        var twice = await served.Says("schedule run nightly", ExitCode.Refused);
        var paused = await served.Says("schedule pause nightly");
        var edited = await served.Says("schedule edit nightly --what affected --priority 30");
        await served.Says("schedule resume nightly");
        await served.Says("schedule remove nightly");

        Assert.Contains("builds all packages of paper (target paper), 0 3 * * 1-5 Europe/Berlin, priority 25, on 20 % of the slots", made, StringComparison.Ordinal);
        Assert.Contains("nightly", listed, StringComparison.Ordinal);
        var batch = (await served.Site.Admin.Batches(Ct)).Batches.Single().Id;
        Assert.Contains($"1 packages are built as batch {batch}: skyline batch watch {batch}", run, StringComparison.Ordinal);
        Assert.Contains($"batch {batch}", twice, StringComparison.Ordinal);
        Assert.Contains("It is paused.", paused, StringComparison.Ordinal);
        Assert.Contains("builds affected packages of paper", edited, StringComparison.Ordinal);
        Assert.Contains("nightly", await served.Says("schedule show nightly", ExitCode.Refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schedule create a --target paper --cron 61~3~*~*~*", "'61 3 * * *' is no cron expression: five words as in a crontab (0 3 * * 1-5)")]
    [InlineData("schedule create a --target paper --cron 0~3~*~*~* --time-zone Mars", "There is no time zone 'Mars'")]
    [InlineData("schedule create a --target none --cron 0~3~*~*~*", "There is no target 'none'")]
    [InlineData("bisect hello --tag paper", "It is not known that hello ever built in 'paper'; say which build was good.")]
    public async Task What_cannot_be_is_a_sentence(string command, string says)
    {
        await using var served = await Served.Start();

        Assert.Contains(says, await served.Says(command, ExitCode.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bisection_is_waited_for_and_names_the_guilty_update()
    {
        await using var served = await Served.Start();
        var (old, @new) = (new LockedPackage("tool-1-1.noarch", new string('1', 64), "paper", 7), new LockedPackage("tool-2-1.noarch", new string('2', 64), "paper", 7));
        var (good, bad) = (await Built(served, "1", old), await Built(served, "2", @new, fails: true));

        using var run = served.Begin($"bisect hello --tag paper --good {good.Id} --bad {bad.Id} --wait");
        while (!run.Exit.IsCompleted)
        {
            if (await served.Builder.TryLease(1) is not { } probe) continue;
            served.Builder.Lock = probe.Lock!;
            if (probe.Lock!.Contains(@new)) await served.Builder.Report(probe.RunId, RunOutcome.Failed, "%build failed");
            else await served.Builder.Deliver(probe, Papers.Source("hello", "1", "2", exclusiveArch: "x86_64"), Papers.Binary("hello", "1", "2"));
        }

        Assert.True(await run.Exit == 0, run.Out + run.Error);
        Assert.Contains("Guilty: tool 1-1 → 2-1", run.Out, StringComparison.Ordinal);
        Assert.Contains("found", await served.Says("bisection list"), StringComparison.Ordinal);
        var id = (await served.Site.Admin.Bisections(Ct)).Bisections.Single().Id;
        Assert.Contains("Guilty: tool 1-1 → 2-1", await served.Says($"bisection show {id}"), StringComparison.Ordinal);
        Assert.Contains("found", await served.Says($"bisection cancel {id}", ExitCode.Refused), StringComparison.Ordinal);
    }
}
