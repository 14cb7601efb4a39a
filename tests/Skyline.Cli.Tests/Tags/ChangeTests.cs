using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Tags;

public sealed class ChangeTests
{
    [Theory]
    [InlineData("add stable hello-2-1 17", "POST /api/tags/stable/builds", """{"builds":["hello-2-1","17"],"skipPresent":false}""")]
    [InlineData("remove stable hello-2-1", "POST /api/tags/stable/untag", """{"builds":["hello-2-1"],"skipPresent":false}""")]
    [InlineData("move testing stable hello-2-1", "POST /api/tags/testing/move", """{"to":"stable","builds":["hello-2-1"]}""")]
    [InlineData("promote testing stable hello-2-1 world-1-1", "POST /api/tags/testing/promote", """{"to":"stable","builds":["hello-2-1","world-1-1"],"all":false}""")]
    [InlineData("promote testing stable --all", "POST /api/tags/testing/promote", """{"to":"stable","all":true}""")]
    [InlineData("block stable kernel glibc", "POST /api/tags/stable/blocks", """{"packages":["kernel","glibc"]}""")]
    [InlineData("unblock stable kernel", "POST /api/tags/stable/unblock", """{"packages":["kernel"]}""")]
    [InlineData("inherit heir near far", "PUT /api/tags/heir/parents", """[{"parent":"near","priority":1,"intransitive":false,"noConfig":false},{"parent":"far","priority":2,"intransitive":false,"noConfig":false}]""")]
    [InlineData("inherit heir --none", "PUT /api/tags/heir/parents", "[]")]
    [InlineData("set stable --compression gzip", "PATCH /api/tags/stable", """{"compression":"Gzip"}""")]
    [InlineData("set stable --holds all", "PATCH /api/tags/stable", """{"holds":"All"}""")]
    [InlineData("link testos base --maxdepth 1 --intransitive --filter kernel.*", "POST /api/tags/testos/parents", """{"parent":"base","maxDepth":1,"intransitive":true,"noConfig":false,"filter":"kernel.*"}""")]
    [InlineData("unlink kim/mine base", "DELETE /api/tags/kim~mine/parents/base", "")]
    [InlineData("set stable --chroot fedora-44", "PATCH /api/tags/stable", """{"chroot":"fedora-44"}""")]
    [InlineData("set stable --arch x86_64 --arch aarch64 --lock", "PATCH /api/tags/stable", """{"arches":["x86_64","aarch64"],"locked":true}""")]
    [InlineData("set stable --unlock --any-package --inherit-arches", "PATCH /api/tags/stable", """{"inheritsArches":true,"locked":false,"demandsListed":false}""")]
    [InlineData("buildroot stable @tools gcc", "POST /api/tags/stable/settings", """[{"kind":"Build","key":"@tools","value":"","clear":false},{"kind":"Build","key":"gcc","value":"","clear":false}]""")]
    [InlineData("macro stable vendor --hide", "POST /api/tags/stable/settings", """[{"kind":"Macro","key":"vendor","clear":false}]""")]
    [InlineData("extra stable note yes", "POST /api/tags/stable/settings", """[{"kind":"Extra","key":"note","value":"yes","clear":false}]""")]
    [InlineData("rollback stable 8d3f0c44", "POST /api/tags/stable/rollback", """{"snapshot":"8d3f0c44"}""")]
    public async Task Each_change_is_one_request_and_a_preview_is_the_same_one(string command, string request, string body)
    {
        await using var server = await StandInServer.Start();

        using var done = await CliRun.Of(server, ["tag", .. command.Split(' ')]);
        using var preview = await CliRun.Of(server, ["tag", .. command.Split(' '), "--preview"]);

        Assert.Equal((0, "  stable: hello-2-1 tagged\n"), (await done.Exit, done.Out));
        Assert.Equal(0, await preview.Exit);
        Assert.Equal([$"{request} {body}", $"{request}?preview=true {body}"], server.TagWork.Changes);
    }

