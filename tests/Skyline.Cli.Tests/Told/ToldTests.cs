using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Told;

public sealed class ToldTests
{
    [Fact]
    public async Task A_webhooks_secret_is_printed_alone_and_its_deliveries_are_shown_and_sent_again()
    {
        await using var server = await StandInServer.Start();

        using var added = await CliRun.Of(server, "webhook", "add", "https://chat.example.org/x", "--event", "build.failed", "--tag", "stable");
        using var rotated = await CliRun.Of(server, "webhook", "rotate", "4");
        using var list = await CliRun.Of(server, "webhook", "list");
        using var disabled = await CliRun.Of(server, "webhook", "disable", "4");
        using var taken = await CliRun.Of(server, "webhook", "test", "4");
        server.Told.Answers = 500;
        using var refused = await CliRun.Of(server, "webhook", "redeliver", "4", "70");
        using var deliveries = await CliRun.Of(server, "webhook", "deliveries", "4");
        using var removed = await CliRun.Of(server, "webhook", "remove", "4");

        Assert.Equal((0, "whsec_new"), (await added.Exit, Assert.Single(added.OutLines)));
        Assert.Equal(("https://chat.example.org/x", "stable", false), Assert.Single(server.Told.Added) is var asked ? (asked.Url, asked.Tag, asked.Instance) : default);
        Assert.Equal((0, "whsec_next"), (await rotated.Exit, Assert.Single(rotated.OutLines)));
        Assert.Equal(0, await list.Exit);
        Assert.Matches("^4 +https://chat.example.org/x +alice +build.failed +in use$", list.OutLines[1]);
        Assert.Equal((0, "Webhook 4 is disabled: its owner disabled it."), (await disabled.Exit, Assert.Single(disabled.OutLines)));
        Assert.Equal((0, "Taken: 204 in 12 ms."), (await taken.Exit, Assert.Single(taken.OutLines)));
        // What receivers answer is not this server's word: to a terminal it is text.
        Assert.Equal(3, await refused.Exit);
        Assert.StartsWith("Not taken: it answered 500 in 12 ms: no", Assert.Single(refused.OutLines), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", refused.OutLines[0] + string.Join("", deliveries.OutLines), StringComparison.Ordinal);
        Assert.Equal((0, 0), (await deliveries.Exit, await removed.Exit));
        Assert.Equal(["redeliver", "remove"], server.Told.Asked);
    }

    [Fact]
    public async Task Where_and_about_what_one_is_written_to_is_shown_and_chosen()
    {
        await using var server = await StandInServer.Start();

        using var show = await CliRun.Of(server, "mail", "show");
        using var address = await CliRun.Of(server, "mail", "address", "bob@example.org");
        using var choose = await CliRun.Of(server, "mail", "choose", "--about", "approval", "--about", "build-succeeded");
        using var end = await CliRun.Of(server, "mail", "end");

        Assert.Equal(0, await show.Exit);
        Assert.Equal(["Address  alice@example.org", "About    build-failed, security"], show.OutLines);
        Assert.Equal((0, "Asked    bob@example.org: open the link that was sent there"), (await address.Exit, address.OutLines[1]));
        Assert.Equal((0, "About    approval, build-succeeded, security"), (await choose.Exit, choose.OutLines[1]));
        Assert.Equal((0, "end"), (await end.Exit, Assert.Single(server.Told.Asked)));
    }
}
