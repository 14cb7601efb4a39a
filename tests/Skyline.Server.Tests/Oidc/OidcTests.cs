using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Oidc;

/// <summary>Signing in with an OpenID Connect provider: a real one, one that lies, and one that is not there.</summary>
public sealed class OidcTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Site> Open(string provider, params string[] settings)
    {
        var secret = Path.Combine(Directory.CreateTempSubdirectory("skyline-oidc-").FullName, "secret");
        await File.WriteAllTextAsync(secret, RealProvider.Secret + "\n", Ct);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return await Site.Open(null, null, [$"--Skyline:Oidc:Authority={provider}", $"--Skyline:Oidc:ClientId={RealProvider.Client}", $"--Skyline:Oidc:ClientSecretFile={secret}", "--Skyline:Oidc:Name=Example", .. settings]);
    }

    static async Task<HttpResponseMessage> Leave(HttpClient browser, string form, string page, params (string, string)[] fields) =>
        await SignInTests.Post(browser, form, [("__RequestVerificationToken", await SignInTests.FormToken(browser, page)), .. fields]);

    /// <summary>Where the page leads by itself that a form is answered with; null: it is none.</summary>
    static async Task<Uri?> Off(HttpResponseMessage answer) =>
        Regex.Match(await answer.Content.ReadAsStringAsync(Ct), "content=\"0;url=(https?://[^\"]+)\"") is { Success: true } found ? new(WebUtility.HtmlDecode(found.Groups[1].Value)) : null;

    /// <summary>To the provider and back, as a browser is led: until a page of this server's, or a refusal.</summary>
    static async Task<HttpResponseMessage> Through(HttpClient browser, HttpResponseMessage answer)
    {
        if (await Off(answer) is { } provider) answer = await browser.GetAsync(provider, Ct);
        while (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.IsAbsoluteUri) answer = await browser.GetAsync(answer.Headers.Location, Ct);
        return answer;
    }

    static async Task<HttpResponseMessage> SignIn(HttpClient browser, string back = "/me") => await Through(browser, await Leave(browser, "login/oidc", "login", ("back", back)));

    static async Task<string> Me(HttpClient browser) => await browser.GetStringAsync("me", Ct);

    [Fact]
    public async Task Who_is_welcome_becomes_a_person_and_is_known_by_their_subject_and_their_groups_from_then_on()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true", "--Skyline:Oidc:Roles:packager:0=builders", "--Skyline:Oidc:Roles:release-engineer:0=releasers");
        provider.Groups = ["others", "builders"];
        using var browser = SignInTests.Browser(site);

        var back = await SignIn(browser);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        // Led on by a page of ours: a redirect would still be the provider's, and the cookie is strict.
        Assert.Contains("content=\"0;url=/me\"", await back.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var cookie = Assert.Single(back.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("skyline-person=", StringComparison.Ordinal));
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("You are a packager", await Me(browser), StringComparison.Ordinal);
        Assert.Contains("alice", await Me(browser), StringComparison.Ordinal);

        (provider.Name, provider.Groups) = ("somebody-else", ["builders", "releasers"]);
        using var elsewhere = SignInTests.Browser(site);
        await SignIn(elsewhere);
        Assert.Contains("You are a release engineer", await Me(elsewhere), StringComparison.Ordinal);
        Assert.Equal([("admin", "admin"), ("alice", "release-engineer")], (await site.Admin.People(Ct)).Select(person => (person.Name, person.Role)));

        provider.Groups = ["others"];
        using var third = SignInTests.Browser(site);
        var refused = await SignIn(third);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("in none of the groups", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        // Who is disabled here is out, whatever is said there.
        provider.Groups = ["builders"];
        await site.Admin.EditPerson("alice", new(Disabled: true), Ct);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignIn(third)).StatusCode);
        Assert.Equal(401, (int)(await third.GetAsync("me", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_nobody_elses_and_its_person_links_the_account()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true");
        provider.Name = "admin";
        using var stranger = SignInTests.Browser(site);
        var refused = await SignIn(stranger);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("somebody called 'admin' here already", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        using var admin = SignInTests.Browser(site);
        await SignInTests.SignIn(admin, site.AdminToken);
        Assert.Equal(HttpStatusCode.OK, (await Through(admin, await Leave(admin, "me/oidc/link", "me"))).StatusCode);
        Assert.Contains("Unlink your account at Example", await Me(admin), StringComparison.Ordinal);
        Assert.Contains((await site.Admin.Notices(Ct)).Notices, notice => notice.Kind == NoticeKind.Safety && notice.Sentence.StartsWith("An account at Example signs in as you", StringComparison.Ordinal));

        using var elsewhere = SignInTests.Browser(site);
        await SignIn(elsewhere);
        Assert.Contains("You are an administrator", await Me(elsewhere), StringComparison.Ordinal);
        await Leave(elsewhere, "me/oidc/unlink", "me");
        Assert.Equal(HttpStatusCode.Conflict, (await SignIn(stranger)).StatusCode);
    }

    [Fact]
    public async Task Who_is_not_known_needs_an_invitation_and_chooses_a_name()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address);
        using var browser = SignInTests.Browser(site);
        Assert.Equal(HttpStatusCode.Forbidden, (await SignIn(browser)).StatusCode);

        var path = new Uri((await site.Admin.Invite(new("packager"), Ct)).Link).AbsolutePath[1..];
        var back = await Through(browser, await Leave(browser, "invitation/oidc", path, ("secret", path.Split('/')[1]), ("name", "ann")));

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Contains("You are a packager", await Me(browser), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(["admin", "ann"], (await site.Admin.People(Ct)).Select(person => person.Name));
    }

    [Fact]
    public async Task Who_comes_back_is_led_nowhere_else()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true");
        using var browser = SignInTests.Browser(site);
        await SignIn(browser);
        foreach (var back in new[] { "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example" })
        {
            var again = await (await SignIn(browser, back)).Content.ReadAsStringAsync(Ct);
            Assert.Contains("content=\"0;url=/\"", again, StringComparison.Ordinal);
            Assert.DoesNotContain("elsewhere", again, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_another_browser_began_signs_nobody_in_and_links_nothing()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true");
        using var attacker = SignInTests.Browser(site);
        using var victim = SignInTests.Browser(site);
        await SignInTests.SignIn(victim, site.AdminToken);
        var provided = await attacker.GetAsync(await Off(await Leave(attacker, "login/oidc", "login")), Ct);

        // The attacker has the victim open what the provider would have led the attacker to.
        var opened = await victim.GetAsync(provided.Headers.Location, Ct);

        Assert.Equal("/login?refused=provider-browser", opened.Headers.Location!.ToString());
        Assert.DoesNotContain(opened.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], cookie => cookie.StartsWith("skyline-person=sky_", StringComparison.Ordinal));
        Assert.Contains("You are an administrator", await Me(victim), StringComparison.Ordinal);
        Assert.Single(await site.Admin.People(Ct));
        // Nor does a page of another site send a browser off.
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(victim, "login/oidc")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(victim, "me/oidc/link")).StatusCode);
    }

    [Fact]
    public async Task A_provider_that_lies_signs_nobody_in_and_the_page_says_why()
    {
        await using var provider = await LyingProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true");
        using var browser = SignInTests.Browser(site);
        foreach (var (lie, word) in new[]
        {
            ("issuer", "issuer"), ("issuer of its own document", "issuer"), ("audience", "audience"), ("nonce", "nonce"), ("no nonce", "nonce"), ("time", "time"), ("no end", "time"),
            ("not signed", "signature"), ("signed with the public key", "signature"), ("another's signature", "signature"), ("no subject", "answer"), ("another subject", "answer"), ("broken", "answer"), ("no", "denied"),
        })
        {
            provider.Lie = lie;
            var refused = await SignIn(browser);
            Assert.Equal((lie, $"/login?refused=provider-{word}"), (lie, refused.Headers.Location?.ToString()));
            Assert.Contains("nobody was signed in", await browser.GetStringAsync(refused.Headers.Location, Ct), StringComparison.Ordinal);
        }
        Assert.Single(await site.Admin.People(Ct));
        Assert.Equal(0, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM sessions")));
    }

    [Fact]
    public async Task The_same_provider_that_does_not_lie_signs_in()
    {
        await using var provider = await LyingProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true");
        using var browser = SignInTests.Browser(site);

        await SignIn(browser);

        Assert.Contains("mallory", await Me(browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_demands_two_factors_demands_them_after_the_provider_unless_that_asks_itself()
    {
        await using var provider = await RealProvider.Open();
        foreach (var (asks, page) in new[] { ("false", "/me/second-factor"), ("true", null) })
        {
            await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true", "--Skyline:SecondFactorFor:0=viewer", $"--Skyline:Oidc:AsksSecondFactor={asks}");
            using var browser = SignInTests.Browser(site);
            browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
            await SignIn(browser);
            Assert.Equal(page, (await browser.GetAsync("me", Ct)).Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task Teams_that_the_settings_name_follow_the_providers_groups()
    {
        await using var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address, "--Skyline:Oidc:Welcome=true", "--Skyline:Oidc:Teams:audio:0=audio-people", "--Skyline:Oidc:Teams:kernel:0=kernel-people", "--Skyline:Oidc:Teams:nobodys:0=audio-people");
        foreach (var team in new[] { "audio", "kernel", "other" }) await site.Admin.CreateTeam(new(team), Ct);
        using var browser = SignInTests.Browser(site);

        provider.Groups = ["audio-people"];
        await SignIn(browser);
        Assert.Equal("audio: alice, kernel: , other: ", await Teams());
        await site.Admin.PutIntoTeam("other", "alice", new(true), Ct);
        provider.Groups = ["kernel-people"];
        await SignIn(browser);
        Assert.Equal("audio: , kernel: alice, other: alice", await Teams());

        async Task<string> Teams() => string.Join(", ", (await site.Admin.Teams(Ct)).Select(team => $"{team.Name}: {string.Join(' ', team.Members.Select(one => one.Person))}"));
    }

    [Fact]
    public async Task A_provider_that_is_down_leaves_the_other_ways_and_is_told_in_a_sentence()
    {
        var provider = await RealProvider.Open();
        await using var site = await Open(provider.Address);
        await provider.DisposeAsync();
        using var browser = SignInTests.Browser(site);

        var refused = await Leave(browser, "login/oidc", "login");

        Assert.Equal("/login?refused=provider-away", refused.Headers.Location!.ToString());
        Assert.Contains("Example cannot be reached from this server at this moment", await browser.GetStringAsync(refused.Headers.Location, Ct), StringComparison.Ordinal);
        Assert.Equal("/", (await SignInTests.SignIn(browser, site.AdminToken)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Settings_that_make_no_sense_stop_the_start_with_a_sentence()
    {
        foreach (var (setting, part) in new[] { ("--Skyline:Oidc:Authority=http://idp.example.org", "is not the https address"), ("--Skyline:Oidc:Roles:boss:0=bosses", "There is no role 'boss'") })
            Assert.Contains(part, (await Assert.ThrowsAsync<InvalidOperationException>(() => Open("https://idp.example.org", setting))).Message, StringComparison.Ordinal);
    }
}
