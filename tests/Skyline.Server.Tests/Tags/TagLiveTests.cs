using Bunit;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.Tags;

/// <summary>Tags in a browser, while packages come into them.</summary>
public sealed class TagLiveTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_that_comes_is_on_the_tags_open_pages_and_a_private_tag_on_nobodys()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        using var browser = new PageContext(site);
        var (all, overview) = (browser.Render<TagForest>(), browser.Render<TagOverview>(with => with.Add(one => one.Name, "stable").Add(one => one.Address, "https://build.example.org")));
        var (builds, latest) = (browser.Render<BuildsInTag>(with => with.Add(one => one.Name, "stable").Add(one => one.Change, true)), browser.Render<LatestInTag>(with => with.Add(one => one.Name, "stable")));
        var (history, snapshots) = (browser.Render<TagHistory>(with => with.Add(one => one.Name, "stable")), browser.Render<SnapshotsInTag>(with => with.Add(one => one.Name, "stable")));
        Assert.Contains("No build is in the tag itself yet.", builds.Markup);
        Assert.Contains("Its repositories hold nothing yet.", latest.Markup);

        await site.Import("hello", "1", "stable");

        overview.Shows("hello-1-1 tagged");
        Assert.Equal("1", overview.Find("a[href='/tags/stable?show=builds']").TextContent);
        builds.Shows("Take hello-1-1 out");
        latest.Shows("hello-1-1");
        history.Shows("hello-1-1 tagged");
        await site.UpToDate("stable");
        snapshots.Shows("hello-1-1 tagged");
        overview.Shows($"/tags/stable/snapshots/{site.Part<CurrentSnapshots>().Of("stable")!.Hash}");

        // The row that somebody has ticked stays that row, whatever comes above it.
        await site.Import("world", "1", "stable");
        builds.Shows("Take world-1-1 out");
        Assert.Equal(["world-1-1", "hello-1-1"], builds.FindAll("tbody a").Select(one => one.TextContent));

        await site.Admin.CreateTag(new("secret", "paper-1", ["x86_64"], Private: true), Ct);
        await site.MakeTags("other");
        all.Shows("/tags/other");
        Assert.DoesNotContain("/tags/secret", all.Markup);
        browser.Shown<TagForest>("admin").Shows("/tags/secret");

        await overview.IsLeft(browser.Bells, Bells.Tags);
        await builds.IsLeft(browser.Bells, Bells.Tags);
        await all.IsLeft(browser.Bells, Bells.Tags);
    }
}
