using System.Net;
using Skyline.Protocol;
using Skyline.Server.Chains;
using Skyline.Server.Tests.Shell;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>A chain is arranged before it begins, by forms alone; its maker's, and kept at once.</summary>
public sealed class EditChainTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Short(string name) => Source(name).Sha256[..KeptChoice.ShortLength];

    static async Task<Posts> Arranging(Site site, params string[] names)
    {
        foreach (var name in names) await site.Admin.Send(Source(name));
        var browser = await Posts.Of(site);
        var page = "chains/plan?target=paper&" + string.Join('&', names.Select(name => "source=" + Short(name)));
        var made = await browser.Send(page, "/chains/edit");
        Assert.Equal("/chains/edit/1", made.Headers.Location!.ToString());
        return browser;
    }

    static string Links(Site site) => string.Join(" : ", site.Part<Skyline.Server.Storage.Database>().Read(db => ChainDraft.Find(db, 1, 1))!.Links.Select(link => string.Join(' ', link.Select(source => source.Name[..1]).Order())));

    static Task<HttpResponseMessage> Act(Posts browser, string act, params (string, string)[] more) => browser.Send("chains/edit/1", "/chains/edit/1", [("act", act), .. more]);

    [Fact]
    public async Task Packages_are_moved_by_buttons_and_what_is_arranged_begins()
    {
        await using var site = await Site.Open();
        using var browser = await Arranging(site, "a", "b", "c");

        Assert.Equal("a b c", Links(site));
        await Act(browser, $"earlier {Short("c")}");
        var led = await Act(browser, $"later {Short("b")}");
        Assert.Contains("b-1-1 is in link 3 of 3 now, alone.", await browser.Page(led.Headers.Location!.ToString()));
        Assert.Equal("c : a : b", Links(site));
        await Act(browser, "set", ("target", "paper"), ("title", "By hand"), ("background", "true"));
        var page = await browser.Page("chains/edit/1");
        var begun = await browser.Send("chains/edit/1", "/chains/edit/1/begin");

        Assert.Contains("Earlier: a-1-1", page);
        Assert.Contains("Link 3", page);
        var chain = await site.Admin.Batch(Assert.Single((await site.Admin.Batches(Ct)).Batches).Id, Ct);
        Assert.Equal($"/chains/{chain.Id}", begun.Headers.Location!.ToString());
        Assert.Equal(("By hand", 3, 25), (chain.Title, chain.Waves.Count, chain.Priority));
        Assert.Equal(["c", "a", "b"], (await site.Admin.BatchMembers(chain.Id, Ct)).Members.Select(member => member.Package));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("chains/edit/1")).StatusCode);
    }

    [Fact]
    public async Task The_order_is_found_with_its_reasons_until_somebody_moves_something()
    {
        await using var site = await Site.Open();
        await site.Admin.Send(Source("app", null, "lib-devel"));
        await site.Admin.Send(Source("lib"));
        using var browser = await Posts.Of(site);
        await browser.Send($"chains/plan?target=paper&source={Source("app", null, "lib-devel").Sha256[..16]}&source={Short("lib")}", "/chains/edit");

        await Act(browser, "find");
        var found = await browser.Page("chains/edit/1");
        await Act(browser, $"earlier {Source("app", null, "lib-devel").Sha256[..16]}");
        var moved = await browser.Page("chains/edit/1");

        Assert.Contains("it needs lib-devel, which lib-devel has", found);
        Assert.Contains("Found: this is the order", found);
        Assert.DoesNotContain("it needs lib-devel", moved);
        Assert.Contains("Arranged by hand.", moved);
    }

    [Fact]
    public async Task What_was_refused_is_said_on_the_page_and_more_can_be_sent_and_thrown_away()
    {
        await using var site = await Site.Open();
        using var browser = await Arranging(site, "a");

        await Act(browser, "set", ("target", "nowhere"));
        Assert.Contains("There is no target 'nowhere'", await browser.Page("chains/edit/1"));
        await browser.SendFiles("chains/edit/1", "/chains/edit/1/sources", Source("b"));
        Assert.Equal("a : b", Links(site));
        await Act(browser, $"out {Short("a")}");
        Assert.Contains("a-1-1", await browser.Page("chains/edit/1"));
        await Act(browser, "add", ("source", Short("a")));
        Assert.Equal("b : a", Links(site));
        Assert.Equal("/chains", (await Act(browser, "remove")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get("chains/edit/1")).StatusCode);
    }

    [Fact]
    public async Task It_is_its_makers_alone()
    {
        await using var site = await Site.Open();
        using var browser = await Arranging(site, "a");
        using var other = await Posts.Of(site, (await site.Admin.AddPerson(new NewPerson("other"), Ct)).Token);

        Assert.Equal(HttpStatusCode.NotFound, (await other.Get("chains/edit/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("chains/edit/1", Ct)).StatusCode);
        Assert.DoesNotContain("/chains/edit/1", await other.Page("chains"));
        Assert.Contains("/chains/edit/1", await browser.Page("chains"));
    }
}
