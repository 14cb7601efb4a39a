using System.Net;
using Skyline.Protocol;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Tags;

/// <summary>Who may do what in a tag, on its page: shown to people, changed by who administers it, without scripts.</summary>
public sealed class AccessPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(HttpClient Browser, Func<string, (string, string)[], Task<HttpResponseMessage>> Post)> SignedIn(Site site, string token)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, token);
        var field = ("__RequestVerificationToken", await SignInTests.FormToken(browser, "tags/paper"));
        return (browser, (path, fields) => SignInTests.Post(browser, path, [field, .. fields]));
    }

    [Fact]
    public async Task Who_administers_a_tag_names_others_on_its_page_and_says_who_sees_it()
    {
        await using var site = await Site.Open();
        var (keeper, eve) = ((await site.Admin.AddPerson(new NewPerson("keeper", "viewer"), Ct)).Token, await site.Person("eve"));
        await site.Admin.CreateTeam(new NewTeam("kernel"), Ct);
        await site.Admin.EditAccess("paper", new TagGrantEdit("keeper", Grant: ["administer"]), Ct);
        var (browser, post) = await SignedIn(site, keeper);
        using var _ = browser;

        Assert.DoesNotContain("Who may do what in it", await site.Http().GetStringAsync("tags/paper?show=rights", Ct));
        Assert.StartsWith("/tags/paper?show=rights&told=", Leads(await post("tags/paper/access", [("act", "grant"), ("kind", "person"), ("who", "eve"), ("access", "build"), ("access", "promote")])));
        Assert.StartsWith("/tags/paper?show=rights&told=", Leads(await post("tags/paper/access", [("act", "grant"), ("kind", "team"), ("who", "kernel"), ("access", "tag")])));
        Assert.Equal(["keeper: administer", "eve: build promote", "kernel: tag"], (await eve.AccessTo("paper", Ct)).Grants.Select(grant => $"{grant.Person ?? grant.Team}: {string.Join(' ', grant.Access)}"));
        var page = await browser.GetStringAsync("tags/paper?show=rights", Ct);
        Assert.All(new[] { "team kernel", "Take promote back from eve", "Make it private", "Close it to who is not named" }, text => Assert.Contains(text, page));
        Assert.StartsWith("/tags/paper?show=rights&told=", Leads(await post("tags/paper/access", [("act", "revoke"), ("kind", "person"), ("who", "eve"), ("access", "promote")])));
        Assert.Equal(["build"], (await eve.AccessTo("paper", Ct)).Grants.Single(grant => grant.Person == "eve").Access);
        foreach (var act in new[] { "close", "private" }) Assert.StartsWith("/tags/paper?show=rights&told=", Leads(await post("tags/paper/sight", [("act", act)])));
        Assert.Equal((true, true), await eve.Tag("paper", Ct) is var tag ? (tag.Closed, tag.Private) : default);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("tags/paper", Ct)).StatusCode);
        foreach (var act in new[] { "open", "public" }) await post("tags/paper/sight", [("act", act)]);
        Assert.Equal((false, false), await eve.Tag("paper", Ct) is var after ? (after.Closed, after.Private) : default);

        Assert.Contains("There is no", await browser.GetStringAsync(Leads(await post("tags/paper/access", [("act", "grant"), ("kind", "person"), ("who", "nobody"), ("access", "tag")])).Split('#')[0], Ct));
        Assert.Contains("Which rights?", await browser.GetStringAsync(Leads(await post("tags/paper/access", [("act", "grant"), ("kind", "person"), ("who", "eve")])).Split('#')[0], Ct));
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(browser, "tags/paper/access", ("act", "grant"), ("kind", "person"), ("who", "eve"), ("access", "tag"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await post("tags/paper/sight", [("act", "everything")])).StatusCode);
    }

    [Fact]
    public async Task Who_does_not_administer_it_sees_who_does_and_finds_no_form()
    {
        await using var site = await Site.Open();
        var eve = (await site.Admin.AddPerson(new NewPerson("eve", "release-engineer"), Ct)).Token;
        await site.Admin.EditAccess("paper", new TagGrantEdit("admin", Grant: ["administer"]), Ct);
        var (browser, post) = await SignedIn(site, eve);
        using var _ = browser;

        var page = await browser.GetStringAsync("tags/paper?show=rights", Ct);
        Assert.Contains("Who may do what in it", page);
        Assert.DoesNotContain("/tags/paper/access", page);
        foreach (var (path, act) in new[] { ("tags/paper/access", "grant"), ("tags/paper/sight", "close") })
        {
            var refused = await post(path, [("act", act), ("kind", "person"), ("who", "eve"), ("access", "administer")]);
            Assert.Contains("alone administer it", await browser.GetStringAsync(Leads(refused).Split('#')[0], Ct));
        }
        Assert.False((await site.Admin.Tag("paper", Ct)).Closed);
    }

    [Fact]
    public async Task In_a_tag_that_asks_for_a_second_person_the_forms_lead_to_what_waits_and_that_is_done_when_somebody_agrees()
    {
        await using var site = await Site.Open();
        var (keeper, other) = ((await site.Admin.AddPerson(new NewPerson("keeper"), Ct)).Token, await site.Person("other"));
        foreach (var name in new[] { "keeper", "other" }) await site.Admin.EditAccess("paper", new TagGrantEdit(name, Grant: ["administer"]), Ct);
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);
        var (browser, post) = await SignedIn(site, keeper);
        using var _ = browser;

        Assert.StartsWith("/approvals/", Leads(await post("tags/paper/access", [("act", "grant"), ("kind", "person"), ("who", "other"), ("access", "tag")])), StringComparison.Ordinal);
        Assert.StartsWith("/approvals/", Leads(await post("tags/paper/sight", [("act", "close")])), StringComparison.Ordinal);
        var closing = (await other.Approvals(true, null, null, Ct)).Approvals[0];
        await other.Approve(closing.Id, closing.Digest, Ct);
        Assert.Equal((true, 2), await other.AccessTo("paper", Ct) is var access ? (access.Closed, access.Grants.Sum(grant => grant.Access.Count)) : default);
    }

    static string Leads(HttpResponseMessage answer) => answer.Headers.Location?.ToString() ?? $"nowhere: {answer.StatusCode}";
}
