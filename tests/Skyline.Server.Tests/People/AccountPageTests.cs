using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.Tests.People;

/// <summary>What somebody does with their account and administrators with people, by the forms of their pages.</summary>
public sealed class AccountPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<HttpClient> In(Site site, string token)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, token);
        return browser;
    }

    static async Task<HttpResponseMessage> Post(HttpClient browser, string form, string path, params (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, form)), .. fields]);

    [Fact]
    public async Task One_other_browser_is_signed_out_and_nobody_elses()
    {
        await using var site = await Site.Open();
        var ann = (await site.Admin.AddPerson(new("ann"), Ct)).Token;
        using var here = await In(site, ann);
        using var there = await In(site, ann);
        using var admin = await In(site, site.AdminToken);
        var other = Regex.Match(await here.GetStringAsync("me?show=sessions", Ct), "/(me/sessions/[0-9]+/end)").Groups[1].Value;

        Assert.Equal(HttpStatusCode.NotFound, (await Post(admin, "me", other)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("me", Ct)).StatusCode);
        Assert.Equal("/me?show=sessions", (await Post(here, "me?show=sessions", other)).Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("me", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("me", Ct)).StatusCode);
    }

    [Fact]
    public async Task An_invitation_that_waits_is_listed_and_taken_back_and_its_link_is_shown_once()
    {
        await using var site = await Site.Open();
        using var admin = await In(site, site.AdminToken);
        var made = await Post(admin, "people?show=invitations", "people/invite", ("role", "packager"));
        var page = await admin.GetStringAsync(made.Headers.Location!.ToString().TrimStart('/'), Ct);
        Assert.Matches("/invitation/sky_", page);
        Assert.DoesNotMatch("/invitation/sky_", await admin.GetStringAsync("people?show=invitations&invited=true", Ct));

        await Post(admin, "people?show=invitations", Regex.Match(page, "/(people/invitations/[0-9]+/take-back)").Groups[1].Value);

        Assert.Empty(await site.Admin.Invitations(Ct));
        Assert.Contains("No invitation waits to be opened.", await admin.GetStringAsync("people?show=invitations", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_is_made_filled_and_removed_by_forms()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        using var admin = await In(site, site.AdminToken);
        await Post(admin, "people?show=teams", "people/teams", ("name", "kde"), ("description", "The <b>desktop</b>"));
        await Post(admin, "people?show=teams", "people/teams/kde", ("person", "ann"), ("act", "lead"));

        var page = await admin.GetStringAsync("people?show=teams", Ct);
        Assert.Contains("The &lt;b&gt;desktop&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("leads it", page, StringComparison.Ordinal);
        await Post(admin, "people?show=teams", "people/teams/kde/remove");
        Assert.Empty(await site.Admin.Teams(Ct));
    }
}
