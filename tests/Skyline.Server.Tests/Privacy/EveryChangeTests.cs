using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Skyline.Protocol;
using Skyline.Server.People;

namespace Skyline.Server.Tests.Privacy;

/// <summary>
/// Every address of the running server by which people change something that it names, asked by who may change much and may not read a private tag: with what that
/// has, it is answered as with what nobody has. An address that names something new fails until it is said here what that is.
/// </summary>
public sealed partial class EveryChangeTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>By how an address begins and what its part is called: what the part names, of the private tag and of nothing.</summary>
    static readonly (string Beginning, string Part, string Named)[] parts =
    [
        ("/api/approvals/", "id", "{approval}"), ("/approvals/", "id", "{approval}"), ("/api/builds/", "id", "{build}"), ("/builds/", "id", "{build}"), ("/api/batches/", "id", "{batch}"), ("/batches/", "id", "{batch}"),
        ("/api/mass-rebuilds/", "id", "{batch}"), ("/mass-rebuilds/", "id", "{batch}"), ("/api/bisections/", "id", "{bisection}"), ("/api/advisories/", "id", "{advisory}"), ("/api/advisories/", "nvr", "moonshot-2-1"),
        ("/api/schedules/", "name", "{schedule}"), ("/schedules/", "name", "{schedule}"), ("/api/targets/", "name", "{tag}"), ("/targets/", "name", "{tag}"), ("/advisories/", "id", "{advisory}"), ("/api/side-tags/", "tag", "{side}"), ("/side-tags/", "tag", "{side}"),
        ("/api/tags/", "tag", "{tag}"), ("/tags/", "tag", "{tag}"), ("/tags/", "sha256", "0000000000000000000000000000000000000000000000000000000000000000"), ("/api/tags/{tag}/externals/", "name", "paper"), ("/api/tags/", "name", "{tag}"), ("/api/tags/", "id", "{group}"), ("/api/tags/", "package", "{package}"), ("/api/tags/", "parent", "paper"), ("/api/tags/", "build", "moonshot-1-1"),
        // What these name is in no tag.
        ("/api/people/", "", "-"), ("/people/", "", "-"), ("/api/teams/", "", "-"), ("/api/tokens/", "", "-"), ("/me/", "", "-"), ("/api/invitations/", "", "-"), ("/api/builders/", "", "-"), ("/api/pools/", "", "-"), ("/api/channels/", "", "-"),
        ("/chains/edit/", "draft", "{draft}"), ("/new/", "", "-"), ("/api/externals/", "", "-"), ("/api/sources/", "", "-"), ("/api/git-credentials/", "", "-"), ("/api/webhooks/", "", "-"), ("/api/hooks/", "", "-"), ("/hooks/", "", "-"), ("/mail/", "", "-"), ("/_blazor", "", "-"), ("/externals/", "", "-"), ("/builders/", "", "-"),
    ];

    [Fact]
    public async Task Who_changes_what_they_may_not_read_is_told_what_is_told_of_nothing()
    {
        await using var site = await Site.Open();
        var keeper = await site.Person("keeper");
        var real = await PrivateSite.Fill(site, keeper);
        var wrong = new List<string>();
        foreach (var role in new[] { "packager", "release-engineer" })
        {
            using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await site.Admin.AddPerson(new NewPerson(role, role), Ct)).Token);
            foreach (var (method, door) in Doors(site)) await Ask(http, role, method, door, real, wrong);
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        // Nothing of it was changed.
        Assert.Equal((BuildState.Complete, true, 0), ((await keeper.Build(1, Ct)).State, (await keeper.Tag("umbra", Ct)).Private, (await keeper.Tag("umbra", Ct)).Parents!.Count));
    }

    static async Task Ask(HttpClient http, string role, string method, string door, Dictionary<string, string> real, List<string> wrong)
    {
        var address = Part().Replace(door, part => Array.Find(parts, one => door.StartsWith(one.Beginning, StringComparison.Ordinal) && (one.Part.Length == 0 || one.Part == part.Groups[1].Value)).Named ?? "?");
        if (address.Contains('?', StringComparison.Ordinal)) wrong.Add($"{method} {door}: what does it name?");
        if (address.Contains('?', StringComparison.Ordinal) || address.Contains('-', StringComparison.Ordinal) && address.Split('/').Contains("-")) return;
        foreach (var body in new[] { "{}", """{"builds":["moonshot-1-1"],"to":"paper","description":"mine","packages":["moonshot"],"parent":"paper","name":"mine","grant":["read"],"person":"packager","digest":"abc","reason":"x","keepSnapshots":3,"keepDays":3}""" })
        {
            var (there, nothing) = (await Send(http, method, Filled(address, real, twin: false), body, real), await Send(http, method, Filled(address, real, twin: true), body, real));
            if (there != nothing) wrong.Add($"{method} {address} as {role}: {there.Status} {there.Body}\n   of nothing: {nothing.Status} {nothing.Body}");
            if ((int)there.Status is < 400 or >= 500) wrong.Add($"{method} {address} as {role}: {there.Status} {there.Body}");
        }
    }

    static async Task<(HttpStatusCode Status, string Body)> Send(HttpClient http, string method, string address, string body, Dictionary<string, string> real)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request, Ct);
        return (answer.StatusCode, real.Aggregate(Passing().Replace(await answer.Content.ReadAsStringAsync(Ct), ""), (text, pair) => text.Replace(EveryAnswerTests.Twin(pair), pair.Value, StringComparison.Ordinal)));
    }

    [GeneratedRegex("""\{\**([A-Za-z0-9]+)[^}]*\}""")]
    private static partial Regex Part();

    [GeneratedRegex("""
        ,?"traceId":"[^"]*"|value="CfDJ[^"]*"|<!--.*?-->
        """, RegexOptions.Singleline)]
    private static partial Regex Passing();

    static string Filled(string address, Dictionary<string, string> real, bool twin) => real.Aggregate(address, (text, pair) => text.Replace(pair.Key, twin ? EveryAnswerTests.Twin(pair) : pair.Value, StringComparison.Ordinal));

    /// <summary>Those that name something, but builders' own.</summary>
    static List<(string Method, string Door)> Doors(Site site) => site.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.Parameters.Count > 0 && endpoint.Metadata.GetOrderedMetadata<NeedsAttribute>().All(needs => needs.Right != Right.Work))
        // A page's component would take posts too, and nothing is posted to one.
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { } methods && !methods.Contains("GET"))
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method is not ("GET" or "HEAD")).Select(method => (method, "/" + endpoint.RoutePattern.RawText!.Trim('/')))).Distinct().ToList();
}
