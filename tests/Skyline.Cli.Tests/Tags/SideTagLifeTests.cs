using Skyline.Cli.Tests.Running;
using Skyline.Protocol;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Tags;

/// <summary>`skyline side-tag` from its beginning to its end, against the server itself; and what is done with one build that waits or failed.</summary>
public sealed class SideTagLifeTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_side_tag_is_made_built_into_refused_with_its_reasons_promoted_and_removed()
    {
        await using var served = await Served.Start();

        var made = await served.Says("side-tag create paper --note new~hello");
        var empty = await served.Says("side-tag promote paper-side-1 --skip-install-check", ExitCode.Refused);
        await served.Says($"build --target paper-side-1 {served.Source("hello")}");
        await served.Builder.Build(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"), Papers.Binary("hello", "1", "1"));
        await served.Says("repo wait paper-side-1 hello-1-1");
        await served.Says($"build --target paper-side-1 {served.Source("world")}");
        var open = await served.Says("side-tag promote paper-side-1 --skip-install-check", ExitCode.Refused);
        var preview = await served.Says("side-tag promote paper-side-1 --skip-install-check --preview", ExitCode.Refused);
        await served.Says("cancel 2");
        var promoted = await served.Says("side-tag promote paper-side-1 --skip-install-check");

        Assert.Contains("Side tag paper-side-1 of admin, beside target paper: new hello", made, StringComparison.Ordinal);
        Assert.Contains("'paper-side-1' has no builds of its own", empty, StringComparison.Ordinal);
        Assert.Contains("world-1-1", open, StringComparison.Ordinal);
        Assert.Contains("FAILS", preview, StringComparison.Ordinal);
        Assert.StartsWith("Promoted into paper: hello-1-1\n", promoted, StringComparison.Ordinal);
        Assert.Equal(["hello-1-1"], (await served.Site.Admin.Tag("paper", Ct)).Builds.Select(build => build.Nvr));
        await served.Says("side-tag create paper");
        Assert.Contains("paper-side-2", await served.Says("side-tag list --mine --target paper"), StringComparison.Ordinal);
        Assert.Contains("beside target paper: other", await served.Says("side-tag edit paper-side-2 --note other"), StringComparison.Ordinal);
        Assert.Equal("paper-side-2 is removed.\n", await served.Says("side-tag remove paper-side-2"));
        Assert.Contains("paper-side-2", await served.Says("side-tag show paper-side-2", ExitCode.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_waits_is_put_before_others_and_one_that_failed_is_built_again()
    {
        await using var served = await Served.Start();
        foreach (var name in new[] { "first", "second", "third" }) await served.Says($"build --target paper {served.Source(name)}");

        Assert.Equal("3 third-1-1: priority 5\n2 second-1-1: priority 5\n", await served.Says("set-priority 3 2 --priority 5"));
        Assert.Contains("99", await served.Says("set-priority 1 --priority 100", ExitCode.Refused), StringComparison.Ordinal);
        var run = await served.Builder.Lease();
        Assert.Equal("second-1-1", run.Nvr);
        Assert.Contains("2", await served.Says("resubmit 2", ExitCode.Refused), StringComparison.Ordinal);
        await served.Builder.Report(run.RunId, RunOutcome.Failed, "%build failed");
        await served.Says("watch 2", ExitCode.BuildFailed);

        var again = await served.Says("resubmit 2");
        var cancelled = await served.Says("cancel 1");

        Assert.Contains("build 2 again", again, StringComparison.Ordinal);
        Assert.Contains("1", cancelled, StringComparison.Ordinal);
        Assert.Equal(["Waiting", "Waiting", "Failed", "Cancelled"], (await served.Site.Admin.Builds(Ct)).Builds.Select(build => build.State.ToString()));
        Assert.Contains("build 1 again", await served.Says("resubmit 1"), StringComparison.Ordinal);
    }
}
