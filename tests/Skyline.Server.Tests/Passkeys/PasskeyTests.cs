using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Passkeys;

/// <summary>Passkeys: added signed in, signed in with, and what is refused of them. (With a real browser: Skyline.EndToEnd.)</summary>
public sealed class PasskeyTests
{
    const string Origin = "https://build.example.org", Host = "build.example.org";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<Site> Open(TimeProvider? time = null, params string[] settings) =>
        Site.Open(null, services => services.AddSingleton(time ?? TimeProvider.System), [$"--Skyline:PublicUrl={Origin}/", .. settings]);

    static async Task<HttpResponseMessage> Post(HttpClient browser, string path, string page, params (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, page)), .. fields]);

    static async Task<string> Options(HttpClient browser, string path, string page)
    {
        var begun = await Post(browser, path, page);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return await begun.Content.ReadAsStringAsync(Ct);
    }

    static async Task<HttpResponseMessage> Add(HttpClient browser, SoftAuthenticator authenticator, string name = "my phone") =>
        await Post(browser, "me/passkeys", "me", ("name", name), ("response", authenticator.Create(await Options(browser, "me/passkeys/begin", "me"))));

    static async Task<HttpResponseMessage> SignIn(HttpClient browser, SoftAuthenticator authenticator) =>
        await Post(browser, "login/passkey", "login", ("back", "/me"), ("response", authenticator.Get(await Options(browser, "login/passkey/begin", "login"))));

    static async Task<HttpClient> SignedIn(Site site)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        return browser;
    }

    static string? Leads(HttpResponseMessage answer) => answer.Headers.Location?.ToString();

    [Fact]
    public async Task A_passkey_is_added_signs_in_elsewhere_and_signs_in_no_more_once_it_is_removed()
    {
        await using var site = await Open();
        using var here = await SignedIn(site);
        var (phone, laptop) = (new SoftAuthenticator(Origin, Host), new SoftAuthenticator(Origin, Host));

        Assert.Equal("/me", Leads(await Add(here, phone)));
        Assert.Equal("/me", Leads(await Add(here, laptop, "<my laptop>")));
        Assert.Contains("&lt;my laptop&gt;", await here.GetStringAsync("me", Ct), StringComparison.Ordinal);
        Assert.Equal(2, (await site.Admin.Notices(Ct)).Notices.Count(notice => notice.Kind == NoticeKind.Safety));

        using var there = SignInTests.Browser(site);
        Assert.Equal("/me", Leads(await SignIn(there, laptop)));
        Assert.Contains("You are an administrator", await there.GetStringAsync("me", Ct), StringComparison.Ordinal);

        Assert.Equal("/me", Leads(await Post(there, "me/passkeys/2/remove", "me")));
        using var third = SignInTests.Browser(site);
        Assert.Equal("/login?refused=passkey&back=%2Fme", Leads(await SignIn(third, laptop)));
        Assert.Equal("/me", Leads(await SignIn(third, phone)));
    }

    [Fact]
    public async Task What_was_made_for_another_server_or_without_its_person_is_refused()
    {
        await using var site = await Open();
        using var here = await SignedIn(site);
        var good = new SoftAuthenticator(Origin, Host);
        await Add(here, good);
        using var browser = SignInTests.Browser(site);

        foreach (var lie in new Action<SoftAuthenticator>[]
        {
            // The address that the request came by counts for nothing.
            one => one.Origin = site.Address.ToString().TrimEnd('/'),
            one => one.Origin = "https://build.example.org.elsewhere.example",
            one => one.Host = "elsewhere.example",
            one => one.Verifies = false,
            one => one.Handle = "OTk5",
        })
        {
            Assert.Equal("/login?refused=passkey&back=%2Fme", Leads(await SignIn(browser, Lying(good, lie))));
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("me", Ct)).StatusCode);
        }
        // Nor is one added that way.
        foreach (var lie in new Action<SoftAuthenticator>[] { one => one.Origin = "https://elsewhere.example", one => one.Host = "elsewhere.example", one => one.Verifies = false })
        {
            var one = new SoftAuthenticator(Origin, Host);
            lie(one);
            Assert.Equal(HttpStatusCode.BadRequest, (await Add(here, one)).StatusCode);
        }
        // The same a second time is known already.
        Assert.Equal(HttpStatusCode.BadRequest, (await Add(here, good)).StatusCode);
        Assert.Equal("/me", Leads(await SignIn(browser, Lying(good, _ => { }))));
    }

    static SoftAuthenticator Lying(SoftAuthenticator good, Action<SoftAuthenticator> lie)
    {
        (good.Origin, good.Host, good.Verifies) = (Origin, Host, true);
        good.Handle = good.Handle == "OTk5" ? "MQ" : good.Handle;
        lie(good);
        return good;
    }

    [Fact]
    public async Task A_challenge_is_one_browsers_and_one_sessions_good_once_and_for_minutes()
    {
        var later = new LaterTime();
        await using var site = await Open(later);
        using var here = await SignedIn(site);
        var phone = new SoftAuthenticator(Origin, Host);
        var forAdding = await Options(here, "me/passkeys/begin", "me");
        using var other = await SignedIn(site);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(other, "me/passkeys", "me", ("name", "mine"), ("response", phone.Create(forAdding)))).StatusCode);
        await Add(here, phone);

        using var browser = SignInTests.Browser(site);
        var shown = phone.Get(await Options(browser, "login/passkey/begin", "login"));
        using var stolen = SignInTests.Browser(site);
        Assert.StartsWith("/login?refused=passkey", Leads(await Post(stolen, "login/passkey", "login", ("response", shown))), StringComparison.Ordinal);
        Assert.Equal("/", Leads(await Post(browser, "login/passkey", "login", ("response", shown))));
        Assert.StartsWith("/login?refused=passkey", Leads(await Post(browser, "login/passkey", "login", ("response", shown))), StringComparison.Ordinal);

        var late = phone.Get(await Options(stolen, "login/passkey/begin", "login"));
        later.Pass(TimeSpan.FromMinutes(5));
        Assert.StartsWith("/login?refused=passkey", Leads(await Post(stolen, "login/passkey", "login", ("response", late))), StringComparison.Ordinal);
        // A challenge to sign in adds nothing, nor the other way round.
        Assert.Equal(HttpStatusCode.Unauthorized, (await Post(here, "me/passkeys", "me", ("name", "mine"), ("response", new SoftAuthenticator(Origin, Host).Create("""{"challenge":"AAAA","user":{"id":"MQ"}}""")))).StatusCode);
    }

    [Fact]
    public async Task A_count_that_goes_back_is_refused_and_its_person_is_told()
    {
        await using var site = await Open();
        using var here = await SignedIn(site);
        var phone = new SoftAuthenticator(Origin, Host) { Count = 7 };
        await Add(here, phone);
        using var browser = SignInTests.Browser(site);
        phone.Count = 9;
        Assert.Equal("/me", Leads(await SignIn(browser, phone)));

        foreach (var count in new uint[] { 9, 3, 0 })
        {
            phone.Count = count;
            Assert.StartsWith("/login?refused=passkey", Leads(await SignIn(browser, phone)), StringComparison.Ordinal);
        }
        Assert.Equal(3, (await site.Admin.Notices(Ct)).Notices.Count(notice => notice.Sentence.Contains("there may be a copy of it", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Forms_of_other_sites_are_refused_and_so_is_what_is_nothing()
    {
        await using var site = await Open();
        using var here = await SignedIn(site);
        foreach (var path in new[] { "login/passkey/begin", "login/passkey", "me/passkeys/begin", "me/passkeys", "me/passkeys/1/remove" })
            Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(here, path, ("response", "{}"))).StatusCode);
        foreach (var nothing in new[] { "{}", "null", "[", "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{}}" })
        {
            await Options(here, "login/passkey/begin", "me");
            Assert.StartsWith("/login?refused=passkey", Leads(await Post(here, "login/passkey", "me", ("response", nothing))), StringComparison.Ordinal);
            await Options(here, "me/passkeys/begin", "me");
            Assert.Equal(HttpStatusCode.BadRequest, (await Post(here, "me/passkeys", "me", ("name", "x"), ("response", nothing))).StatusCode);
        }
        var small = await site.Admin.CreateToken(new("small", ["read", "account"]), Ct);
        using var less = SignInTests.Browser(site);
        await SignInTests.SignIn(less, small.Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(less, "me/passkeys/begin", "me")).StatusCode);
    }

    [Fact]
    public async Task Without_a_public_address_there_are_none()
    {
        await using var site = await Site.Open();
        using var browser = await SignedIn(site);

        Assert.Contains("An administrator sets its https address in", await browser.GetStringAsync("me", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain("Sign in with a passkey", await browser.GetStringAsync("login", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(browser, "me/passkeys/begin", "me")).StatusCode);
    }
}
