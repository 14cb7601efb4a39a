using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Privacy;

/// <summary>
/// Every address of the running server that is read, asked by people who may not read a private tag. An address that names something of it is
/// answered as one that names what there is not, letter by letter; every other answer has no word of it. An address that is not in the table fails.
/// </summary>
public sealed partial class EveryAnswerTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_answer_tells_of_a_private_tag_to_who_may_not_read_it()
    {
        await using var site = await Site.Open();
        var keeper = site.Http((await site.Admin.AddPerson(new NewPerson("keeper"), Ct)).Token);
        var real = await PrivateSite.Fill(site, new SkylineClient(keeper));
        var outsiders = new Dictionary<string, HttpClient> { ["anybody"] = Client(site, null), ["a builder"] = Client(site, site.BuilderToken) };
        foreach (var role in new[] { "viewer", "packager", "release-engineer" }) outsiders[role] = Client(site, (await site.Admin.AddPerson(new NewPerson(role, role), Ct)).Token);
        var (table, wrong) = (Table(), new List<string>());
        using var inside = Client(site, keeper.DefaultRequestHeaders.Authorization!.Parameter);
        foreach (var door in Doors(site))
        {
            if (!table.Remove(door, out var line)) wrong.Add($"{door} is not in the table");
            else if (line.Address != "-") await Look(door, line, real, inside, outsiders, wrong);
        }
        wrong.AddRange(table.Keys.Select(door => $"{door} is in the table and not in the server"));
        foreach (var client in outsiders.Values) client.Dispose();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    static async Task Look(string door, (string Word, string Address) line, Dictionary<string, string> real, HttpClient inside, Dictionary<string, HttpClient> outsiders, List<string> wrong)
    {
        var (address, other) = (Filled(line.Address, real, twin: false), Filled(line.Address, real, twin: true));
        var known = await Ask(inside, address, real, twin: false);
        if (line.Word == "tells" && !PrivateSite.Secrets.Any(word => known.Body.Contains(word, StringComparison.OrdinalIgnoreCase))) wrong.Add($"{door}: {address} does not tell who may read it either: {known.Status}");
        if (line.Word == "there" && known.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized) wrong.Add($"{door}: {address} is not there for who may read it either: {known.Body}");
        foreach (var (who, http) in outsiders)
        {
            var seen = await Ask(http, address, real, twin: false);
            if ((int)seen.Status >= 500) wrong.Add($"{door}: {address} fails for {who}: {seen.Body}");
            if (address != other)
            {
                if (seen != await Ask(http, other, real, twin: true)) wrong.Add($"{door}: {address} is answered to {who} otherwise than {other}: {seen.Status} {seen.Body[..Math.Min(400, seen.Body.Length)]}");
                if ((int)seen.Status < 400 && line.Word == "there" && seen.Status is not HttpStatusCode.Redirect) wrong.Add($"{door}: {address} is there for {who}");
            }
            else if (PrivateSite.Secrets.FirstOrDefault(word => seen.Body.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } leak) wrong.Add($"{door}: {address} tells {who} of {leak}: {Around(seen.Body, leak)}");
        }
    }

    static string Around(string body, string word) => body.IndexOf(word, StringComparison.OrdinalIgnoreCase) is var at ? body[Math.Max(0, at - 150)..Math.Min(body.Length, at + 150)] : "";

    /// <summary>What differs from one answer to the next anyway is left out, and what the address named is given the same name.</summary>
    static async Task<(HttpStatusCode Status, string Body)> Ask(HttpClient http, string address, Dictionary<string, string> real, bool twin)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        soon.CancelAfter(TimeSpan.FromSeconds(20));
        using var answer = await http.GetAsync(address, soon.Token);
        var body = answer.Headers.Location + "\n" + Passing().Replace(await answer.Content.ReadAsStringAsync(soon.Token), "");
        return (answer.StatusCode, address.Contains('{') || twin ? real.Aggregate(body, (text, pair) => text.Replace(Twin(pair), pair.Value, StringComparison.Ordinal)) : body);
    }

    /// <summary>(A page's own address is told to nobody but who came by it: where its form leads back to, and what the skipping link names.)</summary>
    [GeneratedRegex("""class="skip" href="[^"]*"|name="back" value="[^"]*"|<!--.*?-->|value="CfDJ[^"]*"|"traceId":"[^"]*"|[?&]v=[^"]*""", RegexOptions.Singleline)]
    private static partial Regex Passing();

    static string Filled(string address, Dictionary<string, string> real, bool twin) => real.Aggregate(address, (text, pair) => text.Replace(pair.Key, twin ? Twin(pair) : pair.Value, StringComparison.Ordinal));

    /// <summary>Of the same kind, and there is none.</summary>
    internal static string Twin(KeyValuePair<string, string> pair) => pair.Key switch
    {
        "{snapshot}" or "{key}" => new string([.. pair.Value.Reverse()]),
        _ when pair.Value.All(char.IsAsciiDigit) => "7700" + pair.Value,
        _ => pair.Value.Replace("umbra", "ombro", StringComparison.Ordinal).Replace("UMBRA", "OMBRO", StringComparison.Ordinal).Replace("moonshot", "moonshut", StringComparison.Ordinal),
    };

    static HttpClient Client(Site site, string? token)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    static List<string> Doors(Site site) => site.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null && (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? true))
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/')).Distinct().ToList();

    static Dictionary<string, (string Word, string Address)> Table() => Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(" | ")).ToDictionary(line => line[1], line => (Word: line[0], Address: line[2]));

    /// <summary>Each: `tells` (who may read it finds a word of it), `there` (who may read it finds something), or `calm` (it tells nobody of it); the door; which address is asked, or - for none.</summary>
    const string Lines = """
        calm | /invitation/{Secret} | /invitation/nobody
        calm | /api/audit | /api/audit
        calm | /api/audit/export | /api/audit/export
        calm | /api/audit/head | /api/audit/head
        calm | /audit | /audit
        tells | / | /
        tells | /wall | /wall
        tells | /builds | /builds?q=oonsho
        calm | /_blazor | -
        calm | /_blazor/disconnect | -
        calm | /_blazor/initializers | -
        calm | /_blazor/negotiate | -
        calm | /_framework/opaque-redirect | -
        tells | /build-from-git | /build-from-git
        tells | /advisories | /advisories
        there | /advisories/{Id} | /advisories/{advisory}
        tells | /api/advisories | /api/advisories
        there | /api/advisories/{id} | /api/advisories/{advisory}
        tells | /api/batches | /api/batches
        there | /api/batches/{id:long} | /api/batches/{batch}
        there | /api/batches/{id:long}/members | /api/batches/{batch}/members
        tells | /api/bisections | /api/bisections
        there | /api/bisections/{id:long} | /api/bisections/{bisection}
        calm | /api/builders | /api/builders
        calm | /api/pools | /api/pools
        calm | /api/pools/{name} | /api/pools/farm
        tells | /api/builders/{name} | /api/builders/local
        tells | /api/builds | /api/builds
        there | /api/builds/{before:long}/buildroot/{after:long} | /api/builds/{build}/buildroot/{other}
        there | /api/builds/{before:long}/compare/{after:long} | /api/builds/{build}/compare/{other}
        there | /api/builds/{id:long} | /api/builds/{build}
        there | /api/builds/{id:long}/files/{file} | /api/builds/{build}/files/{file}
        there | /api/builds/{id:long}/lock | /api/builds/{build}/lock
        there | /api/builds/{id:long}/packages/{file} | /api/builds/{build}/packages/{file}
        there | /api/builds/{id:long}/packages/{file}/files | /api/builds/{build}/packages/{file}/files
        there | /api/chains/{batch:long}/plan | /api/chains/{chain}/plan
        calm | /api/channels | /api/channels
        calm | /api/externals | /api/externals
        calm | /api/externals/{name} | /api/externals/paper
        tells | /api/hooks | /api/hooks
        there | /api/hooks/{name} | /api/hooks/{hook}
        there | /api/hooks/{name}/deliveries | /api/hooks/{hook}/deliveries
        tells | /me/hooks | /me/hooks
        there | /me/hooks/{Name} | /me/hooks/{hook}
        tells | /api/keeping | /api/keeping
        tells | /api/keys | /api/keys
        tells | /api/mass-rebuilds | /api/mass-rebuilds
        there | /api/mass-rebuilds/{id:long} | /api/mass-rebuilds/{batch}
        there | /api/runs/{run:long}/log | /api/runs/{run}/log
        there | /api/runs/{run:long}/log/place | /api/runs/{run}/log/place?line=1
        there | /api/runs/{run:long}/log/search | /api/runs/{run}/log/search?q=a
        tells | /api/schedules | /api/schedules
        there | /api/schedules/{name} | /api/schedules/{schedule}
        tells | /api/side-tags | /api/side-tags
        there | /api/side-tags/{tag} | /api/side-tags/{side}
        tells | /api/tags | /api/tags
        there | /api/tags/{name} | /api/tags/{tag}
        there | /api/tags/{name}/latest | /api/tags/{tag}/latest
        there | /api/tags/{name}/packages | /api/tags/{tag}/packages
        there | /api/tags/{tag}/comps.xml | /api/tags/{tag}/comps.xml
        there | /api/tags/{tag}/diff | /api/tags/paper/diff?toTag={tag}
        there | /api/tags/{tag}/events | /api/tags/{tag}/events
        there | /api/tags/{tag}/externals | /api/tags/{tag}/externals
        there | /api/tags/{tag}/failing | /api/tags/{tag}/failing
        there | /api/tags/{tag}/groups | /api/tags/{tag}/groups
        there | /api/tags/{tag}/groups/{id} | /api/tags/{tag}/groups/{group}
        there | /api/tags/{tag}/keys | /api/tags/{tag}/keys
        there | /api/tags/{tag}/modules | /api/tags/{tag}/modules
        calm | /api/tags/{tag}/modules.yaml | /api/tags/{tag}/modules.yaml
        there | /api/tags/{tag}/no-auto-builds | /api/tags/{tag}/no-auto-builds
        there | /api/tags/{tag}/packages/{package}/history | /api/tags/{tag}/packages/{package}/history
        there | /api/tags/{tag}/repo | /api/tags/{tag}/repo?holds=moonshot-2-1
        there | /api/tags/{tag}/retention | /api/tags/{tag}/retention
        there | /api/tags/{tag}/snapshots | /api/tags/{tag}/snapshots
        there | /api/tags/{tag}/snapshots/{hash} | /api/tags/{tag}/snapshots/{snapshot}
        there | /api/tags/{tag}/access | /api/tags/{tag}/access
        tells | /api/targets | /api/targets
        there | /api/targets/{name} | /api/targets/{tag}
        tells | /api_3/project/list | /api_3/project/list?ownername=skyline
        tells | /api_3/project/search | /api_3/project/search?query=u
        there | /api_3/rpmrepo/{owner}/{project}/{nameVersion} | /api_3/rpmrepo/skyline/{tag}/fedora-43
        tells | /batches | /batches
        there | /batches/{Id:long} | /batches/{batch}
        tells | /bisections | /bisections
        there | /bisections/{Id:long} | /bisections/{bisection}
        calm | /builders | /builders
        tells | /builders/{Name} | /builders/local?show=runs
        calm | /builders/{Name}/enrolled | /builders/local/enrolled
        there | /builds/{Before:long}/buildroot/{After:long} | /builds/{build}/buildroot/{other}
        there | /builds/{Before:long}/compare/{After:long} | /builds/{build}/compare/{other}
        there | /builds/{Id:long} | /builds/{build}
        there | /builds/{Id:long}/lock | /builds/{build}/lock
        there | /builds/{Id:long}/compare | /builds/{build}/compare
        there | /builds/{Id:long}/packages/{File} | /builds/{build}/packages/{file}
        there | /builds/{Id:long}/rebuild | /builds/{build}/rebuild
        tells | /chains | /chains
        tells | /chains/plan | /chains/plan
        there | /chains/{Id:long} | /chains/{chain}
        there | /chains/edit/{Id:long} | /chains/edit/{draft}
        tells | /new | /new
        calm | /import | /import?tag={tag}
        calm | /tags/{tag}/rpms/{sha256} | /tags/{tag}/rpms/0000000000000000000000000000000000000000000000000000000000000000
        calm | /new/sources/{sha256} | /new/sources/0000000000000000000000000000000000000000000000000000000000000000
        there | /coprs/results/{owner}/{project}/pubkey.gpg | /coprs/results/skyline/{tag}/pubkey.gpg
        there | /coprs/results/{owner}/{project}/{chroot}/{**path} | /coprs/results/skyline/{tag}/paper-1-x86_64/repodata/repomd.xml
        there | /coprs/{owner}/{project}/repo/{chroot}/dnf.repo | /coprs/skyline/{tag}/repo/paper-1/dnf.repo?arch=x86_64
        calm | /external/{name}/@{hash}/{arch}/{**path} | /external/paper/@abc/x86_64/repodata/repomd.xml
        calm | /external/{name}/keys.asc | /external/paper/keys.asc
        calm | /external/{name}/{arch}/mirrorlist | /external/paper/x86_64/mirrorlist
        calm | /external/{name}/{arch}/{**path} | /external/paper/x86_64/repodata/repomd.xml
        calm | /externals | /externals
        calm | /externals/{Name} | /externals/paper
        calm | /ca.crt | /ca.crt
        calm | /healthz | /healthz
        calm | /readyz | /readyz
        calm | /metrics | /metrics
        calm | /health | /health
        calm | /api/health | /api/health
        calm | /settings | /settings
        calm | /welcome | /welcome
        calm | /help | /help
        calm | /help/{Chapter} | /help/people
        tells | /keeping | /keeping
        calm | /keeping/next | /keeping/next
        tells | /keys | /keys
        there | /keys/{name}.asc | /keys/{tag}.asc
        calm | /keys/by-fingerprint/{fingerprint}.asc | /keys/by-fingerprint/nobody.asc
        calm | /login | /login
        tells | /mass-rebuilds | /mass-rebuilds
        tells | /mass-rebuilds/plan | /mass-rebuilds/plan
        there | /mass-rebuilds/{Id:long} | /mass-rebuilds/{batch}
        there | /mass-rebuilds/{Id:long}/merge | /mass-rebuilds/{batch}/merge
        calm | /not-found | /not-found
        tells | /notices | /notices
        calm | /openapi/{documentName}.json | /openapi/v1.json
        calm | /plan-bump | /plan-bump
        there | /repos/{name}/@{hash}/{repo}/repodata/repomd.xml.key | /repos/{tag}/@{snapshot}/x86_64/repodata/repomd.xml.key
        there | /repos/{name}/{repo}/repodata/repomd.xml.key | /repos/{tag}/x86_64/repodata/repomd.xml.key
        there | /repos/{tag}/@{hash}/{repo}/{**path} | /repos/{tag}/@{snapshot}/x86_64/Packages/m/{newest}
        there | /repos/{tag}/{repo}/{**path} | /repos/{tag}/x86_64/repodata/repomd.xml
        there | /repos/{tag}/{tagAgain}.repo | /repos/{tag}/{tag}.repo
        tells | /schedules | /schedules
        there | /schedules/{Name} | /schedules/{schedule}
        tells | /side-tags | /side-tags
        there | /side-tags/{Name} | /side-tags/{side}
        tells | /tags | /tags
        there | /tags/{Name} | /tags/{tag}
        there | /tags/{Name}/diff | /tags/paper/diff?toTag={tag}
        there | /tags/{Name}/failing | /tags/{tag}/failing
        there | /tags/{Name}/groups | /tags/{tag}/groups
        there | /tags/{Name}/history | /tags/{tag}/history
        there | /tags/{Name}/keeping | /tags/{tag}/keeping
        there | /tags/{Name}/latest | /tags/{tag}/latest
        there | /tags/{Name}/modules | /tags/{tag}/modules
        there | /tags/{Name}/packages | /tags/{tag}/packages
        there | /tags/{Name}/packages/{Package}/history | /tags/{tag}/packages/{package}/history
        there | /tags/{Name}/snapshots | /tags/{tag}/snapshots
        there | /tags/{Name}/snapshots/{Hash} | /tags/{tag}/snapshots/{snapshot}
        tells | /repositories | /repositories
        tells | /targets | /targets
        calm | /{**path:file} | /umbra.css
        tells | /api/approvals | /api/approvals
        there | /api/approvals/{id:long} | /api/approvals/{approval}
        there | /api/approvals/{id:long}/difference | /api/approvals/{approval}/difference
        tells | /approvals | /approvals
        there | /approvals/{Id:long} | /approvals/{approval}
        calm | /api/git-credentials | /api/git-credentials
        calm | /me/git-credentials | /me/git-credentials
        tells | /feeds/builds.atom | /feeds/builds.atom
        there | /feeds/tags/{tag}/snapshots.atom | /feeds/tags/{tag}/snapshots.atom
        calm | /feeds/notices/{secret}.atom | /feeds/notices/nobodys.atom
        calm | /api/webhooks | /api/webhooks
        calm | /api/webhooks/{id:long} | /api/webhooks/1
        calm | /api/webhooks/{id:long}/deliveries | /api/webhooks/1/deliveries
        calm | /api/webhooks/{id:long}/deliveries/{delivery:long} | /api/webhooks/1/deliveries/1
        calm | /me/webhooks | /me/webhooks
        calm | /me/webhooks/{Id:long} | /me/webhooks/1
        calm | /api/mail | /api/mail
        calm | /me/mail | /me/mail
        calm | /mail/verify/{Secret} | /mail/verify/nobodys
        calm | /mail/unsubscribe/{Secret} | /mail/unsubscribe/nobodys
        calm | /device | /device
        calm | /login/second-factor | /login/second-factor
        calm | /me/second-factor | /me/second-factor
        calm | /api/whoami | /api/whoami
        tells | /api/notices | /api/notices
        calm | /{**path:page} | /nowhere/at-all
        tells | /find/names | /find/names?q=umb
        tells | /api/find | /api/find?q=umb
        tells | /find | /find?q=moonsho
        calm | /api/tokens | /api/tokens
        calm | /api/teams | /api/teams
        calm | /api/people | /api/people
        calm | /api/invitations | /api/invitations
        calm | /me | /me
        calm | /me/tokens | /me/tokens
        calm | /people | /people
        calm | /api/sources/{sha256} | -
        calm | /api/runs/{run:long}/files/{file} | /api/runs/{run}/files/{file}
        calm | /api/runs/{run:long}/packages/{sha256} | -
        calm | /api/runs/{run:long}/srpm | /api/runs/{run}/srpm
        calm | /api/runs/{run:long}/sources/{number:long} | /api/runs/{run}/sources/1
        """;
}
