using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.People;

public sealed class PeopleTests
{
    [Fact]
    public async Task A_token_is_printed_alone_for_a_script_to_take_and_listed_without_its_secret()
    {
        await using var server = await StandInServer.Start();

        using var made = await CliRun.Of(server, "token", "create", "nightly", "--scope", "build", "--scope", "promote", "--days", "90");
        using var list = await CliRun.Of(server, "token", "list");
        using var revoked = await CliRun.Of(server, "token", "revoke", "7");
        using var forNothing = await CliRun.Of(server, "token", "create", "nothing");

        Assert.Equal((0, "sky_new"), (await made.Exit, Assert.Single(made.OutLines)));
        var asked = Assert.Single(server.People.Made);
        Assert.Equal(("nightly", "build promote", 90), (asked.Name, string.Join(' ', asked.Scopes), asked.Days));
        Assert.Equal(0, await list.Exit);
        Assert.Collection(list.OutLines,
            head => Assert.StartsWith("ID  TOKEN ", head, StringComparison.Ordinal),
            first => Assert.Matches("^1 +first +all +2026-11-30 +never +revoked$", first),
            nightly => Assert.Matches("^7 +nightly +read build +2026-11-30 +never +2027-02-28$", nightly));
        Assert.Equal(0, await revoked.Exit);
        Assert.Equal(["7"], server.People.Revoked);
        Assert.Equal(2, await forNothing.Exit);
    }

    [Fact]
    public async Task People_are_listed_given_roles_let_in_no_more_and_invited()
    {
        await using var server = await StandInServer.Start();

        using var list = await CliRun.Of(server, "person", "list");
        using var set = await CliRun.Of(server, "person", "set", "bob", "--role", "release-engineer");
        using var disabled = await CliRun.Of(server, "person", "disable", "bob");
        using var reset = await CliRun.Of(server, "person", "reset-second-factor", "bob");
        using var somebody = await CliRun.Of(server, "person", "invite");
        using var forgot = await CliRun.Of(server, "person", "invite", "--person", "bob");

        Assert.Equal(0, await list.Exit);
        Assert.Matches("^bob +packager +disabled +0 +never$", list.OutLines[2]);
        Assert.Equal((0, 0, 0), (await set.Exit, await disabled.Exit, await reset.Exit));
        Assert.Equal(["second factor of bob"], server.People.Revoked);
        Assert.Equal([new PersonEdit("release-engineer"), new PersonEdit(Disabled: true)], server.People.Edits);
        Assert.Equal((0, "https://build.example.org/invitation/sky_once"), (await somebody.Exit, Assert.Single(somebody.OutLines)));
        Assert.Equal(0, await forgot.Exit);
        Assert.Equal([new NewInvitation("packager"), new NewInvitation(Person: "bob")], server.People.Invited);
    }
}
