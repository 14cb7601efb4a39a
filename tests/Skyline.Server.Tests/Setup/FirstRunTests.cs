using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Setup;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Setup;

/// <summary>A server that no setting named a first tag for, and its first visit.</summary>
public sealed class FirstRunTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>As a fresh install is: nothing says what to build for.</summary>
    internal static async Task<Site> Fresh(string? data = null, params string[] settings)
    {
        data ??= Directory.CreateTempSubdirectory("skyline-fresh-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "chroots"));
        await File.WriteAllTextAsync(Path.Combine(data, "chroots", "real-2.json"), Chroot("real-2", "Real 2", "file:///usr"), Ct);
        await File.WriteAllTextAsync(Path.Combine(data, "chroots", "away-1.json"), Chroot("away-1", "Away 1", "file:///nonexistent/away"), Ct);
        return await Site.Open(data, null, ["--Skyline:FirstTag=", .. settings]);
    }

    static string Chroot(string name, string title, string address) => $$"""
        { "name": "{{name}}", "title": "{{title}}", "releaseVersion": "1", "arches": { "x86_64": {} }, "packages": ["@build"], "repos": [{ "id": "base", "baseUrl": "{{address}}", "gpgCheck": false }], "macros": { "dist": ".r2" } }
        """;

    internal static string Code(Site site) => File.ReadAllText(Path.Combine(site.Data, "first-run.code")).Trim();

    static async Task<HttpResponseMessage> SetUp(HttpClient browser, string code, string person = "ann", string password = "four blue lamps", string chroot = "real-2", string mail = "packages@acme.example") =>
        await SignInTests.Post(browser, "welcome", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "welcome")), ("code", code), ("person", person), ("password", password),
            ("instance", "Acme packages"), ("chroot", chroot), ("signer", "Acme"), ("mail", mail));

    static string Led(HttpResponseMessage answer) => answer.Headers.Location?.ToString() ?? answer.StatusCode.ToString();

    [Fact]
    public async Task The_first_visit_sets_everything_up_with_the_code_and_is_signed_in()
    {
        await using var site = await Fresh();
        using var browser = SignInTests.Browser(site);
        Assert.Equal("/welcome", Led(await browser.GetAsync("/", Ct)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(site.Data, "first-run.code")));

        Assert.Equal("/welcome", Led(await SetUp(browser, Code(site).ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal))));

        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("welcome", Ct));
        Assert.Contains("Welcome to Acme packages", page);
        Assert.Contains("Build the sample package", page);
        // The token of the first start is that person's now.
        var me = await site.Admin.WhoAmI(Ct);
        Assert.Equal(("ann", "admin"), (me.Name, me.Role));
        Assert.Equal("real-2", Assert.Single(await site.Admin.Targets(Ct)).Name);
        Assert.Equal("Acme <packages@acme.example>", Assert.Single(await site.Admin.Keys(Ct)).Identity);
        Assert.Contains("real-2", await site.Http().GetStringAsync("repos/real-2/real-2.repo", Ct));
        Assert.False(File.Exists(Path.Combine(site.Data, "first-run.code")));
        Assert.Contains((await site.Admin.Audit(null, null, null, null, 100, Ct)).Entries, entry => entry is { Who: "ann", Thing: "person ann" } && entry.Act.StartsWith("set this instance up", StringComparison.Ordinal));
        // Nobody else is led there, or sets it up again.
        using var stranger = SignInTests.Browser(site);
        Assert.Equal((HttpStatusCode.OK, "/"), ((await stranger.GetAsync("/builders", Ct)).StatusCode, Led(await stranger.GetAsync("welcome", Ct))));
        Assert.Equal("/", Led(await SignInTests.Post(browser, "welcome", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "welcome")), ("code", "x"))));
    }

    [Fact]
    public async Task The_sample_package_is_built_and_followed_to_the_line_that_installs_it()
    {
        await using var site = await Fresh();
        using var browser = SignInTests.Browser(site);
        await SetUp(browser, Code(site));

        Assert.Equal("/welcome", Led(await SignInTests.Post(browser, "welcome/sample", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "welcome")))));
        var waits = WebUtility.HtmlDecode(await browser.GetStringAsync("welcome", Ct));
        Assert.Contains("hello-skyline-1.0-1", waits);
        Assert.Contains($"--token-file {site.Data}/builder.token", waits);
        // Sent once more, it is the same build.
        Assert.Equal("/welcome", Led(await SignInTests.Post(browser, "welcome/sample", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "settings")))));
        var result = Papers.Binary("hello-skyline", "1.0", "1.r2", "noarch", source: "hello-skyline-1.0-1.r2.src.rpm");
        await new PaperBuilder(site.LocalBuilder).Build(result, Papers.Source("hello-skyline", "1.0", "1.r2"));
        var build = (await site.Admin.Builds(Ct)).Builds.Single();
        for (var now = await site.Admin.Build(build.Id, Ct); now.State != BuildState.Complete; now = await site.Admin.WaitBuild(build.Id, now.Revision, 30, Ct)) Assert.NotEqual(BuildState.Failed, now.State);

        var done = WebUtility.HtmlDecode(await browser.GetStringAsync("welcome", Ct));
        Assert.Contains("dnf install hello-skyline", done);
        Assert.Contains($"{site.Address}repos/real-2/real-2.repo", done);
    }

    [Fact]
    public async Task A_wrong_code_lets_nobody_in_and_many_make_another_one()
    {
        await using var site = await Fresh();
        var first = Code(site);
        using var browser = SignInTests.Browser(site);

        Assert.StartsWith("/welcome?refused=code&", Led(await SetUp(browser, "AAAA-BBBB-CCCC")));
        Assert.Contains("That is not the code of this server", WebUtility.HtmlDecode(await browser.GetStringAsync("welcome?refused=code", Ct)));
        var code = site.Part<FirstRunCode>();
        for (var i = 0; i < 19; i++) Assert.False(code.Matches("AAAA-BBBB-CCCC"));
        Assert.NotEqual(first, Code(site));
        Assert.False(code.Matches(first));
        Assert.True(code.Matches(Code(site)));
        // One address is held up long before that.
        var led = "";
        for (var i = 0; i < 6 && !led.Contains("often", StringComparison.Ordinal); i++) led = Led(await SetUp(browser, "AAAA-BBBB-CCCC"));
        Assert.StartsWith("/welcome?refused=often&", led);
        Assert.Empty(await site.Admin.Targets(Ct));
    }

    [Theory]
    [InlineData("name", "bad/name", "four blue lamps", "real-2", "a@b.example")]
    [InlineData("password", "ann", "short", "real-2", "a@b.example")]
    [InlineData("password", "ann", "annannannann", "real-2", "a@b.example")]
    [InlineData("chroot", "ann", "four blue lamps", "none", "a@b.example")]
    [InlineData("chroot", "ann", "four blue lamps", "away-1", "a@b.example")]
    [InlineData("signer", "ann", "four blue lamps", "real-2", "not an address")]
    [InlineData("signer", "ann", "four blue lamps", "real-2", "a@b> <c@d")]
    public async Task What_is_not_right_is_said_and_nothing_is_made(string word, string person, string password, string chroot, string mail)
    {
        await using var site = await Fresh();
        using var browser = SignInTests.Browser(site);

        var led = Led(await SetUp(browser, Code(site), person, password, chroot, mail));

        Assert.StartsWith($"/welcome?refused={word}&", led);
        Assert.DoesNotContain(Uri.EscapeDataString(password), led);
        Assert.Contains("role=\"alert\"", await browser.GetStringAsync(led, Ct));
        Assert.True(site.Part<FirstRun>().TakesCode);
        Assert.Equal(0, site.Part<Database>().Read(db => db.One<int>("SELECT (SELECT count(*) FROM tags) + (SELECT count(*) FROM signing_keys) + (SELECT count(*) FROM page_settings)")));
    }

    [Fact]
    public async Task An_administrator_who_came_in_by_token_ends_the_code_and_goes_on_without_it()
    {
        await using var site = await Fresh();
        var code = Code(site);
        using var admin = SignInTests.Browser(site);
        await SignInTests.SignIn(admin, site.AdminToken);
        using var stranger = SignInTests.Browser(site);

        Assert.StartsWith("/welcome?refused=closed&", Led(await SignInTests.Post(stranger, "welcome", ("__RequestVerificationToken", await SignInTests.FormToken(stranger, "login")), ("code", code))));
        Assert.Contains("the code of the first run is good no more", await stranger.GetStringAsync("welcome", Ct));
        Assert.Equal("/welcome", Led(await admin.GetAsync("/", Ct)));
        Assert.DoesNotContain("name=\"password\"", await admin.GetStringAsync("welcome", Ct));

        Assert.Equal("/welcome", Led(await SetUp(admin, "")));

        Assert.Equal("admin", (await site.Admin.WhoAmI(Ct)).Name);
        Assert.Equal("real-2", Assert.Single(await site.Admin.Targets(Ct)).Name);
    }

    [Fact]
    public async Task The_code_is_the_same_after_a_restart_and_what_was_set_up_is_not_asked_again()
    {
        var first = await Fresh();
        var code = Code(first);
        await first.Stop();
        var site = await Fresh(first.Data);
        Assert.Equal(code, Code(site));
        using (var browser = SignInTests.Browser(site)) Assert.Equal("/welcome", Led(await SetUp(browser, code)));
        await site.Stop();

        await using var again = await Fresh(first.Data);

        using var later = SignInTests.Browser(again);
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync("/", Ct)).StatusCode);
        Assert.False(File.Exists(Path.Combine(again.Data, "first-run.code")));
        Assert.Contains("Acme packages", await later.GetStringAsync("login", Ct));
        Assert.Equal("/", Led(await SignInTests.Post(later, "login", ("__RequestVerificationToken", await SignInTests.FormToken(later, "login")), ("name", "ann"), ("password", "four blue lamps"))));
    }

    [Fact]
    public async Task Where_a_setting_names_the_first_tag_nobody_is_asked()
    {
        await using var site = await Site.Open();

        Assert.Equal(HttpStatusCode.OK, (await SignInTests.Browser(site).GetAsync("/", Ct)).StatusCode);
        Assert.False(File.Exists(Path.Combine(site.Data, "first-run.code")));
    }

    [Fact]
    public async Task A_form_of_another_site_sets_nothing_up()
    {
        await using var site = await Fresh();
        using var browser = SignInTests.Browser(site);

        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(browser, "welcome", ("code", Code(site)), ("person", "eve"), ("password", "four blue lamps"), ("chroot", "real-2"))).StatusCode);
        Assert.True(site.Part<FirstRun>().TakesCode);
    }
}
