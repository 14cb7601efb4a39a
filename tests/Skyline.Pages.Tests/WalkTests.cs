using System.Net;
using Microsoft.Playwright;
using Skyline.Server.Tests;
using Skyline.Testing;

namespace Skyline.Pages.Tests;

/// <summary>Every page of a server that has something of everything, opened in a real browser.</summary>
public sealed class WalkTests(WalkTests.Shown shown) : IClassFixture<WalkTests.Shown>
{
    /// <summary>Such a server takes half a minute to fill, and nothing is changed by looking: the walks share it.</summary>
    public sealed class Shown : IAsyncLifetime
    {
        IPlaywright playwright = null!;

        public ShownSite Site { get; private set; } = null!;
        public IBrowser Browser { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Site = await ShownSite.Fill();
            playwright = await Playwright.CreateAsync();
            Browser = await Walker.Open(playwright);
        }

        public async ValueTask DisposeAsync()
        {
            await Browser.DisposeAsync();
            playwright.Dispose();
            await Site.DisposeAsync();
        }
    }

    readonly ShownSite site = shown.Site;
    readonly IBrowser browser = shown.Browser;

    /// <summary>Then what the public ones are like to who has not signed in.</summary>
    [Fact(Timeout = 900_000)]
    public async Task Every_page_breaks_nothing_is_accessible_in_both_themes_and_fits_a_phone()
    {
        var pages = Addresses.Of(site);

        var faults = await new Walker(browser, site.Site.Address, await site.Site.Session(site.Site.AdminToken)).Walk(pages, Looks.AtAll);
        var strangers = await SignedOut(pages);

        await Tell("walk.txt", faults, strangers.Select(fault => "signed out: " + fault));
        Assert.True(faults.Count + strangers.Count == 0, string.Join("\n", faults.Concat(strangers)));
    }

    [Fact(Timeout = 600_000)]
    public async Task Every_page_asks_for_its_words_so_that_it_can_be_read_in_any_language()
    {
        var pages = Addresses.Of(site);
        var unsaid = new Unsaid(site.Site.Part<Skyline.Server.Storage.Database>());

        var faults = await new Walker(browser, site.Site.Address, await site.Site.Session(site.Site.AdminToken)).Walk(pages, async (page, address, found) =>
        {
            found.Clear();
            foreach (var text in await unsaid.Of(page)) found.Add($"{address.Name}\t{text}");
        }, new Microsoft.Playwright.Cookie { Name = "language", Value = "qps", Url = site.Site.Address.ToString() });

        await Tell("unsaid.txt", faults);
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    /// <summary>Of pages that anybody may read, without a browser: the same page, and one heading.</summary>
    async Task<IReadOnlyList<string>> SignedOut(IReadOnlyList<Address> pages)
    {
        var (faults, open) = (new List<string>(), 0);
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Site.Address };
        foreach (var page in pages)
        {
            using var answer = await nobody.GetAsync(page.Path, TestContext.Current.CancellationToken);
            if (answer.StatusCode >= HttpStatusCode.InternalServerError) faults.Add($"{page.Path}: {answer.StatusCode}");
            if (answer.StatusCode != HttpStatusCode.OK) continue;
            open++;
            var headings = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("<h1").Length - 1;
            if (headings != 1) faults.Add($"{page.Path}: it has {headings} headings of the first order");
        }
        Assert.True(open > 40, $"Of {pages.Count} pages {open} are public.");
        return faults;
    }

    /// <summary>Beside the pictures, for whoever mends it: all that is wrong, page by page.</summary>
    static Task Tell(string file, params IEnumerable<string>[] lines) => File.WriteAllLinesAsync(Path.Combine(Checkout.Root, "artifacts", file), lines.SelectMany(some => some));
}