    [Fact]
    public async Task Who_insists_says_so_and_packages_are_listed_given_away_and_dropped()
    {
        await using var server = await StandInServer.Start();

        using var forced = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1", "--force", "--preview");
        using var add = await CliRun.Of(server, "package", "add", "stable", "hello", "world", "--owner", "kim");
        using var give = await CliRun.Of(server, "package", "owner", "stable", "lee", "hello");
        using var drop = await CliRun.Of(server, "package", "remove", "stable", "world");

        Assert.Equal(
        [
            """POST /api/tags/stable/builds?preview=true&force=true {"builds":["hello-2-1"],"skipPresent":false}""", """POST /api/tags/stable/packages {"packages":["hello","world"],"owner":"kim"}""",
            """POST /api/tags/stable/packages {"packages":["hello"],"owner":"lee"}""", """POST /api/tags/stable/unlist {"packages":["world"]}""",
        ], server.TagWork.Changes);
    }

    [Fact]
    public async Task Packages_and_latest_builds_are_listed_as_of_a_moment_and_what_servers_say_is_made_harmless()
    {
        await using var server = await StandInServer.Start();

        using var packages = await CliRun.Of(server, "package", "list", "stable", "--own", "--event", "7");
        using var latest = await CliRun.Of(server, "tag", "latest", "stable", "--at", "2026-11-03");
        using var clone = await CliRun.Of(server, "tag", "clone", "stable", "copy", "--no-builds");
        using var gone = await CliRun.Of(server, "tag", "delete", "stable", "--force");

        Assert.Equal(["PACKAGE  OWNER  FROM", "hello    kim    stable", "perl     -      base␛   blocked"], packages.OutLines);
        Assert.Equal(["PACKAGE  BUILD      FROM  OWNER", "hello    hello-1-1  base  kim"], latest.OutLines);
        Assert.Contains("Left out: much.", clone.OutLines);
        Assert.Equal((0, "Tag stable is removed; as it was, it can still be seen with --at or --event.\n"), (await gone.Exit, gone.Out));
        Assert.Equal(
        [
            "GET /api/tags/stable/packages?own=true&event=7& ", "GET /api/tags/stable/latest?at=2026-11-03& ",
            """POST /api/tags/stable/clone {"name":"copy","noBuilds":true}""", "DELETE /api/tags/stable?force=true ",
        ], server.TagWork.Changes);
    }

    [Fact]
    public async Task A_preview_is_a_table_of_what_comes_and_goes()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Answer = new(true, ["stable: hello-2-1 tagged"],
        [
            new("stable", [new("x86_64", PackageChangeKind.Upgraded, "hello", "hello-1-1.x86_64", "hello-2-1.x86_64")], 0),
            new("heir", [new("x86_64", PackageChangeKind.Added, "hello", null, "hello-2-1.x86_64")], 4),
        ], ["Mind the gap\u001b[31m."]);

        using var plain = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1", "--preview");
        using var json = await CliRun.Of(server, "tag", "add", "stable", "hello-2-1", "--preview", "--json");

        Assert.Equal(
        [
            "Nothing has been done. This would be:",
            "  stable: hello-2-1 tagged",
            "Mind the gap␛[31m.",
            "",
            "TAG     REPOSITORY  CHANGE    FROM              TO",
            "stable  x86_64      upgraded  hello-1-1.x86_64  hello-2-1.x86_64",
            "heir    x86_64      added     -                 hello-2-1.x86_64",
            "… and 4 changes more",
        ], plain.OutLines);
        Assert.Equal("Upgraded", json.Json().GetProperty("repositories")[0].GetProperty("changes")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Nothing_to_do_is_said()
    {
        await using var server = await StandInServer.Start();
        server.TagWork.Answer = new(false, [], [], []);

        using var done = await CliRun.Of(server, "tag", "promote", "testing", "stable", "--all");
        using var preview = await CliRun.Of(server, "tag", "promote", "testing", "stable", "--all", "--preview");

        Assert.Equal(("There was nothing to do.\n", "There would be nothing to do.\n"), (done.Out, preview.Out));
    }

    [Theory]
    [InlineData("promote testing stable", "Name builds, or give --all.")]
    [InlineData("promote testing stable hello-2-1 --all", "Name builds, or give --all.")]
    [InlineData("inherit heir", "Name the tags to inherit from, or give --none.")]
    [InlineData("inherit heir base --none", "Name the tags to inherit from, or give --none.")]
    [InlineData("set stable", "Give one of --chroot, --compression,")]
    [InlineData("set stable --lock --unlock", "--lock and --unlock contradict each other.")]
    [InlineData("macro stable vendor", "Give a value, or --hide, or --clear.")]
    [InlineData("show stable --at 2026-11-03 --event 5", "Give --at or --event, not both.")]
    public async Task What_could_be_a_slip_is_refused_before_anything_is_asked(string command, string sentence)
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, ["tag", .. command.Split(' ')]);

