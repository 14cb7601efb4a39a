using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.People;

/// <summary>Names and passwords: how one comes to have them, how one signs in, and what is done against those who guess.</summary>
public sealed class AccountTests
{
    const string Good = "correct horse battery";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static HttpClient Browser(Site site) => SignInTests.Browser(site);

    static Task<HttpResponseMessage> Post(HttpClient browser, string path, string form, params (string, string)[] fields) => PostFrom(browser, path, form, fields);

    static async Task<HttpResponseMessage> PostFrom(HttpClient browser, string path, string page, (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, page)), .. fields]);

    static Task<HttpResponseMessage> SignIn(HttpClient browser, string name, string password) => Post(browser, "login", "login", ("name", name), ("password", password), ("back", "/me"));

    static async Task<HttpResponseMessage> Accept(HttpClient browser, string link, string name, string password)
    {
        var path = new Uri(link).AbsolutePath[1..];
        return await Post(browser, "invitation", path, ("secret", path.Split('/')[1]), ("name", name), ("password", password));
    }

    static async Task<HttpClient> Invited(Site site, string name, string role = "packager", string password = Good)
    {
        var browser = Browser(site);
        var answer = await Accept(browser, (await site.Admin.Invite(new(role), Ct)).Link, name, password);
        Assert.Equal((HttpStatusCode.Redirect, "/me"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        return browser;
    }

    static string Cookie(HttpResponseMessage answer) =>
        Regex.Match(string.Join('\n', answer.Headers.GetValues("Set-Cookie")), "skyline-person=([^;]+)").Groups[1].Value;

    [Fact]
    public async Task An_invitation_is_good_once_and_its_person_signs_in_from_then_on()
    {
        await using var site = await Site.Open();
        var link = (await site.Admin.Invite(new("release-engineer"), Ct)).Link;
        using var ann = Browser(site);

        Assert.Equal(HttpStatusCode.BadRequest, (await Accept(ann, link, "ann", "short")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Accept(ann, link, "ann", "annannannann")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await Accept(ann, link, "admin", Good)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Accept(ann, link, "ann", Good)).StatusCode);
        Assert.Contains("You are a release engineer", await ann.GetStringAsync("me", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await ann.GetAsync(link, Ct)).StatusCode);
        var form = await SignInTests.FormToken(ann, "me");
        Assert.Equal(HttpStatusCode.Gone, (await SignInTests.Post(ann, "invitation", ("__RequestVerificationToken", form), ("secret", link.Split('/')[^1]), ("name", "eve"), ("password", Good))).StatusCode);

        using var elsewhere = Browser(site);
        Assert.Equal("/me", (await SignIn(elsewhere, "ann", Good)).Headers.Location!.ToString());
        Assert.Equal(["admin", "ann"], (await site.Admin.People(Ct)).Select(person => person.Name));
    }

    [Fact]
    public async Task An_invitation_is_over_after_a_week_and_when_who_made_it_is_no_administrator_any_more()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later));
        var (bob, old) = (await site.Person("bob"), await site.Admin.Invite(new("packager"), Ct));
        later.Pass(TimeSpan.FromDays(7));
        await site.Admin.EditPerson("bob", new("admin"), Ct);
        var bobs = await bob.Invite(new("admin"), Ct);
        await site.Admin.EditPerson("bob", new("packager"), Ct);

        var (taken, open) = (await site.Admin.Invite(new(Person: "bob"), Ct), Assert.Single(await site.Admin.Invitations(Ct)));
        Assert.Equal((null, "bob", "admin"), (open.Role, open.Person, open.By));
        await site.Admin.TakeBackInvitation(open.Id, Ct);

        using var browser = Browser(site);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(taken.Link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(old.Link, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(bobs.Link, Ct)).StatusCode);
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => bob.Invite(new("packager"), Ct))).Status);
    }

    [Fact]
    public async Task Each_sign_in_is_a_new_session_and_what_the_browser_had_before_ends()
    {
        await using var site = await Site.Open();
        using var ann = await Invited(site, "ann");
        var planted = await site.Session(site.AdminToken);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        handler.CookieContainer.Add(site.Address, new Cookie("skyline-person", planted));
        using var browser = new HttpClient(handler) { BaseAddress = site.Address };

        var first = Cookie(await SignIn(browser, "ann", Good));
        var second = Cookie(await SignIn(browser, "ann", Good));

        Assert.Equal(3, new[] { planted, first, second }.Distinct().Count());
        foreach (var (secret, good) in new[] { (planted, false), (first, false), (second, true) })
        {
            using var with = site.Http();
            with.DefaultRequestHeaders.Add("Cookie", $"skyline-person={secret}");
            Assert.Equal(good, (await with.GetStringAsync("", Ct)).Contains("Sign out", StringComparison.Ordinal));
        }
        Assert.DoesNotContain(second, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Path.Combine(site.Data, "skyline.db-wal"), Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_seen_and_when_it_is_old()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later));
        using var idle = await Invited(site, "ann");
        using var busy = await Invited(site, "bob");
        Assert.True(await Knows(idle));
        later.Pass(TimeSpan.FromHours(8));
        Assert.True(await Knows(busy));
        await site.Part<NoteUse>().Run(Ct);
        later.Pass(TimeSpan.FromHours(4));
        Assert.False(await Knows(idle));
        Assert.True(await Knows(busy));
        Assert.Equal(HttpStatusCode.Redirect, (await SignIn(busy, "bob", Good)).StatusCode);
        for (var hours = 0; hours < 7 * 24; hours += 8)
        {
            Assert.True(await Knows(busy));
            later.Pass(TimeSpan.FromHours(8));
        }
        Assert.False(await Knows(busy));
        await site.Part<NoteUse>().Run(Ct);
        Assert.Equal(0, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM sessions")));

        static async Task<bool> Knows(HttpClient browser) => (await browser.GetStringAsync("", Ct)).Contains("Sign out", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_changes_the_password_is_signed_out_elsewhere_and_the_old_one_is_good_no_more()
    {
        await using var site = await Site.Open();
        using var here = await Invited(site, "ann");
        using var there = Browser(site);
        await SignIn(there, "ann", Good);

        Assert.Equal(HttpStatusCode.Forbidden, (await Post(here, "me/password", "me", ("current", "something else"), ("wanted", "another good phrase"))).StatusCode);
        Assert.Equal("/me?changed=true", (await Post(here, "me/password", "me", ("current", Good), ("wanted", "another good phrase"))).Headers.Location!.ToString());

        Assert.Contains("Sign out", await here.GetStringAsync("", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain("Sign out", await there.GetStringAsync("", Ct), StringComparison.Ordinal);
        Assert.StartsWith("/login?refused=wrong", (await SignIn(there, "ann", Good)).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("/me", (await SignIn(there, "ann", "another good phrase")).Headers.Location!.ToString());
        Assert.Equal("/", (await Post(there, "me/sign-out-everywhere", "me")).Headers.Location!.ToString());
        Assert.DoesNotContain("Sign out", await here.GetStringAsync("", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once_and_is_refused_as_a_stranger_is()
    {
        await using var site = await Site.Open();
        using var ann = await Invited(site, "ann");
        await site.Admin.EditPerson("ann", new(Disabled: true), Ct);

        Assert.DoesNotContain("Sign out", await ann.GetStringAsync("", Ct), StringComparison.Ordinal);
        using var browser = Browser(site);
        var (disabled, nobody, wrong) = (await SignIn(browser, "ann", Good), await SignIn(browser, "nobody", Good), await SignIn(browser, "admin", Good));
        Assert.Equal((disabled.Headers.Location, disabled.StatusCode), (nobody.Headers.Location, nobody.StatusCode));
        Assert.Equal((disabled.Headers.Location, disabled.StatusCode), (wrong.Headers.Location, wrong.StatusCode));
        // Let in again, they sign in again.
        await site.Admin.EditPerson("ann", new(Disabled: false), Ct);
        Assert.DoesNotContain("Sign out", await ann.GetStringAsync("", Ct), StringComparison.Ordinal);
        Assert.Equal("/me", (await SignIn(ann, "ann", Good)).Headers.Location!.ToString());
    }

    [Theory, InlineData("ann"), InlineData("nobody")]
    public async Task Who_guesses_waits_longer_each_time_whether_there_is_somebody_or_not(string name)
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later));
        using var ann = await Invited(site, "ann");
        using var browser = Browser(site);
        for (var n = 0; n < 5; n++) Assert.Equal(HttpStatusCode.Redirect, (await SignIn(browser, name, "guess " + n)).StatusCode);

        var held = await SignIn(browser, name, Good);
        Assert.Equal(HttpStatusCode.TooManyRequests, held.StatusCode);
        Assert.Matches($"It was tried too often to sign in as '{name}'; try again in 1 seconds", await held.Content.ReadAsStringAsync(Ct));
        later.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Redirect, (await SignIn(browser, name, "guess 6")).StatusCode);
        later.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignIn(browser, name, Good)).StatusCode);
        later.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(name == "ann" ? "/me" : "/login?refused=wrong&back=%2Fme", (await SignIn(browser, name, Good)).Headers.Location!.ToString());
    }

    [Fact]
    public void One_address_that_tries_many_names_waits_too()
    {
        var guesses = new Guesses(new LaterTime());
        var (one, same, other) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::ffff:1"), IPAddress.Parse("192.0.2.1"));
        for (var n = 0; n < 100; n++) Assert.Null(guesses.Begin($"person-{n}", one));

        Assert.Equal(429, guesses.Begin("somebody", same)!.Status);
        Assert.Null(guesses.Begin("somebody", other));
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_made_anew_when_its_person_signs_in()
    {
        await using var site = await Site.Open();
        var database = site.Part<Database>();
        var weak = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = 1000 })).HashPassword("", Good);
        await database.Write(tx => tx.Execute("UPDATE users SET password = @weak", new { weak }), Ct);
        using var browser = Browser(site);

        Assert.Equal("/me", (await SignIn(browser, "admin", Good)).Headers.Location!.ToString());

        var kept = database.Read(db => db.One<string>("SELECT password FROM users"))!;
        Assert.Equal(Passwords.Iterations, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Convert.FromBase64String(kept).AsSpan(5)));
    }

    [Fact]
    public async Task A_session_that_was_begun_with_a_token_is_for_as_much_and_ends_with_it()
    {
        await using var site = await Site.Open();
        var small = await site.Admin.CreateToken(new("small", ["read", "account"]), Ct);
        using var browser = Browser(site);
        await SignInTests.SignIn(browser, small.Token);

        Assert.Contains("Your tokens", await browser.GetStringAsync("me/tokens", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("people", Ct)).StatusCode);
        // Nor does it make itself more, by a password that signs in for all.
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(browser, "me/password", "me", ("wanted", Good))).StatusCode);
        await site.Admin.RevokeToken(small.Id, Ct);
        Assert.DoesNotContain("Sign out", await browser.GetStringAsync("", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_make_and_revoke_tokens_and_show_each_once()
    {
        await using var site = await Site.Open();
        using var browser = Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);

        var made = await Post(browser, "me/tokens/create", "me/tokens", ("name", "page"), ("scope", "read"), ("scope", "build"), ("days", "90"));
        var shown = Regex.Match(await browser.GetStringAsync(made.Headers.Location, Ct), "sky_[A-Za-z0-9_-]+").Value;
        Assert.Equal(["read", "build"], (await new SkylineClient(site.Http(shown)).WhoAmI(Ct)).Scopes);
        Assert.DoesNotContain("sky_", await browser.GetStringAsync(made.Headers.Location, Ct), StringComparison.Ordinal);

        await Post(browser, made.Headers.Location!.ToString().Replace("?made=", "/", StringComparison.Ordinal) + "/revoke", "me/tokens");
        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => new SkylineClient(site.Http(shown)).WhoAmI(Ct))).Status);
    }

    [Fact]
    public async Task On_the_host_somebody_becomes_administrator_again_whether_the_server_runs_or_not()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        await site.Admin.EditPerson("ann", new(Disabled: true), Ct);
        var (output, error) = (new StringWriter(), new StringWriter());

        Assert.Equal(0, await RecoverAdmin.Run(["ann", $"--Skyline:Data={site.Data}", $"--Skyline:PublicUrl={site.Address}"], output, error));

        using var ann = Browser(site);
        Assert.Equal("/me", (await Accept(ann, output.ToString().Trim(), "", Good)).Headers.Location!.ToString());
        Assert.Contains("You are an administrator", await ann.GetStringAsync("me", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await ann.GetAsync(output.ToString().Trim(), Ct)).StatusCode);
        var file = Path.Combine(site.Data, "link");
        Assert.Equal(0, await RecoverAdmin.Run(["new-one", $"--Skyline:Data={site.Data}", "--to", file], output, error));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(1, await RecoverAdmin.Run(["ann", "--Skyline:Data=/nonexistent"], output, error));
        Assert.Equal(2, await RecoverAdmin.Run(["no one", $"--Skyline:Data={site.Data}"], output, error));
        Assert.Contains("There is no database at /nonexistent/skyline.db; Skyline__Data names the server's data folder.", error.ToString(), StringComparison.Ordinal);
    }
}
