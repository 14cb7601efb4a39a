using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Shell;

public sealed partial class PageSecurityTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_forbids_scripts_that_are_no_files_of_this_server_and_has_none()
    {
        await using var site = await Site.Open();
        var cookie = $"skyline-person={await site.Session(site.AdminToken)}";
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = site.Address };
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        var wrong = new List<string>();
        foreach (var page in Pages)
        {
            using var answer = await browser.GetAsync(page, Ct);
            if (answer.Content.Headers.ContentType?.MediaType != "text/html") continue;
            if (!answer.Headers.TryGetValues("Content-Security-Policy", out var policies) || policies.ToList() is not [PageSecurity.Policy]) wrong.Add($"{page} has another policy");
            foreach (var header in new[] { "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy" })
                if (!answer.Headers.Contains(header)) wrong.Add($"{page} does not say {header}");
            var html = await answer.Content.ReadAsStringAsync(Ct);
            wrong.AddRange(Inline().Matches(html).Select(found => $"{page} has in it what the policy forbids: {found.Value}"));
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [InlineData("/builds/999", HttpStatusCode.NotFound)]
    [InlineData("/advisories/none", HttpStatusCode.NotFound)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task A_page_that_refuses_has_the_policy_too(string path, HttpStatusCode status)
    {
        await using var site = await Site.Open();

        using var answer = await site.Http().GetAsync(path, Ct);

        Assert.Equal(status, answer.StatusCode);
        if (answer.Content.Headers.ContentType?.MediaType == "text/html") Assert.Equal([PageSecurity.Policy], answer.Headers.GetValues("Content-Security-Policy"));
        else Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Fact]
    public async Task What_repositories_hold_keeps_its_own_policy()
    {
        await using var site = await Site.Open();

        using var answer = await site.Http().GetAsync("/repos/paper/paper.repo", Ct);

        Assert.Equal(["sandbox; default-src 'none'"], answer.Headers.GetValues("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_page_with_a_persons_forms_on_it_stays_in_no_cache()
    {
        await using var site = await Site.Open();
        using var browser = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = site.Address };
        browser.DefaultRequestHeaders.Add("Cookie", $"skyline-person={await site.Session(site.AdminToken)}");

        foreach (var page in new[] { "/me/tokens", "/me", "/notices", "/me/hooks", "/me/second-factor" })
        {
            using var answer = await browser.GetAsync(page, Ct);
            Assert.True(answer.Headers.CacheControl is CacheControlHeaderValue { NoStore: true }, $"{page}: {answer.Headers.CacheControl}");
        }
    }

    /// <summary>Of every page; where it names something, of what is not there: that is a page too.</summary>
    static IEnumerable<string> Pages => typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>()
        .Select(route => Number().Replace(route.Template, "1")).Select(route => Part().Replace(route, "paper")).Order(StringComparer.Ordinal);

    [GeneratedRegex("""<script(?![^>]*\ssrc=)[^>]*>|<style\b[^>]*>|<[a-z][^>]*\son[a-z]+=[^>]*>|(?:href|src|action)="javascript:[^"]*""", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex(@"\{[^}]+:long\}")]
    private static partial Regex Number();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Part();
}
