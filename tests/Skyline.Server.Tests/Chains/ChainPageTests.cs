using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>The page that shows a chain's plan before it begins, as a browser without JavaScript uses it.</summary>
public sealed partial class ChainPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("<input type=\"hidden\" name=\"(target|scratch|digest|source)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    static async Task<HttpClient> Browser(Site site)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        browser.DefaultRequestHeaders.Add("Cookie", $"skyline-person={await site.Session(site.AdminToken)}");
        return browser;
    }

    static MultipartFormDataContent Sent(string? token, params Paper[] sources)
    {
        var form = new MultipartFormDataContent();
        if (token is not null) form.Add(new StringContent(token), "__RequestVerificationToken");
        form.Add(new StringContent("paper"), "target");
        foreach (var source in sources) form.Add(new ByteArrayContent(source.Bytes), "file", source.FileName);
        return form;
    }

    [Fact]
    public async Task Source_packages_are_sent_the_plan_is_shown_and_what_was_shown_begins()
    {
        await using var site = await Site.Open();
        using var browser = await Browser(site);
        using var first = await browser.GetAsync("chains/plan", Ct);
        browser.DefaultRequestHeaders.Add("Cookie", first.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("Antiforgery", StringComparison.Ordinal)).Split(';')[0]);
        var empty = await first.Content.ReadAsStringAsync(Ct);
        var sent = await browser.PostAsync("chains/sources", Sent(Token().Matches(empty)[^1].Groups[1].Value, Source("app", null, "lib-devel"), Source("lib")), Ct);
        var shown = WebUtility.HtmlDecode(await browser.GetStringAsync(sent.Headers.Location, Ct));
        var begin = shown[shown.IndexOf("action=\"/chains\"", StringComparison.Ordinal)..].Split("</form>")[0];
        KeyValuePair<string, string>[] fields = [.. Hidden().Matches(begin).Select(match => KeyValuePair.Create(match.Groups[1].Value, match.Groups[2].Value)), KeyValuePair.Create("__RequestVerificationToken", Token().Match(begin).Groups[1].Value)];
        var other = await browser.PostAsync("chains", new FormUrlEncodedContent(fields.Select(field => field.Key == "digest" ? KeyValuePair.Create("digest", "0") : field)), Ct);
        var begun = await browser.PostAsync("chains", new FormUrlEncodedContent(fields), Ct);

        Assert.Contains("No source package that you sent waits for a chain.", empty);
        Assert.Contains("2 builds in 2 links", shown);
        Assert.Contains("it needs lib-devel, which lib-devel has", shown);
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, begun.StatusCode);
        var chain = Assert.Single((await site.Admin.Batches(Ct)).Batches);
        Assert.Equal(($"/chains/{chain.Id}", BatchKind.Chain, 2), (begun.Headers.Location!.ToString(), chain.Kind, chain.Counts.All));
    }

    [Fact]
    public async Task What_is_not_sent_from_the_page_or_is_no_source_package_is_not_taken()
    {
        await using var site = await Site.Open();
        using var browser = await Browser(site);
        using var first = await browser.GetAsync("chains/plan", Ct);
        browser.DefaultRequestHeaders.Add("Cookie", first.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("Antiforgery", StringComparison.Ordinal)).Split(';')[0]);
        var token = Token().Matches(await first.Content.ReadAsStringAsync(Ct))[^1].Groups[1].Value;

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("chains/sources", Sent(null, Source("a")), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("chains/sources", Sent("forged", Source("a")), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("chains/sources", Sent(token, new Paper("a-1-1.src.rpm", [1, 2, 3])), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("chains/sources", new ByteArrayContent([1, 2, 3]), Ct)).StatusCode);
        Assert.False((await site.Admin.Source(Source("a").Sha256, Ct)).Kept);
        Assert.Contains("Sign in", await site.Http().GetStringAsync("chains/plan?target=paper&source=0123456789abcdef", Ct));
        Assert.DoesNotContain("Begin", await browser.GetStringAsync("chains/plan?target=paper&source=0123456789abcdef", Ct));
    }
}
