using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Audit;

/// <summary>The audit log as people read it.</summary>
public sealed class AuditPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_is_narrowed_by_who_what_and_when_and_says_whether_it_is_whole()
    {
        await using var site = await Site.Open();
        await site.Person("ann");
        await site.Admin.EditPerson("ann", new(Role: "viewer"), Ct);
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        async Task<string> Page(string query) => WebUtility.HtmlDecode(await browser.GetStringAsync($"audit?{query}", Ct));

        Assert.Contains("packager</ins>", await Page("thing=ann&act=added"), StringComparison.Ordinal);
        var changed = await Page("thing=ann&act=CHANGED&since=2020-01-01");
        Assert.Matches("<del[^>]*><span[^>]*>before:</span>packager</del>", changed);
        Assert.Matches("<ins[^>]*><span[^>]*>after:</span>viewer</ins>", changed);
        Assert.Contains("No entry is like that.", await Page("until=2020-01-01"), StringComparison.Ordinal);
        Assert.Contains("'soon' is no time", await Page("until=soon"), StringComparison.Ordinal);
        Assert.Contains("The log is whole:", await Page("show=verify"), StringComparison.Ordinal);
        Assert.Single((await site.Http(site.AdminToken).GetFromJsonAsync("api/audit?act=changed&thing=ann", SkylineJson.Default.AuditPage, Ct))!.Entries);
        Assert.Equal(HttpStatusCode.BadRequest, (await site.Http(site.AdminToken).GetAsync("api/audit?until=soon", Ct)).StatusCode);
    }

    [Fact]
    public void A_change_is_read_field_by_field_and_what_is_hostile_stays_text()
    {
        using var context = new BunitContext();
        context.Services.AddSingleton(new Words(new Languages(new SkylineSettings())));
        var (before, after) = (JsonDocument.Parse("""{"role":"<script>","tags":["a","b"],"until":"2026-11-03T08:00:00Z","gone":1}"""), JsonDocument.Parse("""{"role":"viewer\u202e","tags":["a"],"until":null,"on":true}"""));

        var shown = context.Render<Changed>(parameters => parameters.Add(one => one.Before, before.RootElement).Add(one => one.After, after.RootElement));

        Assert.Equal(["role", "tags", "until", "gone", "on"], shown.FindAll("dt").Select(field => field.TextContent));
        Assert.Equal(["before:<script>", "before:a, b", "before:2026-11-03 08:00:00 UTC", "before:1"], shown.FindAll("del").Select(one => one.TextContent));
        Assert.Equal(["after:viewer‹U+202E›", "after:a", "after:yes"], shown.FindAll("ins").Select(one => one.TextContent));
        Assert.Empty(context.Render<Changed>().FindAll("dl"));
    }
}
