using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

/// <summary>One of the tags that a tag inherits from comes or goes, the others stay.</summary>
public sealed class LinkTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Links_made_and_undone_at_once_are_all_what_was_asked_for()
    {
        await using var site = await Site.Open();
        string[] parents = [.. Enumerable.Range(1, 8).Select(number => $"parent-{number}")], old = ["old-1", "old-2", "old-3", "old-4"];
        await site.MakeTags(["heir", .. parents, .. old]);
        foreach (var one in old) await site.Admin.LinkTag("heir", new(one), preview: false, Ct);

        await Task.WhenAll([.. parents.Select(parent => site.Admin.LinkTag("heir", new(parent), preview: false, Ct)), .. old.Select(parent => site.Admin.UnlinkTag("heir", parent, preview: false, Ct))]);

        var now = (await site.Admin.Tag("heir", Ct)).Parents!;
        Assert.Equal(parents, now.Select(parent => parent.Parent).Order());
        Assert.Equal(now.Count, now.DistinctBy(parent => parent.Priority).Count());
    }

    [Fact]
    public async Task A_link_made_again_has_other_bounds_and_the_same_place()
    {
        await using var site = await Site.Open();
        await site.MakeTags("heir", "near", "far");
        await site.Admin.LinkTag("heir", new("near"), preview: false, Ct);
        await site.Admin.LinkTag("heir", new("far"), preview: false, Ct);

        await site.Admin.LinkTag("heir", new("near", MaxDepth: 0, NoConfig: true), preview: false, Ct);
        var first = await site.Admin.LinkTag("heir", new("far", Priority: 1), preview: true, Ct);

        Assert.Equal([new("near", 10, 0, false, true), new("far", 20)], (await site.Admin.Tag("heir", Ct)).Parents!);
        Assert.Equal("heir: inherits from far, then near (maxdepth 0, noconfig)", Assert.Single(first.Done));
    }

    [Fact]
    public async Task What_cannot_be_linked_or_unlinked_is_a_sentence()
    {
        await using var site = await Site.Open();
        await site.MakeTags("heir", "near");
        await site.Admin.SetParents("heir", [new("near", int.MaxValue)], preview: false, Ct);

        var (none, taken, full, self) = (
            await Moving.Refused(site.Admin.UnlinkTag("heir", "paper", preview: false, Ct), 409), await Moving.Refused(site.Admin.LinkTag("heir", new("paper", int.MaxValue), preview: false, Ct), 400),
            await Moving.Refused(site.Admin.LinkTag("heir", new("paper"), preview: false, Ct), 409), await Moving.Refused(site.Admin.LinkTag("near", new("heir"), preview: false, Ct), 409));

        Assert.Equal("'heir' does not inherit from 'paper' itself; see: skyline tag show heir", none);
        Assert.Contains("have the same priority", taken, StringComparison.Ordinal);
        Assert.Contains("Give one with --priority.", full, StringComparison.Ordinal);
        Assert.Equal("'near' would inherit from itself: near → heir → near.", self);
        await Moving.Refused((await site.Person("kim")).LinkTag("heir", new("paper", 1), preview: false, Ct), 403);
    }
}
