using System.Net;
using AngleSharp.Html.Parser;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Finding;

public sealed class BuildsPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Site> Filled(int builds = 120)
    {
        var site = await Site.Open();
        await site.Part<Database>().Write(tx => tx.Execute("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @builds)
            INSERT INTO builds (nvr, target_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, scratch, state, why, owner_id, submitted_at, ended_at)
            SELECT 'hello<b>-1-' || i, (SELECT id FROM targets), 'x', 'x', 'x', 1, 1, CASE i % 2 WHEN 0 THEN 'Failed' ELSE 'Complete' END, '<script>alert(1)</script>', 1, 1000 * i, 1000 * i + 200000 FROM n
            """, new { builds }), Ct);
        return site;
    }

    static async Task<AngleSharp.Html.Dom.IHtmlDocument> Page(Site site, string address) => new HtmlParser().ParseDocument(await site.Http().GetStringAsync(address, Ct));

    [Fact]
    public async Task What_is_asked_stands_in_the_form_and_in_links_that_take_it_away_and_pages_lead_on_and_back()
    {
        await using var site = await Filled();

        var page = await Page(site, "/builds?state=Failed&q=HELLO&owner=&target=");
        var second = await Page(site, page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        var back = await Page(site, second.QuerySelector("a[rel=prev]")!.GetAttribute("href")!);

        Assert.Equal(50, page.QuerySelectorAll("main tbody tr").Length);
        Assert.Contains("60 builds", page.QuerySelector("[role=status]")!.TextContent);
        Assert.True(page.QuerySelector("input[name=state][value=Failed]")!.HasAttribute("checked"));
        Assert.False(page.QuerySelector("input[name=state][value=Complete]")!.HasAttribute("checked"));
        Assert.Equal("HELLO", page.QuerySelector("main input[name=q]")!.GetAttribute("value"));
        Assert.Contains("/builds?q=HELLO", page.QuerySelectorAll("a.chip").Select(chip => chip.GetAttribute("href")));
        Assert.Null(page.QuerySelector("a[rel=prev]"));
        Assert.Equal(10, second.QuerySelectorAll("main tbody tr").Length);
        Assert.Null(second.QuerySelector("a[rel=next]"));
        Assert.Equal(Nvrs(page), Nvrs(back));
        Assert.Empty(page.QuerySelectorAll("main td b, main td script"));

        static IEnumerable<string> Nvrs(AngleSharp.Html.Dom.IHtmlDocument of) => of.QuerySelectorAll("main tbody td:first-child").Select(cell => cell.TextContent);
    }

    [Fact]
    public async Task What_holds_of_nothing_says_what_to_do_and_too_many_are_not_counted()
    {
        await using var site = await Filled(10_400);

        var none = await Page(site, "/builds?q=nowhere");
        var many = await Page(site, "/builds?target=paper");

        Assert.Contains("No build matches what you ask for.", none.QuerySelector(".empty")!.TextContent);
        Assert.Contains("More than 10,000 builds", many.QuerySelector("[role=status]")!.TextContent);
    }

    [Fact]
    public async Task Every_control_of_the_form_has_its_words_and_it_is_sent_as_an_address()
    {
        await using var site = await Filled(1);

        var form = (await Page(site, "/builds")).QuerySelector("main form")!;

        Assert.Equal(("get", "/builds"), (form.GetAttribute("method"), form.GetAttribute("action")));
        Assert.All(form.QuerySelectorAll("input, select"), control => Assert.NotNull(control.Closest("label")));
        Assert.Equal(["q", "package", "sort", "state", "target", "tag", "owner", "arch", "kind", "since", "until", "batch"], form.QuerySelectorAll("input, select").Select(control => control.GetAttribute("name")!).Distinct());
    }
}
