using System.Net;
using Microsoft.Playwright;
using Skyline.Server.Tests;
using Skyline.Testing;

namespace Skyline.Pages.Tests;

/// <summary>Every page of a server that has something of everything, opened in a real browser.</summary>
public sealed class WalkTests : IAsyncLifetime
{
    ShownSite site = null!;
    IPlaywright playwright = null!;
    IBrowser browser = null!;

    public async ValueTask InitializeAsync()
    {
        site = await ShownSite.Fill();
        playwright = await Playwright.CreateAsync();
        browser = await Walker.Open(playwright);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await site.DisposeAsync();
    }

    /// <summary>Then what the public ones are like to who has not signed in: in the same test, for a site takes long to fill.</summary>
    [Fact(Timeout = 900_000)]
    public async Task Every_page_breaks_nothing_is_accessible_in_both_themes_and_fits_a_phone()
    {
        var pages = Addresses.Of(site);

        var faults = await new Walker(browser, site.Site.Address, await site.Site.Session(site.Site.AdminToken)).Walk(pages, Looks.AtAll);
        var strangers = await new Walker(browser, site.Site.Address, session: null).Walk(await Public(pages), async (page, _, found) =>
        {
            await Looks.Headings(page, found);
            await Looks.Width(page, found);
        });

        await Tell("walk.txt", faults, strangers.Select(fault => "signed out: " + fault));
        Assert.True(faults.Count + strangers.Count == 0, string.Join("\n", faults.Concat(strangers)));
    }

    /// <summary>Pages that are not said in words that can be translated yet; it only becomes shorter, and goes with its last line.</summary>
    static string Untranslated => Path.Combine(Checkout.Root, "tests", "Skyline.Pages.Tests", "untranslated.txt");

    [Fact(Timeout = 600_000)]
    public async Task Every_page_asks_for_its_words_so_that_it_can_be_read_in_any_language()
    {
        var pages = Addresses.Of(site);
        var (unsaid, clean) = (new Unsaid(site.Site.Part<Skyline.Server.Storage.Database>()), new System.Collections.Concurrent.ConcurrentBag<string>());

        var faults = await new Walker(browser, site.Site.Address, await site.Site.Session(site.Site.AdminToken)).Walk(pages, async (page, address, found) =>
        {
            found.Clear();
            foreach (var text in await unsaid.Of(page)) found.Add($"{address.Name}\t{text}");
            if (found.Count == 0) clean.Add(address.Name);
        }, new Microsoft.Playwright.Cookie { Name = "language", Value = "qps", Url = site.Site.Address.ToString() });

        var left = (await File.ReadAllLinesAsync(Untranslated, TestContext.Current.CancellationToken)).ToHashSet(StringComparer.Ordinal);
        var listed = pages.Select(page => page.Name).Where(clean.Contains).Where(left.Contains);
        await Tell("unsaid.txt", faults, listed.Select(name => $"{name} is translated: take it off untranslated.txt"));
        var forgotten = faults.Where(fault => !left.Contains(fault.Split('\t')[0].Split(": ")[^1])).ToList();
        Assert.True(forgotten.Count == 0, string.Join("\n", forgotten));
    }

    async Task<IReadOnlyList<Address>> Public(IReadOnlyList<Address> pages)
    {
        var open = new List<Address>();
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Site.Address };
        foreach (var page in pages)
            if ((await nobody.GetAsync(page.Path, TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK) open.Add(page);
        return open;
    }

    /// <summary>Beside the pictures, for whoever mends it: all that is wrong, page by page.</summary>
    static Task Tell(string file, params IEnumerable<string>[] lines) => File.WriteAllLinesAsync(Path.Combine(Checkout.Root, "artifacts", file), lines.SelectMany(some => some));
}
