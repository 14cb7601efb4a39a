using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.SecondFactors;

/// <summary>A code after the password: set up, asked for, lost, demanded of a role.</summary>
public sealed class SecondFactorTests
{
    const string Good = "correct horse battery";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly LaterTime later = new();

    Task<Site> Open(params string[] settings) => Site.Open(null, services => services.AddSingleton<TimeProvider>(later), settings);

    static async Task<HttpResponseMessage> Post(HttpClient browser, string path, string page, params (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, page)), .. fields]);

    static string? Leads(HttpResponseMessage answer) => answer.Headers.Location?.ToString();

    static Task<HttpResponseMessage> SignIn(HttpClient browser, string name) => Post(browser, "login", "login", ("name", name), ("password", Good), ("back", "/me"));

    static Task<HttpResponseMessage> Give(HttpClient browser, string code) => Post(browser, "login/second-factor", "login/second-factor", ("code", code), ("back", "/me"));

    static async Task<HttpClient> Invited(Site site, string name, string role = "packager")
    {
        var browser = SignInTests.Browser(site);
        var path = new Uri((await site.Admin.Invite(new(role), Ct)).Link).AbsolutePath[1..];
        Assert.Equal("/me", Leads(await Post(browser, "invitation", path, ("secret", path.Split('/')[1]), ("name", name), ("password", Good))));
        return browser;
    }

    /// <returns>The secret, and the recovery codes.</returns>
    async Task<(Totp App, string[] Recovery)> SetUp(HttpClient browser)
    {
        Assert.Equal("/me/second-factor", Leads(await Post(browser, "me/second-factor/begin", "me/second-factor")));
        var page = await browser.GetStringAsync("me/second-factor", Ct);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        var app = new Totp(Base32Encoding.ToBytes(Regex.Match(page, "secret=([A-Z2-7]+)&").Groups[1].Value));
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(browser, "me/second-factor/confirm", "me/second-factor", ("code", Wrong(app)))).StatusCode);
        Assert.Equal("/me/second-factor?shown=true", Leads(await Post(browser, "me/second-factor/confirm", "me/second-factor", ("code", Code(app)))));
        var shown = Regex.Matches(await browser.GetStringAsync("me/second-factor?shown=true", Ct), "([a-z2-7]{4}-){3}[a-z2-7]{4}").Select(code => code.Value).ToArray();
        Assert.Equal(10, shown.Distinct().Count());
        Assert.DoesNotContain(shown[0], await browser.GetStringAsync("me/second-factor?shown=true", Ct), StringComparison.Ordinal);
        return (app, shown);
    }

    string Code(Totp app, int steps = 0) => app.ComputeTotp(later.GetUtcNow().UtcDateTime.AddSeconds(30 * steps));

    /// <summary>One that is none of those that are good now.</summary>
    string Wrong(Totp app) => Enumerable.Range(0, 10).Select(n => $"{n}{n}{n}{n}{n}{n}").First(code => Enumerable.Range(-2, 5).All(step => Code(app, step) != code));

    [Fact]
    public async Task The_code_is_asked_for_after_the_password_and_is_good_once()
    {
        await using var site = await Open();
        using var ann = await Invited(site, "ann");
        using var old = SignInTests.Browser(site);
        await SignIn(old, "ann");
        var (app, _) = await SetUp(ann);
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.GetAsync("me", Ct)).StatusCode);
        Assert.Contains("Sign out", await ann.GetStringAsync("", Ct), StringComparison.Ordinal);

        using var browser = SignInTests.Browser(site);
        later.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal("/login/second-factor?back=%2Fme", Leads(await SignIn(browser, "ann")));
        // Half signed in is not signed in.
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("me", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("me/second-factor", Ct)).StatusCode);
        Assert.StartsWith("/login/second-factor?refused", Leads(await Give(browser, Wrong(app))), StringComparison.Ordinal);
        // Too far from now.
        Assert.StartsWith("/login/second-factor?refused", Leads(await Give(browser, Code(app, 2))), StringComparison.Ordinal);
        var code = Code(app, 1);
        Assert.Equal("/me", Leads(await Give(browser, code)));
        Assert.Contains("You are a packager", await browser.GetStringAsync("me", Ct), StringComparison.Ordinal);

        using var again = SignInTests.Browser(site);
        await SignIn(again, "ann");
        Assert.StartsWith("/login/second-factor?refused", Leads(await Give(again, code)), StringComparison.Ordinal);
        Assert.StartsWith("/login/second-factor?refused", Leads(await Give(again, Code(app))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovery_codes_are_good_once_and_turning_it_off_needs_a_code()
    {
        await using var site = await Open();
        using var ann = await Invited(site, "ann");
        var (_, recovery) = await SetUp(ann);
        using var browser = SignInTests.Browser(site);

        await SignIn(browser, "ann");
        Assert.Equal("/me", Leads(await Give(browser, recovery[0])));
        Assert.Contains("Recovery codes that were not used: 9.", await browser.GetStringAsync("me/second-factor", Ct), StringComparison.Ordinal);
        using var again = SignInTests.Browser(site);
        await SignIn(again, "ann");
        Assert.StartsWith("/login/second-factor?refused", Leads(await Give(again, recovery[0])), StringComparison.Ordinal);
        Assert.DoesNotContain(recovery[1], System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(site.Data, "skyline.db-wal"), Ct)), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await Post(browser, "me/second-factor/off", "me/second-factor", ("code", "000000x"))).StatusCode);
        Assert.Equal("/me/second-factor", Leads(await Post(browser, "me/second-factor/off", "me/second-factor", ("code", recovery[1].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)))));
        Assert.Equal("/me", Leads(await SignIn(again, "ann")));
    }

    [Fact]
    public async Task Who_guesses_codes_begins_anew_after_five_and_waits_and_its_owner_is_told()
    {
        await using var site = await Open();
        using var ann = await Invited(site, "ann");
        var (app, recovery) = await SetUp(ann);
        using var guesser = SignInTests.Browser(site);
        await SignIn(guesser, "ann");
        for (var n = 0; n < 4; n++) Assert.StartsWith("/login/second-factor?refused", Leads(await Give(guesser, Wrong(app))), StringComparison.Ordinal);
        Assert.StartsWith("/login?refused=late", Leads(await Give(guesser, Wrong(app))), StringComparison.Ordinal);
        Assert.StartsWith("/login?refused=late", Leads(await Give(guesser, recovery[0])), StringComparison.Ordinal);

        // The right password again takes nothing off that count.
        await SignIn(guesser, "ann");
        var held = await Give(guesser, Wrong(app));
        Assert.Equal(HttpStatusCode.TooManyRequests, held.StatusCode);
        Assert.Contains("gave 5 codes that were not good", await ann.GetStringAsync("notices", Ct), StringComparison.Ordinal);
        later.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("/me", Leads(await Give(guesser, recovery[0])));
    }

    [Fact]
    public async Task Half_a_sign_in_is_one_browsers_is_over_in_minutes_and_when_the_password_changes()
    {
        await using var site = await Open();
        using var ann = await Invited(site, "ann");
        var (_, recovery) = await SetUp(ann);
        using var browser = SignInTests.Browser(site);
        using var other = SignInTests.Browser(site);
        await SignIn(browser, "ann");
        Assert.StartsWith("/login?refused=late", Leads(await Give(other, recovery[0])), StringComparison.Ordinal);
        later.Pass(TimeSpan.FromMinutes(5));
        Assert.StartsWith("/login?refused=late", Leads(await Give(browser, recovery[0])), StringComparison.Ordinal);

        await SignIn(browser, "ann");
        Assert.Equal("/me?changed=true", Leads(await Post(ann, "me/password", "me", ("current", Good), ("wanted", "another good phrase"))));
        Assert.StartsWith("/login?refused=late", Leads(await Give(browser, recovery[0])), StringComparison.Ordinal);

        // A link to choose a new password is one factor too.
        var path = new Uri((await site.Admin.Invite(new(Person: "ann"), Ct)).Link).AbsolutePath[1..];
        Assert.Equal("/login/second-factor?back=%2Fme", Leads(await Post(other, "invitation", path, ("secret", path.Split('/')[1]), ("password", Good))));
        Assert.Equal("/me", Leads(await Give(other, recovery[0])));
    }

    [Fact]
    public async Task A_role_that_must_have_one_gets_the_page_that_sets_it_up_and_nothing_else()
    {
        await using var site = await Open("--Skyline:SecondFactorFor:0=release-engineer");
        using var ann = await Invited(site, "ann");
        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("me", Ct)).StatusCode);
        await site.Admin.EditPerson("ann", new("release-engineer"), Ct);
        // (To be named in a tag is no way round it.)
        await site.Admin.EditAccess("paper", new TagGrantEdit("ann", Grant: ["build", "administer"]), Ct);
        ann.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        // At once, with the session that was there before.
        foreach (var page in new[] { "", "me", "me/tokens", "tags" }) Assert.Equal("/me/second-factor", Leads(await ann.GetAsync(page, Ct)));
        foreach (var form in new[] { "me/tokens/create", "me/password", "build-from-git", "tags/paper/access", "approvals/1/approve", "me/passkeys/1/remove" })
            Assert.Equal(HttpStatusCode.Forbidden, (await Post(ann, form, "me/second-factor", ("name", "mine"), ("scope", "read"))).StatusCode);
        var (_, recovery) = await SetUp(ann);
        Assert.Contains("You are a release engineer", await ann.GetStringAsync("me", Ct), StringComparison.Ordinal);

        // Turned off, it is demanded again from the next sign-in on.
        await Post(ann, "me/second-factor/off", "me/second-factor", ("code", recovery[0]));
        using var browser = SignInTests.Browser(site);
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal("/me", Leads(await SignIn(browser, "ann")));
        Assert.Equal("/me/second-factor", Leads(await browser.GetAsync("me", Ct)));
    }

    [Fact]
    public async Task Whose_role_must_have_one_and_who_has_a_passkey_does_not_set_another_up_with_the_password_alone()
    {
        await using var site = await Open("--Skyline:SecondFactorFor:0=admin", "--Skyline:PublicUrl=https://build.example.org");
        using var ann = await Invited(site, "ann");
        await site.Part<Database>().Write(tx => tx.Execute("INSERT INTO passkeys (user_id, credential, public_key, counter, synced, name, created_at) SELECT id, zeroblob(1), zeroblob(1), 0, 0, 'key', 0 FROM users WHERE name = 'ann'"), Ct);
        using var browser = SignInTests.Browser(site);
        Assert.Equal("/me", Leads(await SignIn(browser, "ann")));
        await site.Admin.EditPerson("ann", new("admin"), Ct);

        Assert.Equal(HttpStatusCode.Forbidden, (await Post(browser, "me/second-factor/begin", "me/second-factor")).StatusCode);
        Assert.Equal("/login/second-factor?back=%2Fme", Leads(await SignIn(ann, "ann")));
        Assert.Contains("Sign in with a passkey", await ann.GetStringAsync("login/second-factor", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_resets_it_for_somebody_but_not_their_own_and_the_host_goes_round_it()
    {
        await using var site = await Open();
        using var ann = await Invited(site, "ann");
        using var bob = await Invited(site, "bob", "admin");
        await SetUp(ann);
        await SetUp(bob);

        await site.Admin.ResetSecondFactor("ann", Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ann.GetAsync("me", Ct)).StatusCode);
        Assert.Equal("/me", Leads(await SignIn(ann, "ann")));
        Assert.Contains("An administrator reset your second factor", await ann.GetStringAsync("notices", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(bob, "people/bob/reset-second-factor", "people")).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.ResetSecondFactor("nobody", Ct))).Status);

        var output = new StringWriter();
        Assert.Equal(0, await RecoverAdmin.Run(["bob", $"--Skyline:Data={site.Data}", $"--Skyline:PublicUrl={site.Address}"], output, new StringWriter()));
        using var browser = SignInTests.Browser(site);
        var path = new Uri(output.ToString().Trim()).AbsolutePath[1..];
        Assert.Equal("/me", Leads(await Post(browser, "invitation", path, ("secret", path.Split('/')[1]), ("password", Good))));
    }
}
