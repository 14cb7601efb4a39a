using Skyline.Protocol;
using Skyline.Server.Tests.SideTags;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Builds;

/// <summary>Drafts share a name, version and release with others, and live in the tag that they were built for.</summary>
public sealed class DraftTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<BuildDetails> Draft(Site site, SkylineClient person, string target, string words)
    {
        var source = Papers.Source("foo", "1", "1", exclusiveArch: "x86_64");
        var build = await person.Submit(source.Open(), source.FileName, target, scratch: false, Ct, draft: true);
        await new PaperBuilder(site.LocalBuilder).Build(source, Papers.Binary("foo", "1", "1", summary: words));
        return await person.Published(build.Id);
    }

    [Fact]
    public async Task Several_have_the_name_of_a_real_build_and_each_tag_serves_its_own()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var (one, other) = (await ann.MakeSideTag(), await ann.MakeSideTag());
        var real = await site.Build(ann, "paper", "foo", "1");

        var (first, second) = (await Draft(site, ann, one, "first"), await Draft(site, ann, other, "second"));

        Assert.Equal((BuildState.Complete, true, BuildState.Complete), (first.State, first.Draft, second.State));
        foreach (var (tag, build) in new[] { ("paper", real), (one, first), (other, second) })
        {
            Assert.Equal(["foo-1"], await site.Listed(tag));
            var rpm = build.Rpms.Single(rpm => rpm.Arch == "x86_64");
            var served = await site.Http().GetByteArrayAsync($"repos/{tag}/x86_64/Packages/f/{rpm.FileName}", Ct);
            Assert.Equal(rpm.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(served)));
            Assert.Equal(served, await site.Http().GetByteArrayAsync($"api/builds/{build.Id}/files/{rpm.FileName}", Ct));
        }
        Assert.Single((await ann.Compare(real.Id, first.Id, Ct)).Differ);
        Assert.Contains("draft", await site.Http().GetStringAsync($"builds/{first.Id}", Ct));
    }

    [Fact]
    public async Task A_tag_has_one_build_of_a_name_and_a_real_one_takes_a_drafts_place()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.MakeTags("other");
        var side = await ann.MakeSideTag();
        var draft = await Draft(site, ann, side, "first");

        var twin = await Draft(site, ann, side, "second");
        Assert.Equal(BuildState.Failed, twin.State);
        Assert.Contains($"has a build of this name, version and release already, build {draft.Id}", twin.Why);
        Assert.Contains("There is no build 'foo-1-1'", await SideWork.Refused(site.Admin.TagBuilds("other", new(["foo-1-1"]), preview: false, Ct), 404));
        await site.Admin.TagBuilds("other", new([$"foo-1-1,draft_{draft.Id}"]), preview: false, Ct);

        var real = await site.Build(ann, side, "foo", "1");
        Assert.Equal(BuildState.Complete, real.State);
        Assert.Equal(real.Id, Assert.Single((await ann.SideTag(side, Ct)).Builds).Id);
        Assert.Contains($"'other' has another build of foo-1-1, build {draft.Id}", await SideWork.Refused(site.Admin.TagBuilds("other", new(["foo-1-1"]), preview: false, Ct), 409));
        Assert.Contains("a tag has one build of a name", await SideWork.Refused(site.Admin.TagBuilds("paper", new([$"{draft.Id}", $"{real.Id}"]), preview: false, Ct), 409));
    }

    [Fact]
    public async Task A_draft_becomes_the_real_build_unless_there_is_one()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        var (one, other) = (await ann.MakeSideTag(), await ann.MakeSideTag());
        var (first, second) = (await Draft(site, ann, one, "first"), await Draft(site, ann, other, "second"));
        Assert.Contains("is a draft; make it the real one first", (await ann.PromoteSideTag(one, new(), preview: true, Ct)).Gate("built").Says);

        Assert.Contains("is ann's draft", await SideWork.Refused(bob.PromoteDraft(first.Id, Ct), 403));
        var promoted = await ann.PromoteDraft(first.Id, Ct);

        Assert.False(promoted.Draft);
        Assert.Contains($"There is a real foo-1-1 already: build {first.Id}", await SideWork.Refused(ann.PromoteDraft(second.Id, Ct), 409));
        Assert.Contains("is no draft", await SideWork.Refused(ann.PromoteDraft(first.Id, Ct), 409));
        await SideWork.Refused(ann.PromoteDraft(999_999, Ct), 404);
        Assert.True((await ann.PromoteSideTag(one, new(), preview: false, Ct)).Passes);
        Assert.Equal(["foo-1"], await site.Listed("paper"));
        Assert.Contains("foo-1-1 was already built", (await site.Build(ann, "paper", "foo", "1")).Why);
    }

    [Fact]
    public async Task A_package_that_is_imported_is_the_real_one_beside_a_draft()
    {
        await using var site = await Site.Open();
        var side = await site.Admin.MakeSideTag();
        await Draft(site, site.Admin, side, "draft");

        await site.Import("foo", "1", "paper");

        Assert.Equal(["foo-1"], await site.Listed("paper"));
        Assert.Equal(["foo-1"], await site.Listed(side));
        var source = Papers.Source("foo", "1", "1", exclusiveArch: "x86_64");
        Assert.Contains("leave one of the two out", await SideWork.Refused(site.Admin.Submit(source.Open(), source.FileName, side, scratch: true, Ct, draft: true), 400));
    }
}
