using System.Net;
using Bunit;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Keeping;

/// <summary>What was done is told afterwards, on pages and by the API, and to everybody who may read.</summary>
public sealed class KeepingPageTests : IDisposable
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    readonly string exports = Directory.CreateTempSubdirectory("skyline-export-").FullName;

    public void Dispose() => Directory.Delete(exports, recursive: true);

    static async Task<string> Page(KeepingSite site, string path) => WebUtility.HtmlDecode(await site.Site.Http().GetStringAsync(path, Ct));

    static Task<KeepingState> State(KeepingSite site) => new SkylineClient(site.Site.Http()).Keeping(Ct);

    [Fact]
    public async Task Before_anything_was_done_the_page_says_so()
    {
        await using var site = await KeepingSite.Open();

        var page = await Page(site, "/keeping");

        Assert.Contains("Retention has not been done yet.", page);
        Assert.Contains("Nothing has been checked yet.", page);
        Assert.Contains("20 newest, 14 days", page);
        Assert.Contains("all stay", page);
        Assert.Contains("href=\"/keeping\"", await Page(site, "/"));
    }

    [Fact]
    public async Task A_tags_page_of_what_it_keeps_says_what_would_go_and_why_the_rest_stays()
    {
        await using var site = await KeepingSite.Open();
        var (first, second) = (await site.Import("one", "1"), await site.Import("two", "1"));
        await site.Import("three", "1");
        await site.Admin.SetRetention("paper", new(2, 0), Ct);

        var page = await Page(site, "/tags/paper/keeping");

        var (going, staying) = (page[..page.IndexOf("What stays", StringComparison.Ordinal)], page[page.IndexOf("What stays", StringComparison.Ordinal)..]);
        Assert.Contains($"title=\"{first}\"", going);
        Assert.DoesNotContain($"title=\"{second}\"", going);
        Assert.Contains($"title=\"{second}\"", staying);
        Assert.Contains("It is one of the 2 newest.", staying);
        Assert.Equal(new TagKeeping("paper", new(2, 0), 4, 2), Assert.Single((await State(site)).Tags));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Site.Http().GetAsync("/tags/none/keeping", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_a_night_removed_is_told_the_morning_after_and_after_a_restart()
    {
        var site = await KeepingSite.Open();
        var first = await site.Import("one", "1");
        await site.Import("one", "2");
        await site.Untag("one-1-1");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        site.Clock.Pass(TimeSpan.FromDays(31));
        using (await site.Site.Part<KeepingTurns>().Take("night", Ct))
        {
            await site.Site.Part<ApplyRetention>().Run(dryRun: false, Ct);
            await site.Site.Part<CollectGarbage>().Run(dryRun: false, Ct);
        }
        await site.Site.Stop();
        await using var again = await Site.Open(site.Site.Data);

        var state = await new SkylineClient(again.Http()).Keeping(Ct);
        var page = WebUtility.HtmlDecode(await again.Http().GetStringAsync("/keeping", Ct));

        Assert.Equal((2, 1), (state.Retention!.Removed!.Snapshots, state.Retention.Removed.Builds));
        Assert.Null(state.Retention.Last.Why);
        Assert.Contains(first, state.Retention.Removed.SomeSnapshots.Select(snapshot => snapshot.Hash));
        Assert.True(state.Store is { Files: > 0, Bytes: > 0, DatabaseBytes: > 0 });
        Assert.Contains("2 snapshots, the packages of 1 build went.", page);
        Assert.Contains(">one-1-1</a>", page);
    }

    [Fact]
    public async Task A_check_and_its_findings_stay_to_be_seen()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("one", "1");
        await site.IsWhole();
        Assert.Contains("All is as it should be.", await Page(site, "/keeping"));
        await File.AppendAllTextAsync(site.BlobFile(Papers.Binary("one", "1", "1").Sha256), "!", Ct);
        await site.Verify("paper");

        var state = await State(site);
        var page = await Page(site, "/keeping");

        Assert.Equal([null, "paper"], state.Checks.Select(check => check.Tag));
        Assert.Equal(0, state.Checks[0].Found!.Result.Findings);
        Assert.Contains("one-1-1.x86_64.rpm", state.Checks[1].Found!.SomeFindings[0]);
        Assert.Contains(state.Checks[1].Found!.SomeFindings[0], page);
        Assert.Contains("<span class=\"state damaged ", page);
    }

    [Fact]
    public async Task The_page_follows_what_is_done_while_it_is_looked_at()
    {
        await using var site = await KeepingSite.Open();
        using var browser = new Shell.PageContext(site.Site);
        var page = browser.Render<KeepingPage>();
        Assert.Contains("Retention has not been done yet.", page.Markup);
        using (await site.Site.Part<KeepingTurns>().Take("export of paper", Ct))
            page.WaitForAssertion(() => Assert.Contains("The server is at its export of paper now.", page.Markup), TimeSpan.FromSeconds(10));

        await site.Admin.ApplyRetention(dryRun: false, Ct);

        page.WaitForAssertion(() => Assert.Contains("there was nothing to remove.", page.Markup), TimeSpan.FromSeconds(10));
        page.WaitForAssertion(() => Assert.DoesNotContain("The server is at", page.Markup), TimeSpan.FromSeconds(10));
        await page.Instance.DisposeAsync();
    }

    [Fact]
    public async Task A_night_that_failed_says_why_and_what_the_last_good_one_did()
    {
        await using var site = await KeepingSite.Open();
        await site.Admin.ApplyRetention(dryRun: false, Ct);
        await site.Site.Part<Database>().Write(tx => tx.Execute("ALTER TABLE snapshot_files RENAME TO elsewhere"), Ct);
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        await site.Site.Part<Database>().Write(tx => tx.Execute("INSERT INTO snapshots (tag_id, hash, key_id, event_id, packages, created_at) SELECT tag_id, hash, key_id, event_id, packages, created_at FROM snapshots"), Ct);

        await Assert.ThrowsAnyAsync<Exception>(() => site.Site.Part<ApplyRetention>().Run(dryRun: false, Ct));

        var last = (await State(site)).Retention!;
        Assert.Contains("snapshot_files", last.Last.Why);
        Assert.NotNull(last.Last.EndedAt);
        Assert.Contains("The last try", await Page(site, "/keeping"));
    }

    [Fact]
    public async Task The_next_night_is_looked_at_on_demand_once_a_minute_and_never_beside_other_work()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("one", "1");
        await site.Import("one", "2");
        await site.Untag("one-1-1");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        using (await site.Site.Part<KeepingTurns>().Take("export of other", Ct))
        {
            Assert.Contains("The server is at its export of other", await Page(site, "/keeping/next"));
            Assert.Contains("The server is at its export of other now.", await Page(site, "/keeping"));
        }

        var page = await Page(site, "/keeping/next");
        site.Clock.Pass(TimeSpan.FromDays(31));
        var later = await Page(site, "/keeping/next");

        Assert.Contains("/tags/paper/keeping", page);
        Assert.DoesNotContain("one-1-1", page);
        Assert.Contains("one-1-1", later);
        Assert.Null((await State(site)).Retention);
        // A minute has not passed: the dry run of before does.
        using (await site.Site.Part<KeepingTurns>().Take("export of other", Ct)) Assert.Contains("one-1-1", await Page(site, "/keeping/next"));
    }

    [Fact]
    public async Task Exports_are_told_and_whether_they_have_the_newest_snapshot()
    {
        await using var site = await KeepingSite.Open($"--Skyline:ExportFolder={exports}");
        var first = await site.Import("one", "1");
        await site.Admin.Export("paper", new("a//b"), Ct);
        await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new("../no"), Ct));
        var (path, tag, _, newest, _, _, has) = Assert.Single((await State(site)).Exports);
        Assert.Equal(("a/b/paper", "paper", true, new ExportSummary(first, 1, 1, 0)), (path, tag, newest, has));
        await site.Import("two", "1");
        await File.AppendAllTextAsync(site.BlobFile(Papers.Binary("two", "1", "1").Sha256), "!", Ct);

        await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new("a/b"), Ct));

        var damaged = Assert.Single((await State(site)).Exports);
        Assert.Equal((false, first), (damaged.Newest, damaged.Has!.Snapshot));
        Assert.Contains("two-1-1.x86_64.rpm is damaged", damaged.Last!.Why);
        Assert.Contains("two-1-1.x86_64.rpm is damaged", await Page(site, "/keeping"));
        Directory.Delete(Path.Combine(exports, "a"), recursive: true);
        Assert.Empty((await State(site)).Exports);
    }
}
