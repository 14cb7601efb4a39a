using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

/// <summary>What was in a tag, and what it was, at any past moment; and clones of it.</summary>
public sealed class PastTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<long> Newest(Site site, string tag) => (await site.Admin.TagEvents(tag, Ct)).Events[0].Id;

    [Fact]
    public async Task What_was_in_a_tag_on_a_day_is_told_with_what_it_inherited_then()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        await site.MakeTags("stable", "base");
        await site.Inherit("stable", "base");
        await site.Import("hello", "1", "stable");
        await site.Import("world", "1", "base");
        await site.Admin.SetTagSettings("base", [new(TagSettingKind.Macro, "vendor", "old")], preview: false, Ct);
        var then = time.GetUtcNow();
        time.Pass(TimeSpan.FromDays(2));
        await site.Import("hello", "2", "stable");
        await site.Admin.UntagBuilds("stable", new(["hello-1-1"]), preview: false, Ct);
        await site.Admin.SetParents("stable", [], preview: false, Ct);
        await site.Admin.SetTagSettings("base", [new(TagSettingKind.Macro, "vendor", "new")], preview: false, Ct);
        await site.Admin.SetTag("stable", new(Description: "The one to use", Locked: true), preview: false, Ct);

        foreach (var at in new[] { then.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture), then.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) })
        {
            var tag = await site.Admin.Tag("stable", at, null, Ct);
            Assert.Equal(["hello-1-1", "base"], [.. tag.Builds.Select(build => build.Nvr), .. tag.Parents!.Select(parent => parent.Parent)]);
            Assert.Equal((false, null), (tag.Locked, tag.Description));
            Assert.Equal([("vendor", "old", "base")], tag.Settings!.Select(one => (one.Key, one.Value, one.Tag)));
            Assert.Equal([("hello-1-1", "stable"), ("world-1-1", "base")], (await site.Admin.Latest("stable", Ct, at: at)).Select(one => (one.Nvr, one.Tag)));
        }
        Assert.True((await site.Admin.Tag("stable", Ct)).Locked);
        Assert.Equal(["hello-2-1"], (await site.Admin.Latest("stable", Ct)).Select(one => one.Nvr));
    }

    [Fact]
    public async Task Every_event_is_a_moment_of_its_own_however_soon_the_next_one_came()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        var moments = new List<(long Event, string[] Nvrs)> { (await Newest(site, "stable"), []) };
        await site.Import("hello", "1", "stable");
        moments.Add((await Newest(site, "stable"), ["hello-1-1"]));
        await site.Import("world", "1", "stable");
        moments.Add((await Newest(site, "stable"), ["hello-1-1", "world-1-1"]));
        await site.Admin.Block("stable", new(["hello"]), preview: false, Ct);
        moments.Add((await Newest(site, "stable"), ["world-1-1"]));
        await site.Admin.Unblock("stable", new(["hello"]), preview: false, Ct);
        await site.Admin.UntagBuilds("stable", new(["world-1-1"]), preview: false, Ct);
        moments.Add((await Newest(site, "stable"), ["hello-1-1"]));

        foreach (var (moment, nvrs) in moments) Assert.Equal(nvrs, (await site.Admin.Latest("stable", Ct, @event: moment)).Select(one => one.Nvr));
        Assert.Equal(["hello"], (await site.Admin.Tag("stable", null, moments[3].Event, Ct)).Blocked);
    }

    [Fact]
    public async Task A_moment_before_the_tag_or_no_moment_at_all_is_refused_in_a_sentence()
    {
        await using var site = await Site.Open();
        await site.MakeTags("late");

        foreach (var (at, @event, status) in new (string?, long?, int)[] { ("1999-01-01", null, 404), ("yesterday", null, 400), (null, 999_999, 404), ("2026-11-03", 1, 400) })
        {
            Assert.Equal(status, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Tag("late", at, @event, Ct))).Status);
            Assert.Equal(status, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Latest("late", Ct, at: at, @event: @event))).Status);
            Assert.Equal(status, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Packages("late", Ct, at: at, @event: @event))).Status);
        }
    }

    [Fact]
    public async Task A_clone_is_as_the_tag_is_and_its_repository_follows()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable", "base");
        await site.Admin.SetParents("stable", [new("base", 3, Filter: "w.*")], preview: false, Ct);
        await site.Import("world", "1", "base");
        await site.Import("hello", "2", "stable");
        await site.Import("hello", "1", "stable");
        await site.Import("hidden", "1", "stable");
        await site.Admin.Block("stable", new(["hidden"]), preview: false, Ct);
        await site.Admin.ListPackages("stable", new(["hello"]), preview: false, Ct);
        await site.Admin.SetTagSettings("stable", [new(TagSettingKind.Macro, "vendor", "ACME"), new(TagSettingKind.Build, "@extras", "")], preview: false, Ct);
        await site.Admin.SetTag("stable", new(Arches: ["x86_64", "aarch64"], Holds: TagHolds.All, Description: "To be copied"), preview: false, Ct);
        await site.Admin.EditGroup("stable", "tools", new("Tools", Packages: [new("hello")]), Ct);

        var clone = await site.Admin.CloneTag("stable", new("copy"), Ct);

        Assert.Empty(clone.Notes);
        var (stable, copy) = (await site.Admin.Tag("stable", Ct), clone.Tag);
        Assert.Equivalent(stable with { Name = "copy", Snapshot = copy.Snapshot, CreatedAt = copy.CreatedAt, RepoFile = copy.RepoFile, Settings = [.. stable.Settings!.Select(one => one with { Tag = "copy" })] }, copy, strict: true);
        Assert.Equal((await site.Admin.Packages("stable", Ct)).Select(one => (one.Package, one.Owner, one.Blocked)), (await site.Admin.Packages("copy", Ct)).Select(one => (one.Package, one.Owner, one.Blocked)));
        Assert.Equal(await site.Listed("stable"), await site.Listed("copy"));
        Assert.Equal((await site.Admin.Latest("stable", Ct)).Select(one => one.Nvr), (await site.Admin.Latest("copy", Ct)).Select(one => one.Nvr));
        Assert.Equal(["tools"], (await site.Admin.Groups("copy", Ct)).Select(group => group.Id));
    }

    [Fact]
    public async Task A_clone_of_the_past_is_as_the_tag_was_and_one_without_builds_has_none()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        await site.Import("hello", "1", "stable");
        var then = await Newest(site, "stable");
        await site.Import("hello", "2", "stable");
        await site.Admin.SetTag("stable", new(Description: "Now"), preview: false, Ct);

        var past = await site.Admin.CloneTag("stable", new("past", Event: then), Ct);
        var bare = await site.Admin.CloneTag("stable", new("bare", NoBuilds: true), Ct);

        Assert.Equal(("hello-1-1", null), (Assert.Single(past.Tag.Builds).Nvr, past.Tag.Description));
        Assert.Equal(["hello-1"], await site.Listed("past"));
        Assert.Equal((0, "Now"), (bare.Tag.Builds.Count, bare.Tag.Description));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CloneTag("stable", new("past"), Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CloneTag("nothing", new("other"), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CloneTag("stable", new("../up"), Ct))).Status);
    }

    [Fact]
    public async Task A_removed_tag_is_gone_but_for_its_past_and_one_of_its_name_begins_empty()
    {
        await using var site = await Site.Open();
        await site.MakeTags("old", "heir");
        await site.Inherit("heir", "old");
        await site.Import("hello", "1", "old");
        var then = await Newest(site, "old");
        await site.UpToDate("old");
        Assert.Contains("'heir' inherits from 'old'", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveTag("old", Ct))).Message, StringComparison.Ordinal);
        Assert.Contains("target", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveTag("paper", Ct))).Message, StringComparison.Ordinal);
        await site.Inherit("heir");

        await site.Admin.RemoveTag("old", Ct);

        Assert.DoesNotContain((await site.Admin.Tags(Ct)), tag => tag.Name == "old");
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Tag("old", Ct))).Status);
        Assert.Equal(404, (int)(await site.Http().GetAsync("repos/old/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        Assert.Equal(["hello-1-1"], (await site.Admin.Tag("old", null, then, Ct)).Builds.Select(build => build.Nvr));
        Assert.NotNull((await site.Admin.Tag("old", null, then, Ct)).RemovedAt);
        await site.MakeTags("old");
        Assert.Empty((await site.Admin.Tag("old", Ct)).Builds);
        Assert.Empty(await site.Listed("old"));
        Assert.Equal(["hello-1-1"], (await site.Admin.Latest("old", Ct, @event: then)).Select(one => one.Nvr));
    }

    [Fact]
    public async Task What_was_told_besides_packages_is_read_from_the_snapshot_of_then()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        var before = await Newest(site, "stable");
        Task Groups(string id) => site.Admin.SetGroups("stable", Bytes($"<comps><group><id>{id}</id><name>G</name><packagelist><packagereq>hello</packagereq></packagelist></group></comps>"), Ct);
        await Groups("words");
        await site.Admin.SetModules("stable", Bytes("document: modulemd-defaults\nversion: 1\ndata:\n  module: hello\n  stream: \"2.0\"\n---\ndocument: modulemd\nversion: 2\ndata:\n  name: hello\n  stream: \"2.0\"\n  version: 1\n  context: c\n  arch: x86_64\n  summary: s\n  description: d\n  license:\n    module: [MIT]\n"), Ct);
        await site.Import("hello", "1", "stable");
        await site.Admin.CreateAdvisory(new("stable", AdvisoryType.Bugfix, "It says more", Description: "More.", Builds: ["hello-1-1"], Publish: true), Ct);
        await site.UpToDate("stable");
        var then = await Newest(site, "stable");
        await Groups("others");
        await site.UpToDate("stable");

        var (empty, past, now) = (await site.Admin.Tag("stable", null, before, Ct), await site.Admin.Tag("stable", null, then, Ct), await site.Admin.Tag("stable", null, await Newest(site, "stable"), Ct));

        Assert.Equal((true, 0, 0), (empty.Told!.Exact, empty.Told.Groups.Count, empty.Told.Modules.Count));
        Assert.Equal(("words", "hello:2.0", "SKYLINE-"), (Assert.Single(past.Told!.Groups), Assert.Single(past.Told.Modules), Assert.Single(past.Told.Advisories)[..8]));
        Assert.True(past.Told.Exact);
        Assert.Equal("others", Assert.Single(now.Told!.Groups));
        Assert.NotEqual(past.Told.Snapshot, now.Told.Snapshot);
        Assert.Contains("Groups: words", await site.Http().GetStringAsync($"tags/stable?event={then}", Ct));
        Assert.Null((await site.Admin.Tag("stable", Ct)).Told);
    }

    static MemoryStream Bytes(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}
