using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Signing;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Shell;

/// <summary>What is refused is a page for a browser, and a line or a document for a program.</summary>
public sealed class RefusedPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_reads_a_page_with_a_way_back_to_this_server_alone()
    {
        await using var site = await Site.Open();
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, (await site.Admin.AddPerson(new NewPerson("pat"), Ct)).Token);
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        browser.DefaultRequestHeaders.Referrer = new Uri(site.Address, "/builders?x=1");

        var refused = await browser.GetAsync("settings", Ct);
        var page = await refused.Content.ReadAsStringAsync(Ct);
        browser.DefaultRequestHeaders.Referrer = new Uri("https://evil.example/builders");
        var form = await SignInTests.Post(browser, "settings", ("name", "Name"));

        Assert.Equal((HttpStatusCode.Forbidden, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Contains("You may not see that", page);
        Assert.Contains("this is for an administrator", WebUtility.HtmlDecode(page));
        Assert.Contains("href=\"/builders?x=1\"", page);
        Assert.DoesNotContain("evil.example", await form.Content.ReadAsStringAsync(Ct));
        Assert.Equal("application/problem+json", (await site.Http().GetAsync("api/health", Ct)).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_page_that_breaks_while_it_is_rendered_is_answered_by_one_that_says_so()
    {
        await using var site = await Site.Open(change: services => services.AddTransient<KeyViews>(_ => throw new InvalidOperationException("Broken in the middle.")));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "keys");
        asked.Headers.Accept.ParseAdd("text/html");

        using var answer = await site.Http().SendAsync(asked, Ct);
        var page = await answer.Content.ReadAsStringAsync(Ct);

        Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Skyline itself failed here", page);
        Assert.DoesNotContain("Broken in the middle", page);
    }
}
