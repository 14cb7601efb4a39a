using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

/// <summary>What may go into a tag, and what its buildroots are made of.</summary>
public sealed class RulesTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<BuildDetails> Submit(SkylineClient client, string name, string target = "paper", bool scratch = false)
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        return await client.Submit(srpm.Open(), srpm.FileName, target, scratch, Ct);
    }

    static async Task<string> Refused(int status, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(act);
        Assert.Equal(status, refused.Status);
        return refused.Message;
    }

    static Task<TagChanged> Lock(Site site, string tag, bool locked = true) => site.Admin.SetTag(tag, new(Locked: locked), preview: false, Ct);

    [Fact]
    public async Task Nothing_goes_into_a_locked_tag_or_out_of_it_unless_an_administrator_insists()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable", "testing");
        await site.Import("hello", "1", "stable");
        await site.Import("world", "1", "testing");
        await Lock(site, "stable");

        foreach (var act in new Func<bool, Task<TagChanged>>[]
        {
            force => site.Admin.TagBuilds("stable", new(["world-1-1"]), preview: false, Ct, force),
            force => site.Admin.UntagBuilds("stable", new(["world-1-1"]), preview: false, Ct, force),
            force => site.Admin.PromoteBuilds("testing", new("stable", ["world-1-1"]), preview: false, Ct, force),
            force => site.Admin.MoveBuilds("stable", new("paper", ["world-1-1"]), preview: false, Ct, force),
            force => site.Admin.MoveBuilds("testing", new("stable", ["world-1-1"]), preview: false, Ct, force),
            force => site.Admin.Block("stable", new(["perl"]), preview: false, Ct, force),
            force => site.Admin.SetParents("stable", [new("paper", 1)], preview: false, Ct, force),
        })
        {
            Assert.Contains("'stable' is locked", await Moving.Refused(act(false), 409), StringComparison.Ordinal);
            Assert.NotEmpty((await act(true)).Done);
        }
        Assert.Contains("is locked", await Refused(409, () => site.Import("other", "1", "stable")), StringComparison.Ordinal);
        await Lock(site, "stable", locked: false);
        await site.Import("other", "1", "stable");
    }

    [Fact]
    public async Task A_target_whose_destination_is_locked_takes_no_builds_and_those_that_wait_end()
    {
        await using var site = await Site.Open();
        var (waiting, scratch) = (await Submit(site.Admin, "hello"), await Submit(site.Admin, "world", scratch: true));

        await Lock(site, "paper");

        var ended = await site.Admin.Build(waiting.Id, Ct);
        Assert.Equal((BuildState.Cancelled, "Ended, for 'paper', which it would go into, was locked by admin. Submit it again when that is unlocked, or for another target."), (ended.State, ended.Why));
        Assert.Equal(BuildState.Waiting, (await site.Admin.Build(scratch.Id, Ct)).State);
        Assert.Contains("the tag 'paper' is locked", await Refused(409, () => Submit(site.Admin, "other")), StringComparison.Ordinal);
        Assert.Equal(BuildState.Waiting, (await Submit(site.Admin, "other", scratch: true)).State);
        await Lock(site, "paper", locked: false);
        Assert.Equal(BuildState.Waiting, (await Submit(site.Admin, "hello")).State);
    }

    [Fact]
    public async Task A_blocked_package_is_not_built_for_the_tag_that_blocks_it()
    {
        await using var site = await Site.Open();
        await site.Admin.Block("paper", new(["hello"]), preview: false, Ct);

        Assert.Contains("hello is blocked in 'paper'", await Refused(409, () => Submit(site.Admin, "hello")), StringComparison.Ordinal);
        Assert.Contains("hello is blocked in 'paper'", await Refused(409, () => site.Import("hello", "1", "paper")), StringComparison.Ordinal);
        Assert.Equal(BuildState.Waiting, (await Submit(site.Admin, "hello", scratch: true)).State);
    }

    [Fact]
    public async Task A_tag_may_demand_that_packages_are_listed_there_or_in_what_it_inherits_from()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base");
        await site.Inherit("paper", "base");
        await site.Import("hello", "1");
        await site.Admin.SetTag("paper", new(DemandsListed: true), preview: false, Ct);

        Assert.Contains("hello is not listed", await Refused(409, () => Submit(site.Admin, "hello")), StringComparison.Ordinal);
        Assert.Contains("hello is not listed", await Refused(409, () => site.Add("paper", "hello-1-1")), StringComparison.Ordinal);
        await site.Admin.ListPackages("base", new(["hello"]), preview: false, Ct);
        await Submit(site.Admin, "hello");
        await site.Add("paper", "hello-1-1");

        // Blocked where it is inherited from, listed here: here counts.
        await site.Admin.Block("base", new(["world"]), preview: false, Ct);
        Assert.Contains("blocked in 'base'", await Refused(409, () => Submit(site.Admin, "world")), StringComparison.Ordinal);
        await site.Admin.ListPackages("paper", new(["world"]), preview: false, Ct);
        await Submit(site.Admin, "world");
    }

    [Fact]
    public async Task Listed_packages_have_owners_are_inherited_and_leave_the_list()
    {
        await using var site = await Site.Open();
        await site.MakeTags("child", "base");
        await site.Inherit("child", "base");
        await site.Person("kim");
        await site.Admin.ListPackages("base", new(["hello", "world", "perl"], "kim"), preview: false, Ct);
        await site.Admin.ListPackages("child", new(["world"]), preview: false, Ct);
        await site.Admin.Block("child", new(["perl"]), preview: false, Ct);

        Assert.Equal([new TagPackage("hello", "kim", "base"), new("perl", null, "child", Blocked: true), new("world", "admin", "child")], await site.Admin.Packages("child", Ct));
        Assert.Equal(["perl", "world"], (await site.Admin.Packages("child", Ct, own: true)).Select(one => one.Package).Order(StringComparer.Ordinal));
        await site.Admin.ListPackages("child", new(["world"], "kim"), preview: false, Ct);
        Assert.Equal("world listed, owner kim", (await site.Admin.TagEvents("child", Ct)).Events[0].What);
        await site.Admin.UnlistPackages("child", new(["world"]), preview: false, Ct);
        Assert.Equal(new TagPackage("world", "kim", "base"), (await site.Admin.Packages("child", Ct)).Single(one => one.Package == "world"));
        await Moving.Refused(site.Admin.UnlistPackages("child", new(["world"]), preview: false, Ct), 404);
        await Moving.Refused(site.Admin.ListPackages("child", new(["x"], "nobody"), preview: false, Ct), 404);
        await Moving.Refused(site.Admin.ListPackages("child", new(["../x"]), preview: false, Ct), 400);
    }

    [Fact]
    public async Task Buildroots_have_the_tags_packages_groups_and_macros_its_own_before_inherited_ones()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base");
        await site.Inherit("paper", "base");
        await site.Admin.SetTagSettings("base", [new(TagSettingKind.Build, "@tools", ""), new(TagSettingKind.Build, "rust", ""), new(TagSettingKind.Macro, "vendor", "base"), new(TagSettingKind.Macro, "dist", ".base")], preview: false, Ct);
        await site.Admin.SetTagSettings("paper", [new(TagSettingKind.Build, "rust"), new(TagSettingKind.Macro, "vendor", "paper")], preview: false, Ct);
        await Submit(site.Admin, "hello");

        var recipe = (await new PaperBuilder(site.LocalBuilder).Lease()).Buildroot;

        Assert.Equal(["@build", "@tools"], recipe.Packages);
        Assert.Equal([("dist", ".base"), ("vendor", "paper")], recipe.Macros.OrderBy(macro => macro.Key, StringComparer.Ordinal).Select(macro => (macro.Key, macro.Value)));
        await site.Admin.SetTagSettings("paper", [new(TagSettingKind.Build, "rust", Clear: true), new(TagSettingKind.Macro, "vendor", Clear: true)], preview: false, Ct);
        await Submit(site.Admin, "world");
        var next = (await new PaperBuilder(site.LocalBuilder).Lease()).Buildroot;
        Assert.Equal(["@build", "@tools", "rust", "base"], [.. next.Packages, next.Macros["vendor"]]);
    }

    [Fact]
    public async Task Settings_that_would_break_buildroots_are_refused()
    {
        await using var site = await Site.Open();

        foreach (var (kind, key, value, why) in new[]
        {
            (TagSettingKind.Macro, "_topdir", "/tmp", "_topdir"), (TagSettingKind.Macro, "x", "1", "three letters"), (TagSettingKind.Macro, "open", "%{", "does not end"),
            (TagSettingKind.Build, "--installroot=/", "", "no name of a package"), (TagSettingKind.Extra, "a b", "1", "no key"),
        })
            Assert.Contains(why, await Moving.Refused(site.Admin.SetTagSettings("paper", [new(kind, key, value)], preview: false, Ct), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Architectures_are_edited_and_the_repositories_follow()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        await site.Import("hello", "1", "stable");
        await site.UpToDate("stable");

        await site.Admin.SetTag("stable", new(Arches: ["x86_64", "aarch64"]), preview: false, Ct);
        await site.UpToDate("stable");
        Assert.True((await site.Http().GetAsync("repos/stable/aarch64/repodata/repomd.xml", Ct)).IsSuccessStatusCode);
        var preview = await site.Admin.SetTag("stable", new(Arches: ["aarch64"]), preview: true, Ct);
        Assert.Equal([("stable", PackageChangeKind.Removed, "hello-1-1.x86_64", null)], preview.Changes());
        await site.Admin.SetTag("stable", new(Arches: ["aarch64"]), preview: false, Ct);
        await site.UpToDate("stable");

        Assert.False((await site.Http().GetAsync("repos/stable/x86_64/repodata/repomd.xml", Ct)).IsSuccessStatusCode);
        Assert.Contains("has no sparc", await Moving.Refused(site.Admin.SetTag("stable", new(Arches: ["sparc"]), preview: false, Ct), 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_changes_its_tags_when_nothing_is_built_for_it_and_goes_when_nothing_is()
    {
        await using var site = await Site.Open();
        await site.MakeTags("other");
        var build = await Submit(site.Admin, "hello");

        Assert.Contains($"build {build.Id} is under way", await Refused(409, () => site.Admin.EditTarget("paper", new(DestinationTag: "other"), Ct)), StringComparison.Ordinal);
        Assert.Contains($"build {build.Id} is under way", await Refused(409, () => site.Admin.RemoveTarget("paper", Ct)), StringComparison.Ordinal);
        await site.Admin.Cancel(build.Id, Ct);
        Assert.Equal(new TargetDetails("paper", "paper", "other", "default"), await site.Admin.EditTarget("paper", new(DestinationTag: "other"), Ct));
        await site.Admin.RemoveTarget("paper", Ct);

        Assert.Empty(await site.Admin.Targets(Ct));
        Assert.Equal("paper", (await site.Admin.Build(build.Id, Ct)).Target);
        await Refused(404, () => Submit(site.Admin, "hello"));
        await Refused(404, () => site.Admin.RemoveTarget("paper", Ct));
        await site.Admin.CreateTarget(new("paper", "paper", "paper"), Ct);
        await Submit(site.Admin, "hello");
    }

    [Fact]
    public async Task Who_is_no_administrator_changes_none_of_it_and_cannot_insist()
    {
        await using var site = await Site.Open();
        var stranger = await site.Person("stranger");

        foreach (var act in new Func<Task>[]
        {
            () => stranger.SetTag("paper", new(Locked: true), preview: false, Ct, force: true), () => stranger.SetTagSettings("paper", [new(TagSettingKind.Macro, "vendor", "x")], preview: false, Ct),
            () => stranger.ListPackages("paper", new(["hello"]), preview: false, Ct), () => stranger.UnlistPackages("paper", new(["hello"]), preview: false, Ct), () => stranger.CloneTag("paper", new("copy"), Ct),
            () => stranger.RemoveTag("paper", Ct, force: true), () => stranger.RemoveTarget("paper", Ct),
        })
            Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(act)).Status);
        Assert.Empty(await stranger.Packages("paper", Ct));
        Assert.Empty(await stranger.Latest("paper", Ct));
    }
}
