using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.MassRebuilds;

/// <summary>The buttons of mass rebuilds and soname bumps: forms that a browser sends, without any script.</summary>
public sealed partial class RebuildFormsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A browser: it keeps cookies, and shows where it is led. Signed in, unless there is no token.</summary>
    static async Task<HttpClient> Browser(Site site, string? token)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        if (token is not null) (await Send(browser, "login", "/login", ("token", token))).Dispose();
        return browser;
    }

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]+)\"[^>]*>(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Field();

    /// <summary>Sends the form of a page that leads to an address, with all that it has hidden in it.</summary>
    static async Task<HttpResponseMessage> Send(HttpClient browser, string page, string to, params (string Name, string Value)[] filled)
    {
        var form = Form().Matches(await browser.GetStringAsync(page, Ct)).First(form => form.Groups[1].Value == to);
        var hidden = Field().Matches(form.Groups[2].Value).Select(field => KeyValuePair.Create(WebUtility.HtmlDecode(field.Groups[1].Value), WebUtility.HtmlDecode(field.Groups[2].Value)));
        return await browser.PostAsync(to.TrimStart('/'), new FormUrlEncodedContent([.. hidden, .. filled.Select(field => KeyValuePair.Create(field.Name, field.Value))]), Ct);
    }

    static long Led(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return long.Parse(answer.Headers.Location!.ToString()["/mass-rebuilds/".Length..], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_mass_rebuild_is_begun_cancelled_resumed_and_merged_by_buttons()
    {
        await using var site = await RebuildSite.Distribution();
        using var browser = await Browser(site, site.AdminToken);

        var id = Led(await Send(browser, "mass-rebuilds/plan?target=paper&requires=lib", "/mass-rebuilds", ("changelog", "By a button")));
        var page = $"mass-rebuilds/{id}";
        var first = await new PaperBuilder(site.LocalBuilder).Lease();
        Assert.Equal("By a button", first.Options!.Bump!.Changelog);
        Assert.Equal(id, Led(await Send(browser, page, $"/mass-rebuilds/{id}/cancel")));
        Assert.Equal(BatchState.Cancelled, (await site.Admin.MassRebuild(id, Ct)).Batch.State);
        Assert.Equal(id, Led(await Send(browser, page, $"/mass-rebuilds/{id}/resume")));
        await site.BuildAll(2, run => RebuildSite.Rebuilt(run, "lib.so.1()(64bit)"));
        await site.UntilRebuild(id, now => now.Batch.State == BatchState.Complete);
        Assert.DoesNotContain($"/mass-rebuilds/{id}/cancel", await browser.GetStringAsync(page, Ct));
        var would = WebUtility.HtmlDecode(await browser.GetStringAsync($"{page}/merge", Ct));
        Assert.Contains("Goes into paper (2)", would);
        Assert.Contains($"action=\"/mass-rebuilds/{id}/merge\"", would);
        Assert.Equal(id, Led(await Send(browser, $"{page}/merge", $"/mass-rebuilds/{id}/merge")));
        Assert.Contains("has no builds of its own left to promote", await browser.GetStringAsync($"{page}/merge", Ct));

        Assert.NotNull((await site.Admin.MassRebuild(id, Ct)).Merged);
        Assert.Contains("curl-1-2.pp1", await site.Held());
    }

    [Fact]
    public async Task A_bump_that_was_looked_at_is_begun_by_its_button_and_not_once_it_is_another()
    {
        await using var site = await RebuildSite.Distribution();
        await site.Import("lib: lib.so.2()(64bit) | |", tag: null, version: "2");
        var build = (await site.Admin.Builds(Ct, limit: 10)).Builds.First(one => one.Nvr == "lib-2-1").Id;
        using var browser = await Browser(site, site.AdminToken);
        var page = $"plan-bump?target=paper&build={build}";
        var seen = await browser.GetStringAsync(page, Ct);

        var id = Led(await Send(browser, page, "/plan-bump"));
        var stale = await Send(browser, page, "/plan-bump", ("digest", "0"));
        var odd = await Send(browser, page, "/plan-bump", ("build", "lib"));

        Assert.Contains("Begin this rebuild", seen);
        Assert.Equal(3, (await site.Admin.MassRebuild(id, Ct)).Batch.Counts.All);
        // (A field that is there twice is none of the two.)
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (stale.StatusCode, odd.StatusCode));
    }

    [Theory]
    [InlineData("mass-rebuilds")]
    [InlineData("plan-bump")]
    [InlineData("mass-rebuilds/ID/cancel")]
    [InlineData("mass-rebuilds/ID/resume")]
    [InlineData("mass-rebuilds/ID/merge")]
    public async Task Who_is_not_signed_in_or_sends_it_from_elsewhere_or_may_not_changes_nothing(string to)
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["git"] }), Ct);
        to = to.Replace("ID", $"{begun.Batch.Id}", StringComparison.Ordinal);
        var ann = (await site.Admin.AddPerson(new NewPerson("ann"), Ct)).Token;
        using var stranger = await Browser(site, null);
        using var admin = await Browser(site, site.AdminToken);
        using var person = await Browser(site, ann);
        FormUrlEncodedContent Fields(string token) => new([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("target", "paper"), KeyValuePair.Create("all", "true"), KeyValuePair.Create("build", "1")]);
        var another = Regex.Match(await stranger.GetStringAsync("login", Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;

        var unknown = await stranger.PostAsync(to, Fields(another), Ct);
        var elsewhere = await admin.PostAsync(to, Fields(another), Ct);
        var without = await admin.PostAsync(to, Fields(""), Ct);

        Assert.Contains((int)unknown.StatusCode, new[] { 302, 401 });
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (elsewhere.StatusCode, without.StatusCode));
        if (to.Contains('/', StringComparison.Ordinal))
        {
            // The page offers the button to whoever is signed in; whose it is, the answer says.
            var refused = await Send(person, $"mass-rebuilds/{begun.Batch.Id}", $"/mass-rebuilds/{begun.Batch.Id}/cancel");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.NotEmpty(await refused.Content.ReadAsStringAsync(Ct));
        }
        Assert.Equal((BatchState.Running, 1), ((await site.Admin.MassRebuild(begun.Batch.Id, Ct)).Batch.State, (await site.Admin.MassRebuilds(Ct)).MassRebuilds.Count));
    }
}
