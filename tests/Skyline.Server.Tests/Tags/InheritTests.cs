using Skyline.Protocol;
using static Skyline.Protocol.PackageChangeKind;

namespace Skyline.Server.Tests.Tags;

/// <summary>What is inherited and by which bounds, seen by whom installs from it; a preview says the same before.</summary>
public sealed class InheritTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<TagChanged> Set(Site site, string tag, params TagParent[] parents) => site.Admin.SetParents(tag, parents, preview: false, Ct);

    [Fact]
    public async Task Of_a_diamond_each_link_bounds_what_comes_through_it_and_the_preview_knew()
    {
        await using var site = await Site.Open();
        await site.MakeTags("top", "left", "right", "base");
        await site.Import("kernel", "1", "base");
        await site.Import("perl", "1", "base");
        await Set(site, "left", new TagParent("base", 1, Filter: "kernel"));
        await Set(site, "right", new TagParent("base", 1, Intransitive: true));

        var preview = await site.Admin.SetParents("top", [new("left", 1), new("right", 2)], preview: true, Ct);
        await Set(site, "top", new("left", 1), new("right", 2));

        Assert.Equal([("top", Added, null, "kernel-1-1.x86_64")], preview.Changes());
        Assert.Equal(["kernel-1"], await site.Listed("top"));
        Assert.Equal(["kernel-1"], await site.Listed("left"));
        Assert.Equal(["kernel-1", "perl-1"], await site.Listed("right"));
        Assert.Contains("filters", (await site.Admin.WaitRepo("left", ["perl-1-1"], 0, Ct)).Why, StringComparison.Ordinal);
        // Once it goes on beyond its own tag, the other way to the base lets the rest in.
        await Set(site, "right", new TagParent("base", 1));
        Assert.Equal(["kernel-1", "perl-1"], await site.Listed("top"));
    }

    [Fact]
    public async Task A_maxdepth_ends_where_it_says_and_what_happens_beyond_it_does_not_touch_the_tag()
    {
        await using var site = await Site.Open();
        await site.MakeTags("a", "b", "c", "d");
        await Set(site, "c", new TagParent("d", 1));
        await Set(site, "b", new TagParent("c", 1));
        await Set(site, "a", new TagParent("b", 1, MaxDepth: 1));
        await site.Import("near", "1", "c");
        await site.Import("far", "1", "d");

        Assert.Equal(["near-1"], await site.Listed("a"));
        Assert.Equal(["far-1", "near-1"], await site.Listed("b"));
        var before = (await site.Admin.Snapshots("a", Ct)).Snapshots[0].Events.Count;
        await site.Import("farther", "1", "d");
        Assert.Equal(["near-1"], await site.Listed("a"));
        Assert.Equal(before, (await site.Admin.Snapshots("a", Ct)).Snapshots[0].Events.Count);
    }

    [Fact]
    public async Task Settings_are_inherited_and_stop_at_noconfig_while_builds_go_on()
    {
        await using var site = await Site.Open();
        await site.MakeTags("child", "base");
        await site.Import("hello", "1", "base");
        await site.Admin.SetTagSettings("base", [new(TagSettingKind.Macro, "vendor", "ACME"), new(TagSettingKind.Build, "gcc-c++", ""), new(TagSettingKind.Extra, "mock.note", "yes")], preview: false, Ct);
        await site.Admin.SetTag("base", new(Arches: ["x86_64", "aarch64"]), preview: false, Ct);
        await Set(site, "child", new TagParent("base", 1));
        await site.Admin.SetTag("child", new(InheritsArches: true), preview: false, Ct);

        var tag = await site.Admin.Tag("child", Ct);
        Assert.Equal([(TagSettingKind.Build, "gcc-c++", "base"), (TagSettingKind.Macro, "vendor", "base"), (TagSettingKind.Extra, "mock.note", "base")], tag.Settings!.Select(one => (one.Kind, one.Key, one.Tag)));
        Assert.Equal(["x86_64", "aarch64"], tag.Arches);

        await Set(site, "child", new TagParent("base", 1, NoConfig: true));

        tag = await site.Admin.Tag("child", Ct);
        Assert.Empty(tag.Settings!);
        Assert.Equal(["x86_64"], tag.Arches);
        Assert.Equal(["hello-1"], await site.Listed("child"));
    }

    [Fact]
    public async Task A_tag_that_would_inherit_from_itself_is_told_the_way_and_hostile_bounds_are_refused()
    {
        await using var site = await Site.Open();
        await site.MakeTags("a", "b", "c");
        await Set(site, "a", new TagParent("b", 1));
        await Set(site, "b", new TagParent("c", 1, MaxDepth: 0, Intransitive: true));

        Assert.Equal("'c' would inherit from itself: c → a → b → c.", await Moving.Refused(Set(site, "c", new TagParent("a", 1)), 409));
        Assert.Contains("regular expression", await Moving.Refused(Set(site, "c", new TagParent("paper", 1, Filter: "(((")), 400), StringComparison.Ordinal);
        Assert.Contains("200", await Moving.Refused(Set(site, "c", new TagParent("paper", 1, Filter: new string('a', 201))), 400), StringComparison.Ordinal);
        Assert.Contains("maxdepth", await Moving.Refused(Set(site, "c", new TagParent("paper", 1, MaxDepth: -1)), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_says_which_bounds_its_links_have_and_its_history_too()
    {
        await using var site = await Site.Open();
        await site.MakeTags("a", "b");

        await Set(site, "a", new TagParent("b", 7, MaxDepth: 2, Intransitive: true, NoConfig: true, Filter: "py.*"));

        Assert.Equal([new TagParent("b", 7, 2, true, true, "py.*")], (await site.Admin.Tag("a", Ct)).Parents);
        Assert.Equal("inherits from b (maxdepth 2, intransitive, noconfig, filter py.*)", (await site.Admin.TagEvents("a", Ct)).Events[0].What);
    }

    [Fact]
    public async Task The_latest_builds_follow_what_happens_and_say_where_they_come_from()
    {
        await using var site = await Site.Open();
        await site.MakeTags("child", "base");
        await Set(site, "child", new TagParent("base", 1));
        await site.Import("alpha", "1", "base");
        await site.Import("beta", "1", "base");
        Assert.Equal([("alpha", "alpha-1-1", "base"), ("beta", "beta-1-1", "base")], (await site.Admin.Latest("child", Ct)).Select(one => (one.Package, one.Nvr, one.Tag)));

        await site.Import("alpha", "2", "child");
        await site.Import("gamma", "1", "base");
        await site.Admin.Block("base", new(["beta"]), preview: false, Ct);
        await site.Person("kim");
        await site.Admin.ListPackages("base", new(["gamma"], "kim"), preview: false, Ct);

        Assert.Equal([("alpha", "alpha-2-1", "child", "admin"), ("gamma", "gamma-1-1", "base", "kim")], (await site.Admin.Latest("child", Ct)).Select(one => (one.Package, one.Nvr, one.Tag, one.Owner)));
        Assert.Equal(["gamma"], (await site.Admin.Latest("child", Ct, after: "alpha")).Select(one => one.Package));
        using var page = await site.Http().GetAsync("api/tags/child/latest?limit=1", Ct);
        Assert.Equal("</api/tags/child/latest?limit=1&after=alpha>; rel=\"next\"", Assert.Single(page.Headers.GetValues("Link")));
        Assert.Equal(["alpha-2-1", "beta-1-1", "gamma-1-1"], (await site.Admin.Latest("child", Ct, @event: await EventOf(site, "base", "gamma-1-1 tagged"))).Select(one => one.Nvr));
    }

    static async Task<long> EventOf(Site site, string tag, string what) => (await site.Admin.TagEvents(tag, Ct)).Events.First(one => one.What == what).Id;
}
