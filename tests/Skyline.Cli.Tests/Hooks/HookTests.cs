using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Hooks;

public sealed class HookTests
{
    [Fact]
    public async Task A_hook_is_made_with_its_rules_and_its_address_and_secret_are_printed()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var token = folder.File("token", "ghp_1\n");

        using var made = await CliRun.Of(server, "hook", "add", "hello", "--forge", "github", "--repository", "https://github.com/rpms/hello", "--target", "fedora-43", "--branch", "main", "--branch", "rpms/*", "--tag", "v*", "--path", "hello/**",
            "--pull-requests", "members", "--scratch", "--subdir", "hello", "--method", "spec", "--forge-token-file", token);
        using var pagure = await CliRun.Of(server, "hook", "add", "other", "--forge", "pagure", "--repository", "https://pagure.io/rpms/hello", "--target", "fedora-43", "--branch", "main", "--secret-file", token, "--json");
        using var unknown = await CliRun.Of(server, "hook", "add", "x", "--forge", "sourceforge", "--repository", "https://x/y", "--target", "z");

        Assert.Equal(0, await made.Exit);
        Assert.Contains("Address: https://build.example.org/hooks/0123", made.OutLines);
        Assert.Equal("Secret:  s3cret", made.OutLines[^1]);
        Assert.Equal((0, 2), (await pagure.Exit, await unknown.Exit));
        Assert.DoesNotContain("ghp_1", pagure.Out, StringComparison.Ordinal);
        var (first, second) = (server.Hooks.Made[0], server.Hooks.Made[1]);
        Assert.Equal(("hello", Forge.GitHub, "main rpms/*", "v*", "hello/**", PullRequestsOf.Members, true, "hello", SourceMethod.Spec, "ghp_1", null),
            (first.Name, first.Forge, string.Join(' ', first.Branches!), string.Join(' ', first.Tags!), string.Join(' ', first.Paths!), first.PullRequests, first.Scratch, first.Subdirectory, first.Method, first.ForgeToken, first.Secret));
        Assert.Equal((Forge.Pagure, "ghp_1", null, PullRequestsOf.Nobody), (second.Forge, second.Secret, second.Paths, second.PullRequests));
    }

    [Fact]
    public async Task Hooks_are_listed_looked_into_changed_and_removed()
    {
        await using var server = await StandInServer.Start();

        using var list = await CliRun.Of(server, "hook", "list");
        using var show = await CliRun.Of(server, "hook", "show", "hello");
        using var deliveries = await CliRun.Of(server, "hook", "deliveries", "hello");
        using var built = await CliRun.Of(server, "hook", "build", "hello", "9");
        using var edit = await CliRun.Of(server, "hook", "edit", "hello", "--branch", "", "--tag", "v*", "--scratch", "false");
        using var rotate = await CliRun.Of(server, "hook", "rotate", "hello", "--at-once");
        using var removed = await CliRun.Of(server, "hook", "remove", "hello");

        Assert.Equal(0, await list.Exit);
        Assert.Matches("^hello +GitHub +https://github.com/rpms/hello +fedora-43 +branches main; pull requests of members ", list.OutLines[1]);
        Assert.Contains("3 deliveries had a wrong signature since the server started", show.OutLines);
        Assert.Matches(@"^9 +2026-11-30 12:00 +pull request 7 was opened \(2 times\) +- +held +Pull request 7 is by", deliveries.OutLines[1]);
        Assert.DoesNotContain('\u001b', deliveries.Out);
        Assert.Equal("Commit aaaaaaaaaaaa of pull request 7 is scratch build 12.", Assert.Single(built.OutLines));
        Assert.Equal((0, "Secret:  an0ther", 0), (await edit.Exit, rotate.OutLines[^1], await removed.Exit));
        var change = Assert.Single(server.Hooks.Edits);
        Assert.Equal((0, "v*", null, false, null), (change.Branches!.Count, Assert.Single(change.Tags!), change.Paths, change.Scratch, change.ForgeToken));
        Assert.True(Assert.Single(server.Hooks.Rotated).AtOnce);
        Assert.Equal(["build 9", "remove hello"], server.Hooks.Asked);
    }
}
