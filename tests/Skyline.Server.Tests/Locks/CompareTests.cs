using Skyline.Protocol;

namespace Skyline.Server.Tests.Locks;

public sealed class CompareTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_builds_are_compared_down_to_the_tag_and_packages_of_one_alone_are_named()
    {
        await using var site = await Site.Open();
        var before = await site.Built();
        await site.Submit(scratch: true);
        await new PaperBuilder(site.LocalBuilder).Build([.. LockSite.Results(summary: "Another"), Papers.Binary("hello-extra", "2.12", "1.pp1", source: "hello-2.12-1.pp1.src.rpm")]);
        var after = await site.Until((await site.Admin.Builds(Ct)).Builds[0].Id, now => now.State == BuildState.Complete);

        var found = await site.Admin.Compare(before.Id, after.Id, Ct);

        Assert.False(found.Identical);
        Assert.Equal(["hello-extra-2.12-1.pp1.x86_64.rpm"], found.OnlyAfter);
        Assert.Equal(0, found.Same);
        Assert.Empty(found.OnlyBefore);
        var tag = Assert.Single(Assert.Single(found.Differ).Differences!.Tags);
        Assert.Equal(("SUMMARY", "A package", "Another"), (tag.Name, tag.Before, tag.After));
        var page = await site.Http().GetStringAsync($"builds/{before.Id}/compare/{after.Id}", Ct);
        Assert.Matches("<code[^>]*>SUMMARY</code> \\(1004\\)", page);
        Assert.Contains("hello-extra-2.12-1.pp1.x86_64.rpm", page);
    }

    [Fact]
    public async Task A_build_is_identical_to_itself_signed_or_not_and_what_is_not_complete_cannot_be_compared()
    {
        await using var site = await Site.Open();
        var published = await site.Built();
        var scratch = await site.Built(scratch: true);
        var waiting = await site.Submit("other");

        var found = await site.Admin.Compare(published.Id, scratch.Id, Ct);

        Assert.True(found.Identical);
        Assert.Equal(1, found.Same);
        Assert.Contains("Nothing: all 1", await site.Http().GetStringAsync($"builds/{published.Id}/compare/{scratch.Id}", Ct));
        Assert.Equal(409, (await LockSite.Refused(() => site.Admin.Compare(published.Id, waiting.Id, Ct))).Status);
        Assert.Equal(404, (await LockSite.Refused(() => site.Admin.Compare(9999, published.Id, Ct))).Status);
        Assert.Equal(404, (int)(await site.Http().GetAsync($"builds/9999/compare/{published.Id}", Ct)).StatusCode);
    }

    [Fact]
    public async Task Two_versions_of_a_package_are_a_pair()
    {
        await using var site = await Site.Open();
        var (old, young) = (await site.Built(), await site.Built(version: "2.13"));

        var pair = Assert.Single((await site.Admin.Compare(old.Id, young.Id, Ct)).Differ);

        Assert.Equal(("hello-2.12-1.pp1.x86_64.rpm", "hello-2.13-1.pp1.x86_64.rpm"), (pair.Before.FileName, pair.After.FileName));
        Assert.Contains(pair.Differences!.Tags, tag => tag is { Name: "VERSION", Before: "2.12", After: "2.13" });
    }
}
