using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Repos;

public sealed class WaitTests
{
    [Fact]
    public async Task It_waits_until_the_repository_holds_all_of_them()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Waits.Enqueue(new("aa11", false, true, "hello-2-1 is tagged; its snapshot is being written."));
        server.TagWork.Waits.Enqueue(new("bb22", true, false, "The newest snapshot of 'testos' holds hello-2-1."));

        using var run = await CliRun.Of(server, "repo", "wait", "testos", "hello-2-1", "world-1-1");

        Assert.Equal((0, "hello-2-1 is tagged; its snapshot is being written.\nThe newest snapshot of 'testos' holds hello-2-1. Snapshot bb22\n"), (await run.Exit, run.Out));
        Assert.Equal(["?wait=0&holds=hello-2-1&holds=world-1-1", "?wait=50&holds=hello-2-1&holds=world-1-1"], server.TagWork.Waited);
    }

    [Fact]
    public async Task What_will_not_come_ends_it_with_the_reason()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Waits.Enqueue(new("aa11", false, false, "hello-1-1 is superseded by hello-2-1."));

        using var run = await CliRun.Of(server, "repo", "wait", "testos", "hello-1-1", "--json");

        Assert.Equal((3, "hello-1-1 is superseded by hello-2-1.\n"), (await run.Exit, run.Error));
        Assert.Equal(3, run.Json().GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task A_wait_that_is_over_has_an_exit_code_of_its_own()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Waits.Enqueue(new("aa11", false, true, "hello-2-1 (build 7) is building."));

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Time = new HurriedTime() }, "repo", "wait", "testos", "hello-2-1", "--timeout", "1");

        Assert.Equal((6, "Not within 1 s: hello-2-1 (build 7) is building.\n"), (await run.Exit, run.Error));
    }

    [Fact]
    public async Task A_tag_that_is_called_as_a_command_can_be_shown()
    {
        await using var server = await StandInServer.Start();
        server.Tags.Add(Samples.Tag("wait"));

        using var run = await CliRun.Of(server, "repo", "show", "wait");

        Assert.Equal((0, "[wait]\nname=Skyline wait\ngpgcheck=1\n"), (await run.Exit, run.Out));
    }
}
