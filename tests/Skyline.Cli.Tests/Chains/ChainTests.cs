using Skyline.Cli.Tests.Running;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Server.Tests.Chains;

namespace Skyline.Cli.Tests.Chains;

/// <summary>`skyline chain` and `skyline batch`, against the server itself.</summary>
public sealed class ChainTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Of(Served served, string name, params string[] needs) => served.Kept(ChainSite.Source(name, null, needs));

    static async Task<long> Newest(Served served) => (await served.Site.Admin.Batches(Ct)).Batches[0].Id;

    static async Task<string> BuildNext(Served served, bool fails = false)
    {
        var run = await served.Builder.Lease();
        if (fails) await served.Builder.Report(run.RunId, RunOutcome.Failed, "%build failed");
        else await served.Builder.Deliver(run, ChainSite.Results(run));
        return ChainSite.NameOf(run);
    }

    [Fact]
    public async Task Links_are_built_in_turn_and_watched_to_their_end()
    {
        await using var served = await Served.Start();

        using var run = served.Begin($"chain --target paper {Of(served, "a")} : {Of(served, "b")} {Of(served, "c")} --wait");
        string[] built = [await BuildNext(served), .. new[] { await BuildNext(served), await BuildNext(served) }.Order()];

        Assert.True(await run.Exit == 0, run.Error);
        Assert.Equal(["a", "b", "c"], built);
        Assert.Contains($"Chain {await Newest(served)} in paper, 2 links", run.Out, StringComparison.Ordinal);
        Assert.Contains("complete, 3 of 3 built.", run.OutLines[^1], StringComparison.Ordinal);
        Assert.Contains($"{await Newest(served)}  ", await served.Says("batch list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scratch_chain_publishes_nothing()
    {
        await using var served = await Served.Start();

        using var run = served.Begin($"chain --target paper --scratch --wait {Of(served, "a")} : {Of(served, "b")}");
        await BuildNext(served);
        await BuildNext(served);

        Assert.Equal(0, await run.Exit);
        Assert.Empty((await served.Site.Admin.Tag("paper", Ct)).Builds);
    }

    [Fact]
    public async Task What_failed_blocks_what_needs_it_and_a_resume_goes_on_from_there()
    {
        await using var served = await Served.Start();
        using var run = served.Begin($"chain --target paper {Of(served, "a")} : {Of(served, "b")} --wait");
        await BuildNext(served, fails: true);
        Assert.Equal((int)ExitCode.BuildFailed, await run.Exit);
        var shown = await served.Says($"batch show {await Newest(served)}");
        Assert.Contains("blocked", shown, StringComparison.Ordinal);

        Assert.Contains("running", await served.Says($"batch resume {await Newest(served)}"), StringComparison.Ordinal);
        using var again = served.Begin($"batch watch {await Newest(served)}");
        string[] built = [await BuildNext(served), await BuildNext(served)];

        Assert.Equal(0, await again.Exit);
        Assert.Equal(["a", "b"], built);
        Assert.Contains("complete", await served.Says($"batch cancel {await Newest(served)}", ExitCode.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_was_found_is_shown_and_begins_when_somebody_agrees()
    {
        await using var served = await Served.Start();
        var pile = $"{Of(served, "app", "lib-devel")} {Of(served, "lib")}";

        var plan = await served.Says($"chain --target paper --auto --plan {pile}");
        var nobody = await served.Says($"chain --target paper --auto {pile}", ExitCode.Usage);
        var no = await served.Says($"chain --target paper --auto {pile}", ExitCode.Cancelled, "n\n");
        Assert.Empty((await served.Site.Admin.Batches(Ct)).Batches);
        var yes = await served.Says($"chain --target paper --auto {pile}", typed: "y\n");

        Assert.EndsWith("Link 1\n  lib-1-1\nLink 2\n  app-1-1\n    after lib-1-1: lib-devel\n", plan, StringComparison.Ordinal);
        Assert.Contains("Nobody can be asked whether to begin: give --yes, or --plan to see the order alone.", nobody, StringComparison.Ordinal);
        Assert.Contains("Link 2", no, StringComparison.Ordinal);
        Assert.Contains("Begin? [y/N] ", yes, StringComparison.Ordinal);
        Assert.Contains($"Chain {await Newest(served)} in paper, 2 links", yes, StringComparison.Ordinal);
        Assert.Equal(["lib", "app"], [await BuildNext(served), await BuildNext(served)]);
        Assert.Contains("in paper-side-1, 2 links", await served.Says($"chain --target paper --auto --yes --scratch {pile}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chain --target paper SRC : : SRC", "A link of the chain is empty")]
    [InlineData("chain --target paper --auto SRC : SRC", "--auto finds the links itself")]
    public async Task A_slip_costs_nothing(string command, string says)
    {
        await using var served = await Served.Start();

        Assert.Contains(says, await served.Says(command.Replace("SRC", Of(served, "a"), StringComparison.Ordinal), ExitCode.Usage), StringComparison.Ordinal);
    }
}
