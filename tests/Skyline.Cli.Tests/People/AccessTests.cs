using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.People;

/// <summary>Teams, rights in one tag, and a .repo file with a password.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task Teams_are_listed_with_who_leads_them_made_and_changed()
    {
        await using var server = await StandInServer.Start();

        using var list = await CliRun.Of(server, "team", "list");
        foreach (var command in new[] { "create kernel", "add kernel bob", "add kernel ann --lead", "take kernel bob", "remove kernel" })
        {
            using var run = await CliRun.Of(server, ["team", .. command.Split(' ')]);
            Assert.Equal(0, await run.Exit);
        }

        Assert.Equal(0, await list.Exit);
        Assert.Matches("^kernel +ann\\* bob.* +umbra$", list.OutLines[1]);
        Assert.DoesNotContain("\u001b", list.OutLines[1]);
        Assert.Equal(["made", "in bob", "lead ann", "out bob", "removed"], server.People.Teams);
    }

    [Fact]
    public async Task Rights_in_a_tag_are_shown_given_and_taken_back()
    {
        await using var server = await StandInServer.Start();

        using var shown = await CliRun.Of(server, "tag", "access", "umbra");
        using var granted = await CliRun.Of(server, "tag", "grant", "umbra", "ann", "build", "tag");
        using var revoked = await CliRun.Of(server, "tag", "revoke", "umbra", "kernel", "read", "--team");

        Assert.Equal((0, 0, 0), (await shown.Exit, await granted.Exit, await revoked.Exit));
        Assert.Equal("umbra is private, nobody's own and closed.", shown.OutLines[0]);
        Assert.Matches("^ann +build tag$", shown.OutLines[2]);
        Assert.Matches("^team kernel +read$", shown.OutLines[3]);
        Assert.Collection(server.People.Grants,
            one => Assert.Equal(("ann", null, "build tag", null), (one.Person, one.Team, string.Join(' ', one.Grant!), one.Revoke)),
            other => Assert.Equal((null, "kernel", null, "read"), (other.Person, other.Team, other.Grant, string.Join(' ', other.Revoke!))));
    }

    [Fact]
    public async Task A_repo_file_with_a_token_is_written_for_its_owner_alone_and_the_token_is_printed_nowhere()
    {
        await using var server = await StandInServer.Start();
        var folder = Directory.CreateTempSubdirectory("skyline-cli-");
        var file = Path.Combine(folder.FullName, "x.repo");

        using var written = await CliRun.Of(server, "repo", "testos", "--with-token", "--output", file, "--token-name", "machine");
        using var printed = await CliRun.Of(server, "repo", "testos", "--with-token");
        using var nowhere = await CliRun.Of(server, "repo", "testos", "--with-token", "--output", Path.Combine(folder.FullName, "none", "x.repo"));

        Assert.Equal((0, 2, 2), (await written.Exit, await printed.Exit, await nowhere.Exit));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("password=sky_new\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("sky_new", string.Join('\n', written.OutLines) + written.Error);
        // Where the file cannot be written, no token was made for it.
        Assert.Equal(("machine", "read"), Assert.Single(server.People.Made) is var made ? (made.Name, string.Join(' ', made.Scopes)) : default);
        folder.Delete(recursive: true);
    }
}
