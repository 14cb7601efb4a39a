using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Running;

/// <summary>A line that breaks when the server has done what it was asked for: the command goes on, and nothing is made twice.</summary>
public sealed class SentOnceTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static CliWorld Through(BreakingLine line, Site site)
    {
        var world = new CliWorld { Server = line.Url, Time = new HurriedTime() };
        world.Env["SKYLINE_TOKEN"] = site.AdminToken;
        return world;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_build_whose_answer_is_lost_is_one_build(int times)
    {
        await using var served = await Served.Start();
        await using var line = await BreakingLine.To(served.Site.Address, times);

        using var run = await CliRun.Of(Through(line, served.Site), "build", "--target", "paper", served.Source("hello"));

        Assert.True(await run.Exit == 0, run.Error);
        Assert.Contains("The server is back.", run.Error, StringComparison.Ordinal);
        Assert.Equal("hello-1-1", Assert.Single((await served.Site.Admin.Builds(Ct)).Builds).Nvr);
        Assert.Equal(times + 1, line.Asked.Count);
        Assert.Single(line.Asked.DistinctBy(asked => asked.Key));
        Assert.NotEqual("", line.Asked.First().Key);
    }

    [Fact]
    public async Task Whatever_changes_something_is_done_once_and_each_command_has_a_key_of_its_own()
    {
        await using var served = await Served.Start();
        string[] commands =
        [
            "tag create other --chroot paper-1 --arch x86_64", "tag link paper other", "tag unlink paper other", "tag set paper --description best", "target create next --build-tag paper --destination paper",
            "side-tag create paper", "side-tag remove paper-side-1", "schedule create nightly --target paper --cron 0~3~*~*~*",
        ];
        var keys = new List<string>();
        foreach (var command in commands)
        {
            await using var line = await BreakingLine.To(served.Site.Address);
            using var run = await CliRun.Of(Through(line, served.Site), [.. command.Split(' ').Select(word => word.Replace('~', ' '))]);
            Assert.True(await run.Exit == 0, $"{command}: {run.Error}{run.Out}");
            Assert.Equal(2, line.Asked.Count);
            keys.Add(line.Asked.DistinctBy(asked => asked.Key).Single().Key);
        }

        Assert.Equal(commands.Length, keys.Distinct().Count());
        Assert.DoesNotContain("", keys);
        Assert.Empty((await served.Site.Admin.SideTags(Ct)).SideTags);
    }

    [Fact]
    public async Task What_only_looks_has_no_key_and_a_secret_is_kept_nowhere()
    {
        await using var served = await Served.Start();
        await using var line = await BreakingLine.To(served.Site.Address, 0);
        await using var breaking = await BreakingLine.To(served.Site.Address);

        using var preview = await CliRun.Of(Through(line, served.Site), "tag", "set", "paper", "--holds", "all", "--preview");
        using var enrolled = await CliRun.Of(Through(breaking, served.Site), "builder", "add", "second", "--owner", "kim");

        Assert.Equal(0, await preview.Exit);
        Assert.Equal("", Assert.Single(line.Asked).Key);
        // Its token went with the answer, and is not to be had a second time.
        Assert.Equal((int)ExitCode.Refused, await enrolled.Exit);
        Assert.Contains("second", enrolled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_at_once()
    {
        using var run = await CliRun.Of(new CliWorld { Server = "http://127.0.0.1:9" }, "side-tag", "create", "paper");

        Assert.Equal((int)ExitCode.Unreachable, await run.Exit);
        Assert.DoesNotContain("Trying again", run.Error, StringComparison.Ordinal);
    }
}
