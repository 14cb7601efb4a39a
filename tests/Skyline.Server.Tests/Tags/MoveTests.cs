using System.Net;
using System.Net.Http.Json;
using Skyline.Protocol;
using static Skyline.Protocol.PackageChangeKind;

namespace Skyline.Server.Tests.Tags;

public sealed class MoveTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Builds_are_tagged_together_by_nvr_or_number_and_leave_one_by_one()
    {
        await using var site = await Site.Open();
        await site.MakeTags("new");
        var (hello, world) = (await site.Import("hello", "1"), await site.Import("world", "2"));
        var number = (await site.Admin.Builds(Ct)).Builds.Single(build => build.Nvr == world).Id;

        var done = await site.Add("new", hello, $"{number}");

        Assert.Equal(["new: hello-1-1 tagged", "new: world-2-1 tagged"], done.Done);
        Assert.Empty(done.Repositories);
        Assert.Equal(["hello-1", "world-2"], await site.Listed("new"));
        await site.Admin.UntagBuilds("new", new([hello]), preview: false, Ct);
        Assert.Equal(["world-2"], await site.Listed("new"));
        (await site.Http(site.AdminToken).DeleteAsync($"api/tags/new/builds/{number}", Ct)).EnsureSuccessStatusCode();
        Assert.Empty(await site.Listed("new"));
    }

    [Fact]
    public async Task A_preview_says_what_would_change_in_the_tag_and_its_heirs_and_does_nothing()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir", "own");
        await site.Inherit("heir", "base");
        await site.Inherit("own", "base");
        await site.Import("hello", "1", "base");
        await site.Import("hello", "5", "own");
        var (two, world) = (await site.Import("hello", "2"), await site.Import("world", "1"));
        await site.UpToDate("base");
        var before = await site.UpToDate("heir");
        var events = (await site.Admin.TagEvents("base", Ct)).Events.Count;

        var preview = await site.Admin.TagBuilds("base", new([two, world]), preview: true, Ct);

        Assert.True(preview.Preview);
        Assert.Equal(["base: hello-2-1 tagged", "base: world-1-1 tagged"], preview.Done);
        Assert.Equal(
            [("base", Upgraded, "hello-1-1.x86_64", "hello-2-1.x86_64"), ("base", Added, null, "world-1-1.x86_64"),
             ("heir", Upgraded, "hello-1-1.x86_64", "hello-2-1.x86_64"), ("heir", Added, null, "world-1-1.x86_64"),
             ("own", Added, null, "world-1-1.x86_64")],
            preview.Changes());
        Assert.Equal(before, await site.UpToDate("heir"));
        Assert.Equal(events, (await site.Admin.TagEvents("base", Ct)).Events.Count);
        // And what is done is what was previewed.
        await site.Add("base", two, world);
        Assert.Equal(["hello-2", "world-1"], await site.Listed("heir"));
        Assert.Equal(["hello-5", "world-1"], await site.Listed("own"));
    }

    [Fact]
    public async Task A_build_moves_in_one_step_and_the_repository_it_left_shows_what_was_there_before()
    {
        await using var site = await Site.Open();
        await site.MakeTags("testing", "stable");
        await site.Import("hello", "2", "testing");
        await site.Import("hello", "1", "testing");
        var one = "hello-1-1";

        var preview = await site.Admin.MoveBuilds("testing", new("stable", [one]), preview: true, Ct);
        await site.Admin.MoveBuilds("testing", new("stable", [one]), preview: false, Ct);

        Assert.Equal([("testing", Upgraded, "hello-1-1.x86_64", "hello-2-1.x86_64"), ("stable", Added, null, "hello-1-1.x86_64")], preview.Changes());
        Assert.Equal(["hello-2"], await site.Listed("testing"));
        Assert.Equal(["hello-1"], await site.Listed("stable"));
        Assert.Equal(["hello-1-1 tagged"], (await site.Admin.TagEvents("stable", Ct)).Events.Take(1).Select(one => one.What));
    }

    [Fact]
    public async Task All_problems_are_told_at_once_and_nothing_is_done()
    {
        await using var site = await Site.Open();
        await site.MakeTags("new");
        var (there, blocked, good) = (await site.Import("there", "1", "new"), await site.Import("blocked", "1"), await site.Import("good", "1"));
        await site.Admin.Block("new", new(["blocked"]), preview: false, Ct);
        var srpm = Papers.Source("slow", "1", "1", exclusiveArch: "x86_64");
        var slow = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        var why = await Moving.Refused(site.Add("new", there, blocked, good, "nosuch-1-1", "nonsense", $"{slow.Id}"), 409);

        Assert.Contains("there-1-1 is in 'new' already.", why);
        Assert.Contains("blocked is blocked in 'new', so blocked-1-1 cannot be tagged there; unblock it first.", why);
        Assert.Contains("There is no build 'nosuch-1-1' here. There is no build 'nonsense' here.", why);
        Assert.Contains($"slow-1-1 (build {slow.Id}) is not complete: it is waiting.", why);
        Assert.Equal(["there-1"], await site.Listed("new"));
        Assert.Equal("good-1-1 is not in 'new' itself.", await Moving.Refused(site.Admin.UntagBuilds("new", new([good]), preview: true, Ct), 409));
        Assert.Equal("There is no tag 'nosuch'.", await Moving.Refused(site.Admin.MoveBuilds("new", new("nosuch", [there]), preview: false, Ct), 404));
        Assert.Equal(["new: good-1-1 tagged"], (await site.Admin.TagBuilds("new", new([there, good], SkipPresent: true), preview: false, Ct)).Done);
    }

    [Fact]
    public async Task Promoting_all_brings_over_what_is_held_and_not_what_is_superseded()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "testing", "stable");
        await site.Inherit("testing", "base");
        await site.Inherit("stable", "base");
        await site.Import("shared", "1", "base");
        await site.Import("hello", "1", "testing");
        await site.Import("hello", "2", "testing");
        await site.Import("world", "1", "testing");
        // Stable has both, the older tagged later.
        await site.Add("stable", "hello-2-1");
        await site.Add("stable", "hello-1-1");

        var preview = await site.Admin.PromoteBuilds("testing", new("stable", All: true), preview: true, Ct);
        await site.Admin.PromoteBuilds("testing", new("stable", All: true), preview: false, Ct);
        var again = await site.Admin.PromoteBuilds("testing", new("stable", All: true), preview: false, Ct);

        Assert.Equal([("stable", Upgraded, "hello-1-1.x86_64", "hello-2-1.x86_64"), ("stable", Added, null, "world-1-1.x86_64")], preview.Changes());
        Assert.Equal(["hello-2", "shared-1", "world-1"], await site.Listed("stable"));
        Assert.Equal(["hello-2", "shared-1", "world-1"], await site.Listed("testing"));
        Assert.Empty(again.Done);
    }

    [Fact]
    public async Task A_promotion_that_cannot_be_tells_every_reason()
    {
        await using var site = await Site.Open();
        await site.MakeTags("testing", "stable");
        await site.Import("hello", "1", "testing");
        await site.Import("hello", "2", "testing");
        await site.Import("both", "1", "testing");
        await site.Add("stable", "both-1-1");
        await site.Import("bad", "1", "testing");
        await site.Import("worse", "1", "testing");
        await site.Admin.Block("stable", new(["bad", "worse"]), preview: false, Ct);

        var some = await Moving.Refused(site.Admin.PromoteBuilds("testing", new("stable", ["hello-1-1", "both-1-1", "bad-1-1"]), preview: false, Ct), 409);
        var all = await Moving.Refused(site.Admin.PromoteBuilds("testing", new("stable", All: true), preview: true, Ct), 409);

        Assert.Equal("'testing' does not hold hello-1-1 but hello-2-1. 'stable' holds both-1-1 already. bad is blocked in 'stable', so bad-1-1 cannot be tagged there; unblock it first.", some);
        Assert.Contains("bad is blocked in 'stable'", all);
        Assert.Contains("worse is blocked in 'stable'", all);
        Assert.Equal("Promote either some builds or all of them.", await Moving.Refused(site.Admin.PromoteBuilds("testing", new("stable", ["hello-2-1"], All: true), preview: false, Ct), 400));
    }

    [Fact]
    public async Task A_blocked_package_leaves_the_tag_and_its_heirs_and_comes_back()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir");
        await site.Inherit("heir", "base");
        await site.Import("hello", "1", "base");

        var preview = await site.Admin.Block("base", new(["hello", "never-built"]), preview: true, Ct);
        await site.Admin.Block("base", new(["hello", "never-built"]), preview: false, Ct);

        Assert.Equal([("base", Removed, "hello-1-1.x86_64", null), ("heir", Removed, "hello-1-1.x86_64", null)], preview.Changes());
        Assert.Empty(await site.Listed("base"));
        Assert.Empty(await site.Listed("heir"));
        Assert.Equal(["hello", "never-built"], (await site.Admin.Tag("base", Ct)).Blocked);
        Assert.Equal("hello is blocked in 'base' already.", await Moving.Refused(site.Admin.Block("base", new(["hello"]), preview: false, Ct), 409));
        Assert.Equal("hello is not blocked in 'heir' itself, but in 'base', which it inherits from; unblock it there, or tag a build here.", await Moving.Refused(site.Admin.Unblock("heir", new(["hello"]), preview: false, Ct), 409));
        Assert.Equal(HttpStatusCode.OK, (await site.Http(site.AdminToken).DeleteAsync("api/tags/base/blocks/hello", Ct)).StatusCode);
        Assert.Equal(["hello-1"], await site.Listed("heir"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-x")]
    [InlineData("../x")]
    [InlineData("x\n")]
    public async Task What_cannot_be_a_packages_name_is_not_blocked(string name)
    {
        await using var site = await Site.Open();

        Assert.Contains("cannot be the name of a package", await Moving.Refused(site.Admin.Block("paper", new([name]), preview: false, Ct), 400));
    }

    [Fact]
    public async Task Parents_are_replaced_as_a_list_and_the_first_decides()
    {
        await using var site = await Site.Open();
        await site.MakeTags("one", "two", "heir");
        await site.Import("hello", "1", "one");
        await site.Import("hello", "2", "two");

        await site.Inherit("heir", "one", "two");
        Assert.Equal(["hello-1"], await site.Listed("heir"));
        var preview = await site.Admin.SetParents("heir", [new("one", 20), new("two", 10)], preview: true, Ct);
        await site.Admin.SetParents("heir", [new("one", 20), new("two", 10)], preview: false, Ct);

        Assert.Equal([("heir", Upgraded, "hello-1-1.x86_64", "hello-2-1.x86_64")], preview.Changes());
        Assert.Equal(["heir: inherits from two, then one"], preview.Done);
        Assert.Equal(["hello-2"], await site.Listed("heir"));
        Assert.Equal([new("two", 10), new("one", 20)], (await site.Admin.Tag("heir", Ct)).Parents!);
        Assert.Empty((await site.Admin.SetParents("heir", [new("two", 10), new("one", 20)], preview: false, Ct)).Done);
        await site.Inherit("heir");
        Assert.Empty(await site.Listed("heir"));
    }

    [Fact]
    public async Task A_tag_cannot_come_to_inherit_from_itself()
    {
        await using var site = await Site.Open();
        await site.MakeTags("one", "two", "three");
        await site.Inherit("one", "two");
        await site.Inherit("two", "three");

        Assert.Equal("'three' would inherit from itself: three → one → two → three.", await Moving.Refused(site.Inherit("three", "one"), 409));
        Assert.Equal("'three' would inherit from itself: three → three.", await Moving.Refused(site.Inherit("three", "three"), 409));
        Assert.Equal("There is no tag 'none'. 'one' and 'two' have the same priority, 1; which comes first? 'one' is named twice.",
            await Moving.Refused(site.Admin.SetParents("paper", [new("one", 1), new("two", 1), new("one", 2), new("none", 0)], preview: false, Ct), 409));
    }

    [Fact]
    public async Task A_tag_can_come_to_hold_all_its_builds_and_to_be_compressed_for_old_clients()
    {
        await using var site = await Site.Open();
        await site.MakeTags("new");
        await site.Import("hello", "1", "new");
        await site.Import("hello", "2", "new");

        var preview = await site.Admin.SetTag("new", new(TagCompression.Gzip, TagHolds.All), preview: true, Ct);
        await site.Admin.SetTag("new", new(TagCompression.Gzip, TagHolds.All), preview: false, Ct);

        Assert.Equal([("new", Added, null, "hello-1-1.x86_64")], preview.Changes());
        Assert.Equal(["new: metadata is compressed with gzip; holds all builds"], preview.Done);
        Assert.Equal(["hello-1", "hello-2"], await site.Listed("new"));
        Assert.Contains("primary.xml.gz", await site.Http().GetStringAsync("repos/new/x86_64/repodata/repomd.xml", Ct));
        Assert.Equal((TagCompression.Gzip, TagHolds.All), ((await site.Admin.Tag("new", Ct)).Compression, (await site.Admin.Tag("new", Ct)).Holds));
    }

    [Fact]
    public async Task A_package_more_of_a_build_reaches_every_tag_that_has_the_build()
    {
        await using var site = await Site.Open();
        await site.MakeTags("one", "two");
        await site.Import("hello", "1", "one");
        await site.Add("two", "hello-1-1");
        await site.UpToDate("two");

        await site.Admin.Import(Papers.Binary("hello-doc", "1", "1", arch: "noarch", source: "hello-1-1.src.rpm").Open(), null, Ct);

        Assert.Equal(["hello-1", "hello-doc-1"], await site.Listed("one"));
        Assert.Equal(["hello-1", "hello-doc-1"], await site.Listed("two"));
    }

    [Theory]
    [InlineData("POST", "builds")]
    [InlineData("POST", "untag")]
    [InlineData("POST", "move")]
    [InlineData("POST", "promote")]
    [InlineData("POST", "blocks")]
    [InlineData("POST", "unblock")]
    [InlineData("PUT", "parents")]
    [InlineData("PATCH", "")]
    [InlineData("POST", "rollback")]
    public async Task Only_an_administrator_changes_tags_and_an_empty_request_is_refused_in_words(string method, string act)
    {
        await using var site = await Site.Open();
        var path = $"api/tags/paper/{act}".TrimEnd('/');
        HttpRequestMessage Request(string body) => new(new HttpMethod(method), path) { Content = new StringContent(body, null, "application/json") };

        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().SendAsync(Request("{}"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Http(site.BuilderToken).SendAsync(Request("{}"), Ct)).StatusCode);
        var empty = await site.Http(site.AdminToken).SendAsync(Request(act == "parents" ? "[{}]" : "{}"), Ct);
        if (act.Length == 0) Assert.Equal(HttpStatusCode.OK, empty.StatusCode);
        else Assert.True(empty.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{(int)empty.StatusCode} {await empty.Content.ReadAsStringAsync(Ct)}");
        if (act.Length > 0) Assert.NotNull((await empty.Content.ReadFromJsonAsync<Problem>(Ct))!.Detail);
        var garbled = await site.Http(site.AdminToken).SendAsync(Request("{"), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, garbled.StatusCode);
    }
}
