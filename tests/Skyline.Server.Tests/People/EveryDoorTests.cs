using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;

namespace Skyline.Server.Tests.People;

/// <summary>
/// Every endpoint of the running server, asked by everybody, held against a table that is written here by hand: an endpoint that is
/// not in it, or that lets in somebody else, fails.
/// </summary>
public sealed class EveryDoorTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly string[] callers = ["anonymous", "viewer", "packager", "release-engineer", "admin", "builder"];

    /// <summary>Who is let in, by the table's words.</summary>
    static readonly Dictionary<string, string[]> letIn = new()
    {
        ["all"] = callers,
        ["known"] = ["viewer", "packager", "release-engineer", "admin", "builder"],
        ["people"] = ["viewer", "packager", "release-engineer", "admin"],
        ["packagers"] = ["packager", "release-engineer", "admin"],
        ["release"] = ["release-engineer", "admin"],
        ["admins"] = ["admin"],
        ["builders"] = ["builder"],
    };

    [Fact]
    public async Task Every_endpoint_lets_in_whom_the_table_says_and_nobody_else()
    {
        await using var site = await Site.Open();
        var tokens = await Tokens(site);
        var (table, wrong) = (Table(), new List<string>());
        foreach (var door in Doors(site))
        {
            if (!table.Remove(door, out var who))
            {
                wrong.Add($"{door} is not in the table");
                continue;
            }
            foreach (var caller in callers)
            {
                var allowed = await IsLetIn(site, door, tokens[caller]);
                if (allowed != letIn[who].Contains(caller)) wrong.Add($"{door} {(allowed ? "lets in" : "refuses")} {caller}; the table says {who}");
            }
        }
        wrong.AddRange(table.Keys.Select(door => $"{door} is in the table and not in the server"));
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Where_anonymous_callers_may_not_read_they_see_the_door_alone()
    {
        await using var site = await Site.Open(null, null, "--Skyline:AnonymousMayRead=false");
        var open = new List<string>();
        foreach (var door in Doors(site))
            if (await IsLetIn(site, door, null)) open.Add(door);

        Assert.Equal(["GET /healthz", "GET /login", "GET static files", "POST /login", "POST /logout"], open.Order(StringComparer.Ordinal));
        Assert.True(await IsLetIn(site, "GET /api/builds", site.AdminToken));
        Assert.True(await IsLetIn(site, "GET /repos/{tag}/{repo}/{**path}", site.BuilderToken));
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal("/login?back=%2Ftags%3Fa%3Db", (await browser.GetAsync("tags?a=b", Ct)).Headers.Location!.ToString());
    }

    static async Task<Dictionary<string, string?>> Tokens(Site site)
    {
        var tokens = new Dictionary<string, string?> { ["anonymous"] = null, ["admin"] = site.AdminToken, ["builder"] = site.BuilderToken };
        foreach (var role in new[] { "viewer", "packager", "release-engineer" }) tokens[role] = (await site.Admin.AddPerson(new NewPerson(role, role), Ct)).Token;
        return tokens;
    }

    /// <summary>Each method and address once; what stands for many files is one.</summary>
    static IEnumerable<string> Doors(Site site) => site.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
    {
        var path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
        if (endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is not null) return ["GET static files"];
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        // A page's component would take posts too, and nothing is posted to one.
        return methods.Where(method => method != "HEAD" && !(method == "POST" && methods.Contains("GET"))).Select(method => $"{method} {path}");
    }).Distinct().ToList();

    /// <summary>Whatever else the answer is: not 401, not 403, not led to the sign-in page. Ids that nobody has are asked for, and bodies that nothing can be made of.</summary>
    static async Task<bool> IsLetIn(Site site, string door, string? token)
    {
        var (method, path) = (door.Split(' ')[0], door == "GET static files" ? "/skyline.css" : Filled(door.Split(' ')[1]));
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(site.Address, path));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method is not "GET" and not "DELETE") request.Content = new StringContent("!", null, "application/json");
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        return response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    static string Filled(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]*\}", part => part.Value.Contains(":long", StringComparison.Ordinal) ? "999999" : "nobody");

    /// <summary>A line an address: who, then the methods and what comes after them.</summary>
    static Dictionary<string, string> Table() => Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
        .SelectMany(line => line[1].Split(',').Select(method => ($"{method} {line[2]}", line[0]))).ToDictionary();

    const string Lines = """
@@TABLE@@
        """;
}
