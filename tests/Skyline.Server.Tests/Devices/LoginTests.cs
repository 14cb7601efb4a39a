using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Devices;

/// <summary>Programs that come by a token: with a password, or by somebody's yes in a browser.</summary>
public sealed class LoginTests
{
    const string Good = "correct horse battery";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly LaterTime later = new();

    async Task<Site> Open(params string[] settings)
    {
        var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), settings);
        var hash = new PasswordHasher<string>().HashPassword("", Good);
        await site.Part<Database>().Write(tx => tx.Execute("UPDATE users SET password = @hash WHERE name = 'admin'", new { hash }), Ct);
        return site;
    }

    static NewToken Wanted(params string[] scopes) => new("login-host", scopes is [] ? ["build"] : scopes, 30);

    static async Task<int> Refused(Func<Task> act) => (await Assert.ThrowsAsync<RefusedException>(act)).Status;

    static async Task<HttpResponseMessage> Post(HttpClient browser, string path, string page, params (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, page)), .. fields]);

    static async Task<HttpClient> SignedIn(Site site, string token)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, token);
        return browser;
    }

    [Fact]
    public async Task A_name_and_a_password_get_a_token_with_an_end_and_tries_are_counted_with_those_on_pages()
    {
        await using var site = await Open();
        var anybody = new SkylineClient(site.Http());

        var first = (await anybody.Login(new("admin", Good, Wanted()), Ct)).Token!;
        var second = (await anybody.Login(new("admin", Good, Wanted()), Ct)).Token!;

        Assert.Equal(("login-host", "login-host-2"), (first.Name, second.Name));
        Assert.InRange(first.ExpiresAt!.Value, later.GetUtcNow().AddDays(29), later.GetUtcNow().AddDays(31));
        Assert.Equal(["read", "build"], (await new SkylineClient(site.Http(second.Token)).WhoAmI(Ct)).Scopes);
        Assert.Equal(400, await Refused(() => anybody.Login(new("admin", Good, Wanted("everything")), Ct)));
        foreach (var name in new[] { "admin", "nobody" })
        {
            for (var n = 0; n < 5; n++) Assert.Equal(401, await Refused(() => anybody.Login(new(name, "a guess", Wanted()), Ct)));
            Assert.Equal(429, await Refused(() => anybody.Login(new(name, Good, Wanted()), Ct)));
            using var browser = SignInTests.Browser(site);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await Post(browser, "login", "login", ("name", name), ("password", Good))).StatusCode);
        }
    }

    [Fact]
    public async Task One_guess_at_each_of_many_names_is_held_too_by_whichever_door()
    {
        await using var site = await Open();
        var anybody = new SkylineClient(site.Http());
        using var browser = SignInTests.Browser(site);
        var form = await SignInTests.FormToken(browser, "login");
        await Parallel.ForAsync(0, 100, Ct, async (n, _) => Assert.Equal(401, await Refused(() => anybody.Login(new($"person-{n}", "Summer2026!", Wanted()), Ct))));

        Assert.Equal(429, await Refused(() => anybody.Login(new("admin", Good, Wanted()), Ct)));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInTests.Post(browser, "login", ("__RequestVerificationToken", form), ("name", "somebody"), ("password", Good))).StatusCode);
        later.Pass(TimeSpan.FromSeconds(1));
        Assert.NotNull((await anybody.Login(new("admin", Good, Wanted()), Ct)).Token);
    }

    [Fact]
    public async Task A_name_that_nobody_has_takes_as_long_as_a_wrong_password()
    {
        await using var site = await Open();
        var anybody = new SkylineClient(site.Http());
        await Refused(() => anybody.Login(new("admin", "a guess", Wanted()), Ct));
        var (known, unknown) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var n = 0; n < 3; n++)
        {
            known = Shorter(known, await Taken("admin"));
            unknown = Shorter(unknown, await Taken($"person-{n}"));
        }
        // Without a hash to check it would be a hundredth; the shortest of three is what the machine's other work adds least to.
        Assert.True(unknown > known / 4, $"{unknown.TotalMilliseconds:0} ms for nobody, {known.TotalMilliseconds:0} ms for somebody");

        async Task<TimeSpan> Taken(string name)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.Equal(401, await Refused(() => anybody.Login(new(name, "a guess", Wanted()), Ct)));
            return System.Diagnostics.Stopwatch.GetElapsedTime(start);
        }

        static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    [Fact]
    public async Task Many_names_from_many_addresses_are_told_of_to_administrators_once_an_hour()
    {
        await using var site = await Open();
        var (failures, guess) = (site.Part<Skyline.Server.People.FailedSignIns>(), new SkylineClient(site.Http()));
        for (var n = 0; n < 199; n++) await failures.Note(null, Ct);
        Assert.DoesNotContain((await site.Admin.Notices(Ct)).Notices, Told);
        await Refused(() => guess.Login(new("somebody", "a guess", Wanted()), Ct));
        await Refused(() => guess.Login(new("somebody", "a guess", Wanted()), Ct));

        Assert.Single((await site.Admin.Notices(Ct)).Notices, Told);

        static bool Told(Notice notice) => notice.Kind == NoticeKind.Safety && notice.Sentence.StartsWith("200 sign-ins were refused within the hour", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_here_as_well_and_a_role_that_demands_one_gets_no_token_without()
    {
        await using var site = await Open("--Skyline:SecondFactorFor:0=admin");
        var anybody = new SkylineClient(site.Http());
        Assert.Equal(403, await Refused(() => anybody.Login(new("admin", Good, Wanted()), Ct)));

        using var admin = await SignedIn(site, site.AdminToken);
        await Post(admin, "me/second-factor/begin", "me/second-factor");
        var app = new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(Regex.Match(await admin.GetStringAsync("me/second-factor", Ct), "secret=([A-Z2-7]+)&").Groups[1].Value));
        await Post(admin, "me/second-factor/confirm", "me/second-factor", ("code", app.ComputeTotp(later.GetUtcNow().UtcDateTime)));
        later.Pass(TimeSpan.FromSeconds(30));
        var code = app.ComputeTotp(later.GetUtcNow().UtcDateTime);

        var asked = await anybody.Login(new("admin", Good, Wanted()), Ct);
        Assert.Equal((true, null), (asked.CodeNeeded, asked.Token));
        Assert.Equal(403, await Refused(() => anybody.Login(new("admin", Good, Wanted(), "12345"), Ct)));
        Assert.NotNull((await anybody.Login(new("admin", Good, Wanted(), code), Ct)).Token);
        Assert.Equal(403, await Refused(() => anybody.Login(new("admin", Good, Wanted(), code), Ct)));
        Assert.Equal(401, await Refused(() => anybody.Login(new("admin", "a guess", Wanted(), code), Ct)));
    }

    [Fact]
    public async Task A_login_is_approved_in_a_browser_by_who_sees_what_is_asked_and_its_token_is_given_once()
    {
        await using var site = await Open();
        var program = new SkylineClient(site.Http());
        var begun = await program.BeginDeviceLogin(new(Wanted("build", "promote")), Ct);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", begun.Code);
        var waiting = program.AwaitDeviceLogin(begun.Secret, Ct);
        using var admin = await SignedIn(site, site.AdminToken);

        // Each element names its page's style sheet.
        var page = Regex.Replace(await admin.GetStringAsync($"device?code={begun.Code.ToLowerInvariant().Replace('-', '+')}", Ct), " b-[0-9a-z]{10}(?=[ >])", "");
        Assert.Contains("<strong>127.0.0.1</strong> asks for a token of yours, called <strong>login-host</strong>, for <strong>build, promote</strong>, for <strong>30</strong> days", page, StringComparison.Ordinal);
        Assert.Contains("If somebody sent you the code", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(admin, "device", ("code", begun.Code), ("act", "yes"))).StatusCode);
        Assert.Equal("/device?done=yes", (await Post(admin, "device", "device?code=" + begun.Code, ("code", begun.Code), ("act", "yes"))).Headers.Location!.ToString());

        var me = await new SkylineClient(site.Http((await waiting)!.Token)).WhoAmI(Ct);
        Assert.Equal(("admin", "read build promote"), (me.Name, string.Join(' ', me.Scopes!)));
        Assert.Equal(410, await Refused(() => program.AwaitDeviceLogin(begun.Secret, Ct)));
        Assert.Equal("/device?done=unknown", (await Post(admin, "device", "me", ("code", begun.Code), ("act", "yes"))).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_login_that_is_refused_is_over_or_is_for_more_than_its_approver_may_gets_no_token()
    {
        await using var site = await Open();
        var program = new SkylineClient(site.Http());
        using var admin = await SignedIn(site, site.AdminToken);
        var no = await program.BeginDeviceLogin(new(Wanted()), Ct);
        await Post(admin, "device", "me", ("code", no.Code), ("act", "no"));
        Assert.Equal(403, await Refused(() => program.AwaitDeviceLogin(no.Secret, Ct)));

        var more = await program.BeginDeviceLogin(new(Wanted("all")), Ct);
        using var less = await SignedIn(site, (await site.Admin.CreateToken(new("small", ["read", "account"]), Ct)).Token);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(less, "device", "me", ("code", more.Code), ("act", "yes"))).StatusCode);
        // Its secret is the program's own, and the code is none.
        Assert.Equal(410, await Refused(() => program.AwaitDeviceLogin(more.Code, Ct)));
        later.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(410, await Refused(() => program.AwaitDeviceLogin(more.Secret, Ct)));
        Assert.Contains("No login waits with that code", await admin.GetStringAsync("device?code=" + more.Code, Ct), StringComparison.Ordinal);

        for (var n = 0; n < 4; n++) await admin.GetStringAsync("device?code=BBBBBBBB", Ct);
        Assert.Contains("try again in", await admin.GetStringAsync("device?code=BBBBBBBB", Ct), StringComparison.Ordinal);
        for (var n = 0; n < 20; n++) await program.BeginDeviceLogin(new(Wanted()), Ct);
        Assert.Equal(429, await Refused(() => program.BeginDeviceLogin(new(Wanted()), Ct)));
        Assert.Equal(400, await Refused(() => program.BeginDeviceLogin(new(new("<script>", ["build"])), Ct)));
    }
}