        Assert.Equal(2, await run.Exit);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(server.TagWork.Changes);
    }

    [Fact]
    public async Task History_and_snapshots_are_listed_and_two_compared()
    {
        await using var server = await StandInServer.Start();

        using var history = await CliRun.Of(server, "tag", "history", "testos");
        using var some = await CliRun.Of(server, "tag", "history", "testos", "--limit", "3", "--json");
        using var snapshots = await CliRun.Of(server, "tag", "snapshots", "testos");
        using var diff = await CliRun.Of(server, "tag", "diff", "testos", "51ba09ee", "--to-tag", "other");

        Assert.Equal(21, history.OutLines.Length);
        Assert.EndsWith("alice  hello-30-1 tagged", history.OutLines[1], StringComparison.Ordinal);
        Assert.EndsWith("alice  hello-11-1 tagged", history.OutLines[20], StringComparison.Ordinal);
        Assert.Equal((3, 28), (some.Json().GetProperty("events").GetArrayLength(), some.Json().GetProperty("nextBefore").GetInt32()));
        Assert.StartsWith("8d3f0c44aa55  ", snapshots.OutLines[1], StringComparison.Ordinal);
        Assert.EndsWith("12        hello-5-1 tagged; hello-4-1 tagged; base: hello-3-1 tagged; and 3 more", snapshots.OutLines[1], StringComparison.Ordinal);
        Assert.Equal(
        [
            "From testos 51ba09ee0000 to testos 8d3f0c44aa55: 5 changes",
            "REPOSITORY  CHANGE    FROM              TO",
            "x86_64      upgraded  hello-1-1.x86_64  hello-2-1.x86_64",
            "src         added     -                 new-1-1.src",
            "… and 3 changes more",
        ], diff.OutLines);
        Assert.Equal(["?from=51ba09ee&toTag=other&"], server.TagWork.Changes);
    }

    [Fact]
    public async Task One_snapshot_is_shown_with_its_repositories_and_what_it_took_in()
    {
        await using var server = await StandInServer.Start();

        using var plain = await CliRun.Of(server, "tag", "snapshots", "testos", "8d3f0c44");
        using var json = await CliRun.Of(server, "tag", "snapshots", "testos", "8d3f0c44", "--json");

        Assert.Equal(0, await plain.Exit);
        Assert.Equal(["Snapshot 8d3f0c44aa55bb66 of testos, the newest: 12 packages, made 2026-11-23 12:00 UTC", "REPOSITORY  PACKAGES  ADDRESS"], plain.OutLines.Take(2));
        Assert.Equal("src         3         /repos/testos/@8d3f0c44aa55bb66/src/␛[31m", plain.OutLines[3]);
        Assert.Equal("It took in:", plain.OutLines[4]);
        Assert.EndsWith("base: hello-4-1 tagged", plain.OutLines[7], StringComparison.Ordinal);
        Assert.Equal("… and 3 more", plain.OutLines[8]);
        Assert.Equal(2, json.Json().GetProperty("repositories").GetArrayLength());
    }
}
