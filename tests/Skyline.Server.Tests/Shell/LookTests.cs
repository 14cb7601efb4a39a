using System.Net;

namespace Skyline.Server.Tests.Shell;

public sealed class LookTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<HttpResponseMessage> Choose(HttpClient browser, string name, string value, string back = "/tags") =>
        await browser.PostAsync("/look", new FormUrlEncodedContent([KeyValuePair.Create(name, value), KeyValuePair.Create("back", back)]), Ct);

    static HttpClient Browser(Site site) => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };

    [Fact]
    public async Task Colours_and_language_are_kept_by_the_browser_and_rendered_with_the_first_byte()
    {
        await using var site = await Site.Open();
        Directory.CreateDirectory(Path.Combine(site.Data, "languages"));
        await File.WriteAllTextAsync(Path.Combine(site.Data, "languages", "de.json"), """{ "Skip to the content": "Zum Inhalt" }""", Ct);
        using var browser = Browser(site);

        Assert.Equal("/tags", (await Choose(browser, "theme", "dark")).Headers.Location!.ToString());
        await Choose(browser, "language", "de");

        var page = await browser.GetStringAsync("/tags", Ct);
        Assert.Contains("data-theme=\"dark\"", page, StringComparison.Ordinal);
        Assert.Contains("lang=\"de\"", page, StringComparison.Ordinal);
        Assert.Contains("Zum Inhalt", page, StringComparison.Ordinal);
        await Choose(browser, "theme", "system");
        Assert.DoesNotContain("data-theme=\"dark\"", await browser.GetStringAsync("/tags", Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("theme", "<script>")]
    [InlineData("theme", "")]
    [InlineData("language", "../../etc")]
    [InlineData("language", "xx")]
    public async Task What_there_is_none_of_is_not_kept(string name, string value)
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);

        var answer = await Choose(browser, name, value, back: "https://elsewhere.example/");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location!.ToString());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task An_address_of_nothing_is_a_page_that_says_so_to_a_browser()
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        foreach (var (path, words) in new[] { ("/nowhere/at/all", "There is no such page"), ("/builds/999", "There is no build"), ("/tags/none/history", "none") })
        {
            var answer = await browser.GetAsync(path, Ct);
            var page = await answer.Content.ReadAsStringAsync(Ct);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.Contains(words, page, StringComparison.Ordinal);
            Assert.Contains("<h1", page, StringComparison.Ordinal);
        }
        Assert.Contains("There is nothing at /api/nowhere", await (await browser.GetAsync("/api/nowhere", Ct)).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }
}
