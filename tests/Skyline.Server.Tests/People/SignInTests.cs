using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Tests.Locks;

namespace Skyline.Server.Tests.People;

/// <summary>Signing in to pages: a cookie that is good for our own forms and for nothing else.</summary>
public sealed partial class SignInTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A browser: it keeps cookies, and shows where it is led.</summary>
    internal static HttpClient Browser(Site site) => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };

    /// <summary>The antiforgery token of a page's first form.</summary>
    internal static async Task<string> FormToken(HttpClient browser, string page)
    {
        var match = AntiforgeryField().Match(await browser.GetStringAsync(page, Ct));
        Assert.True(match.Success, $"{page} has no form with a token");
        return match.Groups[1].Value;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    internal static Task<HttpResponseMessage> Post(HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Ct);

    internal static async Task<HttpResponseMessage> SignIn(HttpClient browser, string token, string back = "/") =>
        await Post(browser, "login", ("__RequestVerificationToken", await FormToken(browser, "login")), ("token", token), ("back", back));

    [Fact]
    public async Task A_person_signs_in_once_and_the_button_leads_to_the_new_build()
    {
        await using var site = await Site.Open();
        var build = await site.Built();
        using var browser = Browser(site);
        var stranger = await browser.GetStringAsync($"builds/{build.Id}", Ct);
        Assert.Contains("Sign in to build it again", stranger);
        Assert.Contains($"href=\"/login?back=%2Fbuilds%2F{build.Id}\"", stranger);
        Assert.DoesNotContain("Rebuild exactly as then", stranger);

        var signedIn = await SignIn(browser, site.AdminToken, $"/builds/{build.Id}");

        Assert.Equal((HttpStatusCode.Redirect, $"/builds/{build.Id}"), (signedIn.StatusCode, signedIn.Headers.Location!.ToString()));
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("skyline-person=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        var page = await browser.GetStringAsync($"builds/{build.Id}", Ct);
        Assert.Contains("Rebuild exactly as then", page);
        Assert.Contains("Sign out", page);
        var sent = await Post(browser, $"builds/{build.Id}/rebuild", ("__RequestVerificationToken", await FormToken(browser, $"builds/{build.Id}")), ("locked", "true"));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        var rebuild = await site.Admin.Build(long.Parse(sent.Headers.Location!.ToString()["/builds/".Length..], System.Globalization.CultureInfo.InvariantCulture), Ct);
        Assert.Equal((build.Id, true, "admin"), (rebuild.Rebuild!.Of, rebuild.Rebuild.Locked, rebuild.Owner));
    }

    [Fact]
    public async Task Behind_TLS_the_cookie_is_kept_to_TLS_and_no_script_reads_it()
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var signedIn = await SignIn(browser, site.AdminToken);

        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("skyline-person=", StringComparison.Ordinal));
        Assert.All(new[] { "secure", "httponly", "samesite=strict", "path=/" }, word => Assert.Contains(word, cookie));
    }

    [Fact]
    public async Task A_form_that_another_site_sends_in_a_signed_in_browser_is_refused()
    {
        await using var site = await Site.Open();
        var build = await site.Built();
        using var browser = Browser(site);
        await SignIn(browser, site.AdminToken);
        using var other = Browser(site);

        var without = await Post(browser, $"builds/{build.Id}/rebuild", ("locked", "true"));
        var withAnothers = await Post(browser, $"builds/{build.Id}/rebuild", ("__RequestVerificationToken", await FormToken(other, "login")), ("locked", "true"));
        var signOut = await Post(browser, "logout");

        foreach (var refused in new[] { without, withAnothers, signOut })
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("was not sent from a page of this server", await refused.Content.ReadAsStringAsync(Ct));
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(other, "login", ("token", site.AdminToken))).StatusCode);
        Assert.Single((await site.Admin.Builds(Ct)).Builds);
        Assert.Contains("Sign out", await browser.GetStringAsync("", Ct));
    }

    [Fact]
    public async Task The_api_does_not_look_at_the_cookie()
    {
        await using var site = await Site.Open();
        var build = await site.Built();
        using var browser = Browser(site);
        await SignIn(browser, site.AdminToken);

        foreach (var path in new[] { $"api/builds/{build.Id}/rebuild", $"API/builds/{build.Id}/rebuild", $"api/builds/{build.Id}/cancel" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync(path, new StringContent("{}", null, "application/json"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("api/whoami", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_builders_token_and_an_unknown_one_do_not_sign_in()
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);

        var builder = await SignIn(browser, site.BuilderToken);
        var unknown = await SignIn(browser, "sky_nobody");

        Assert.StartsWith("/login?refused=builder", builder.Headers.Location!.ToString());
        Assert.Contains("builder&#x27;s token", await browser.GetStringAsync(builder.Headers.Location, Ct));
        Assert.StartsWith("/login?refused=unknown", unknown.Headers.Location!.ToString());
        Assert.DoesNotContain("Sign out", await browser.GetStringAsync("", Ct));
        // Nor does a token that somebody puts into the cookie: that has a session.
        foreach (var token in new[] { site.BuilderToken, site.AdminToken })
        {
            using var forged = site.Http();
            forged.DefaultRequestHeaders.Add("Cookie", "skyline-person=" + token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await forged.PostAsync("builds/1/rebuild", null, Ct)).StatusCode);
        }
    }

    [Theory, InlineData("https://elsewhere.example"), InlineData("//elsewhere.example"), InlineData("/\\elsewhere.example"), InlineData("")]
    public async Task Who_signs_in_is_led_nowhere_else(string back)
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);

        Assert.Equal("/", (await SignIn(browser, site.AdminToken, back)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Who_signs_out_is_out()
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);
        await SignIn(browser, site.AdminToken);

        await Post(browser, "logout", ("__RequestVerificationToken", await FormToken(browser, "")));

        Assert.Contains("Sign in", await browser.GetStringAsync("", Ct));
        Assert.DoesNotContain("Sign out", await browser.GetStringAsync("", Ct));
    }
}
