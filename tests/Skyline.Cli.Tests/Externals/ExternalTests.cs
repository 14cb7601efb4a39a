using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Externals;

public sealed class ExternalTests
{
    static string Block(string kind, string text) => $"-----BEGIN PGP {kind} KEY BLOCK-----\n\n{text}\n-----END PGP {kind} KEY BLOCK-----\n";

    static readonly string first = Block("PUBLIC", "first"), second = Block("PUBLIC", "second");

    [Fact]
    public async Task An_external_repository_is_added_with_all_that_was_said_and_waited_for_until_it_is_pinned()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "one.asc"), first);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "two.asc"), second);

        using var added = await CliRun.Of(server, "external", "add", "extras", "--metalink", "https://example.org/metalink?repo=$releasever", "--key", Path.Combine(folder.Path, "one.asc"),
            "--key", Path.Combine(folder.Path, "two.asc"), "--repo-gpgcheck", "--priority", "10", "--arch", "x86_64", "--releasever", "43");

        Assert.Equal(0, await added.Exit);
        Assert.Equivalent(new NewExternal("extras", ExternalKind.Metalink, "https://example.org/metalink?repo=$releasever", $"{first}\n{second}", true, 10, "43", ["x86_64"]), Assert.Single(server.Externals.Added), strict: true);
        Assert.Equal(["ARCH", "STATE", "PACKAGES", "METADATA", "PINNED", "SIGNED", "BY"], added.OutLines[^2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("x86_64  cccccccccccc  70000     31 MB", added.OutLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_cannot_be_pinned_ends_with_3_and_says_why()
    {
        await using var server = await StandInServer.Start();
        server.Externals.Fault = "https://example.org/repo/repodata/repomd.xml: it answered 404 Not Found.";

        using var plain = await CliRun.Of(server, "external", "add", "extras", "--baseurl", "https://example.org/repo/");
        using var json = await CliRun.Of(server, "external", "refresh", "extras", "--json");

        Assert.Equal((3, "extras was added, but could not be pinned for x86_64: https://example.org/repo/repodata/repomd.xml: it answered 404 Not Found.\n"), (await plain.Exit, plain.Error));
        Assert.Equal(3, await json.Exit);
        Assert.Equal(server.Externals.Fault, json.Json().GetProperty("arches")[0].GetProperty("fault").GetString());
        Assert.Equal(3, json.Json().GetProperty("error").GetProperty("exitCode").GetInt32());
        Assert.Equal($"extras was not refreshed for x86_64: {server.Externals.Fault}", json.Json().GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(["extras"], server.Externals.Refreshed);
    }

    [Theory]
    [InlineData("external", "add", "extras")]
    [InlineData("external", "add", "extras", "--baseurl", "https://a.example/", "--metalink", "https://b.example/")]
    public async Task Exactly_one_address_is_wanted(params string[] args)
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, args);

        Assert.Equal((2, "Where is it? Give one of --baseurl, --metalink and --mirrorlist.\n"), (await run.Exit, run.Error));
        Assert.Empty(server.Externals.Added);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_told_before_anything_is_sent()
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "external", "add", "extras", "--baseurl", "https://example.org/", "--key", "/nonexistent/key");

        Assert.Equal(2, await run.Exit);
        Assert.Contains("/nonexistent/key", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Externals.Added);
    }

    [Fact]
    public async Task A_private_key_does_not_leave_this_machine()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "mine.asc");
        await File.WriteAllTextAsync(file, first + Block("PRIVATE", "secret"));

        using var run = await CliRun.Of(server, "external", "add", "extras", "--baseurl", "https://example.org/", "--key", file);

        Assert.Equal((2, $"{file} holds a private key, and was not sent. Export the public one: gpg --export --armor FINGERPRINT\n"), (await run.Exit, run.Error));
        Assert.Empty(server.Externals.Added);
    }

    [Fact]
    public async Task External_repositories_are_listed_shown_and_removed()
    {
        await using var server = await StandInServer.Start();
        server.Externals.All.Add(StandInExternals.Sample("extras") with { Keys = ["A0B1"], SignedMetadata = true, Tags = ["testos"] });

        using var list = await CliRun.Of(server, "external", "list");
        using var shown = await CliRun.Of(server, "external", "show", "extras");
        using var removed = await CliRun.Of(server, "external", "remove", "extras");
        using var missing = await CliRun.Of(server, "external", "show", "extras");

        Assert.Equal(["EXTERNAL  CHROOT  ARCH    STATE  PACKAGES  ASKED  FAULT", "extras    -       x86_64  -      -         never"], list.OutLines);
        Assert.Equal(["External repository extras: BaseUrl https://example.org/repo/, priority 99", "In the buildroots of: testos", "Key: A0B1, metadata must be signed", "x86_64: its upstream is being asked"], shown.OutLines);
        Assert.Equal((0, "External repository extras is forgotten.\n"), (await removed.Exit, removed.Out));
        Assert.Equal((3, "There is no such external repository.\n"), (await missing.Exit, missing.Error));
    }

    [Fact]
    public async Task A_tags_external_repositories_are_added_and_taken_out()
    {
        await using var server = await StandInServer.Start();

        using var added = await CliRun.Of(server, "tag", "external", "add", "testos", "extras", "--priority", "7");
        using var list = await CliRun.Of(server, "tag", "external", "list", "testos", "--json");
        using var removed = await CliRun.Of(server, "tag", "external", "remove", "testos", "extras");

        Assert.Equal(["EXTERNAL  PRIORITY  FROM", "extras    7         testos"], added.OutLines);
        Assert.Equal(7, list.Json()[0].GetProperty("priority").GetInt32());
        Assert.Equal(["EXTERNAL  PRIORITY  FROM"], removed.OutLines);
    }
}
