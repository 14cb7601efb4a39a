using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Tags;

public sealed class SideTagTests
{
    [Theory]
    [InlineData("create stable --days 3", "POST /api/side-tags", """{"days":3,"target":"stable"}""")]
    [InlineData("edit stable-side-1 --days 0", "PATCH /api/side-tags/stable-side-1", """{"days":0}""")]
    [InlineData("show kim/tools-side-1", "GET /api/side-tags/kim~tools-side-1", "")]
    [InlineData("list --owner kim --target stable", "GET /api/side-tags?owner=kim&target=stable&limit=500", "")]
    public async Task Each_command_is_one_request(string command, string request, string body)
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, ["side-tag", .. command.Split(' ')]);

        Assert.Equal(0, await run.Exit);
        Assert.Equal([$"{request} {body}"], server.TagWork.Changes);
        Assert.Contains("stable-side-1", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_which_rules_hold_and_ends_3_if_one_does_not()
    {
        await using var server = await StandInServer.Start();

        using var failing = await CliRun.Of(server, ["side-tag", "promote", "stable-side-1", "--preview", "--to", "other", "--allow-older"]);
        server.TagWork.Promotion = server.TagWork.Promotion with { Preview = false, Passes = true, Gates = [] };
        using var done = await CliRun.Of(server, ["side-tag", "promote", "stable-side-1", "--skip-install-check"]);

        Assert.Equal(3, await failing.Exit);
        Assert.Contains("FAILS   installs: 1 package could not be installed any more.", failing.Out, StringComparison.Ordinal);
        Assert.Contains("user-1-1.x86_64: nothing provides foo", failing.Out, StringComparison.Ordinal);
        Assert.Equal((0, "Promoted into stable: foo-2-1\n"), (await done.Exit, done.Out));
        Assert.Equal(["""POST /api/side-tags/stable-side-1/promote?preview=true {"to":"other","allowOlder":true,"skipInstallCheck":false}""",
            """POST /api/side-tags/stable-side-1/promote {"allowOlder":false,"skipInstallCheck":true}"""], server.TagWork.Changes);
    }
}
