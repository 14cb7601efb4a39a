using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Skyline.Protocol;
using Skyline.Server.People;

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
        // Whoever signs with a secret of the door's own, and nobody for who they are.
        ["signers"] = [],
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
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Where_anonymous_callers_may_not_read_they_see_the_door_alone()
    {
        await using var site = await Site.Open(null, null, "--Skyline:AnonymousMayRead=false");
        var open = new List<string>();
        foreach (var door in Doors(site))
            if (await IsLetIn(site, door, null)) open.Add(door);

        Assert.Equal(string.Join("\n", ["GET /ca.crt", "GET /feeds/notices/{secret}.atom", "GET /healthz", "GET /help", "GET /help/{Chapter}", "GET /invitation/{Secret}", "GET /keys/by-fingerprint/{fingerprint}.asc", "GET /login", "GET /login/second-factor", "GET /mail/unsubscribe/{Secret}", "GET /mail/verify/{Secret}", "GET /metrics", "GET /readyz", "GET /welcome", "GET /{**path:file}", "GET /{**path:page}", "GET static files", "POST /api/builders/join", "POST /api/login", "POST /api/login/device", "POST /api/login/device/answer", "POST /invitation", "POST /invitation/oidc", "POST /login", "POST /login/oidc", "POST /login/passkey", "POST /login/passkey/begin", "POST /login/second-factor", "POST /logout", "POST /look", "POST /mail/unsubscribe/{secret}", "POST /mail/verify", "POST /welcome"]), string.Join("\n", open.Order(StringComparer.Ordinal)));
        Assert.True(await IsLetIn(site, "GET /api/builds", site.AdminToken));
        Assert.True(await IsLetIn(site, "GET /repos/{tag}/{repo}/{**path}", site.BuilderToken));
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Equal("/login?back=%2Ftags%3Fa%3Db", (await browser.GetAsync("tags?a=b", Ct)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task An_endpoint_that_names_no_right_is_refused_to_administrators_too()
    {
        await using var site = await Site.Open();
        var (policy, admin, http) = ((await site.Part<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync())!, site.Part<KnownCallers>().Find(site.AdminToken)!, new DefaultHttpContext());
        var authorization = site.Part<IAuthorizationService>();

        Assert.True((await authorization.AuthorizeAsync(admin, http, policy)).Succeeded);
        http.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/new"), 0, null, null));
        Assert.False((await authorization.AuthorizeAsync(admin, http, policy)).Succeeded);
    }

    static async Task<Dictionary<string, string?>> Tokens(Site site)
    {
        var tokens = new Dictionary<string, string?> { ["anonymous"] = null, ["admin"] = site.AdminToken, ["builder"] = site.BuilderToken };
        foreach (var role in new[] { "viewer", "packager", "release-engineer" }) tokens[role] = (await site.Admin.AddPerson(new NewPerson(role, role), Ct)).Token;
        return tokens;
    }

    /// <summary>Each method and address once; what stands for many files is one.</summary>
    static List<string> Doors(Site site) => site.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
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
        all GET /invitation/{Secret}
        people GET /api/approvals
        people GET /api/approvals/{id:long}
        people GET /api/approvals/{id:long}/difference
        people GET /approvals
        people GET /approvals/{Id:long}
        packagers POST /api/approvals/{id:long}/approve
        packagers POST /api/approvals/{id:long}/refuse
        packagers POST /api/approvals/{id:long}/withdraw
        packagers POST /approvals/{id:long}/approve
        packagers POST /approvals/{id:long}/refuse
        packagers POST /approvals/{id:long}/withdraw
        admins GET /api/audit
        admins GET /api/audit/export
        admins GET /api/audit/head
        admins GET /audit
        all POST /invitation
        all GET /
        all GET /_blazor
        all GET /_blazor/disconnect
        all GET /_blazor/initializers
        all GET /_blazor/negotiate
        all GET /_framework/opaque-redirect
        all GET /build-from-git
        packagers POST /build-from-git
        packagers POST /api/builds/from-git
        builders POST /api/runs/{run:long}/sources
        builders POST,GET /api/runs/{run:long}/sources/{number:long}
        all GET /advisories
        all GET /advisories/{Id}
        all GET /api/advisories
        all GET /api/advisories/{id}
        all GET /api/batches
        all GET /api/batches/{id:long}
        all GET /api/batches/{id:long}/members
        all GET /api/bisections
        all GET /api/bisections/{id:long}
        all GET /api/builders
        all POST /api/builders/join
        all GET /api/pools
        all GET /api/pools/{name}
        all GET /api/builders/{name}
        all GET /api/builds
        all GET /api/builds/{before:long}/buildroot/{after:long}
        all GET /api/builds/{before:long}/compare/{after:long}
        all GET /api/builds/{id:long}
        all GET /api/builds/{id:long}/files/{file}
        all GET /api/builds/{id:long}/lock
        all GET /api/builds/{id:long}/packages/{file}
        all GET /api/builds/{id:long}/packages/{file}/files
        all GET /api/chains/{batch:long}/plan
        all GET /api/channels
        all GET /api/externals
        all GET /api/externals/{name}
        all GET /api/keeping
        all GET /api/keys
        all GET /api/mass-rebuilds
        all GET /api/mass-rebuilds/{id:long}
        all GET /api/runs/{run:long}/log
        all GET /api/runs/{run:long}/log/place
        all GET /api/runs/{run:long}/log/search
        all GET /api/schedules
        all GET /api/schedules/{name}
        all GET /api/side-tags
        all GET /api/side-tags/{tag}
        all GET /api/tags
        all GET /api/tags/{name}
        all GET /api/tags/{name}/latest
        all GET /api/tags/{name}/packages
        all GET /api/tags/{tag}/comps.xml
        all GET /api/tags/{tag}/diff
        all GET /api/tags/{tag}/events
        all GET /api/tags/{tag}/externals
        all GET /api/tags/{tag}/failing
        all GET /api/tags/{tag}/groups
        all GET /api/tags/{tag}/groups/{id}
        all GET /api/tags/{tag}/keys
        all GET /api/tags/{tag}/modules
        all GET /api/tags/{tag}/modules.yaml
        all GET /api/tags/{tag}/no-auto-builds
        all GET /api/tags/{tag}/packages/{package}/history
        all GET /api/tags/{tag}/repo
        all GET /api/tags/{tag}/retention
        all GET /api/tags/{tag}/snapshots
        all GET /api/tags/{tag}/snapshots/{hash}
        all GET /api/targets
        all GET /api/targets/{name}
        all GET /api_3/project/list
        all GET /api_3/project/search
        all GET /api_3/rpmrepo/{owner}/{project}/{nameVersion}
        all GET /batches
        all GET /batches/{Id:long}
        all GET /bisections
        all GET /bisections/{Id:long}
        all GET /builders
        all GET /builders/{Name}
        all GET /builds
        all GET /wall
        all GET /builds/{Before:long}/buildroot/{After:long}
        all GET /builds/{Before:long}/compare/{After:long}
        all GET /builds/{Id:long}
        all GET /builds/{Id:long}/compare
        all GET /builds/{Id:long}/lock
        all GET /builds/{Id:long}/packages/{File}
        all GET /builds/{Id:long}/rebuild
        all GET /chains
        all GET /chains/plan
        all GET /chains/{Id:long}
        all GET /chains/edit/{Id:long}
        all GET /new
        all GET /import
        all GET /coprs/results/{owner}/{project}/pubkey.gpg
        all GET /coprs/results/{owner}/{project}/{chroot}/{**path}
        all GET /coprs/{owner}/{project}/repo/{chroot}/dnf.repo
        all GET /external/{name}/@{hash}/{arch}/{**path}
        all GET /external/{name}/keys.asc
        all GET /external/{name}/{arch}/mirrorlist
        all GET /external/{name}/{arch}/{**path}
        all GET /externals
        all GET /externals/{Name}
        all GET /ca.crt
        all GET /healthz
        all GET /metrics
        all GET /readyz
        all GET /help
        all GET /help/{Chapter}
        all POST,GET /welcome
        admins POST /welcome/sample
        admins POST,GET /settings
        admins GET /health
        admins GET /api/health
        all GET /keeping
        all GET /keeping/next
        all GET /keys
        all GET /keys/{name}.asc
        all GET /keys/by-fingerprint/{fingerprint}.asc
        all POST,GET /login
        all POST /logout
        all GET /mass-rebuilds
        all GET /mass-rebuilds/plan
        all GET /mass-rebuilds/{Id:long}
        all GET /not-found
        all GET /notices
        all GET /find
        all POST /look
        all GET /{**path:page}
        all GET /api/find
        all GET /find/names
        all GET /openapi/{documentName}.json
        all GET /plan-bump
        all GET /repos/{name}/@{hash}/{repo}/repodata/repomd.xml.key
        all GET /repos/{name}/{repo}/repodata/repomd.xml.key
        all GET /repos/{tag}/@{hash}/{repo}/{**path}
        all GET /repos/{tag}/{repo}/{**path}
        all GET /repos/{tag}/{tagAgain}.repo
        all GET /schedules
        all GET /schedules/{Name}
        all GET /side-tags
        all GET /side-tags/{Name}
        all GET /tags
        all GET /tags/{Name}
        all GET /tags/{Name}/diff
        all GET /tags/{Name}/failing
        all GET /tags/{Name}/groups
        all GET /tags/{Name}/history
        all GET /tags/{Name}/keeping
        all GET /tags/{Name}/latest
        all GET /tags/{Name}/modules
        all GET /tags/{Name}/packages
        all GET /tags/{Name}/packages/{Package}/history
        all GET /tags/{Name}/snapshots
        all GET /tags/{Name}/snapshots/{Hash}
        all GET /targets
        all GET /repositories
        all GET /{**path:file}
        all GET static files
        known GET /api/whoami
        people GET /api/notices
        people POST /api/notices/read
        people GET,POST /api/tokens
        people DELETE /api/tokens/{id:long}
        all POST /login/oidc
        all POST /api/login
        all POST /api/login/device
        all POST /api/login/device/answer
        people GET,POST /device
        all POST /invitation/oidc
        all POST,GET /login/second-factor
        all POST /login/passkey
        all POST /login/passkey/begin
        people POST /me/oidc/link
        people POST /me/oidc/unlink
        people GET /me/second-factor
        people POST /me/second-factor/begin
        people POST /me/second-factor/confirm
        people POST /me/second-factor/recovery
        people POST /me/second-factor/off
        people POST /me/passkeys
        people POST /me/passkeys/begin
        people POST /me/passkeys/{id:long}/remove
        admins POST /people/{name}/reset-second-factor
        admins DELETE /api/people/{name}/second-factor
        people GET /api/teams
        people PUT,DELETE /api/teams/{name}/members/{person}
        people GET /api/tags/{tag}/access
        packagers POST /api/tags/{tag}/access
        packagers POST /tags/{tag}/access
        packagers POST /tags
        packagers POST /tags/{tag}/change
        packagers POST /tags/{tag}/remove
        packagers POST /side-tags
        packagers POST /side-tags/{tag}/edit
        packagers POST /side-tags/{tag}/remove
        packagers POST /targets/{name}/remove
        release POST /tags/{tag}/clone
        release POST /tags/{tag}/externals
        release POST /tags/{tag}/groups
        release POST /tags/{tag}/groups/file
        release POST /tags/{tag}/modules
        release POST /tags/{tag}/modules/file
        release POST /tags/{tag}/rpms
        release GET,PUT /tags/{tag}/rpms/{sha256}
        release POST /import/builds
        release POST /tags/{tag}/keeping
        release POST /targets
        release POST /targets/{name}/edit
        release POST /externals
        release POST /externals/{name}/act
        release POST /advisories
        release POST /advisories/{id}/act
        admins POST /keys
        admins POST /keeping
        packagers POST /tags/{tag}/sight
        people GET /me
        people POST /me/password
        people POST /me/sign-out-everywhere
        people GET /me/git-credentials
        people POST /me/git-credentials/add
        people POST /me/git-credentials/{id:long}/remove
        people GET,POST /api/git-credentials
        people DELETE /api/git-credentials/{id:long}
        people GET /me/tokens
        people POST /me/tokens/create
        people POST /me/tokens/{id:long}/revoke
        people POST /notices/read
        all GET /feeds/builds.atom
        all GET /feeds/tags/{tag}/snapshots.atom
        all GET /feeds/notices/{secret}.atom
        people POST,DELETE /api/notices/feed
        people POST /notices/feed
        people GET /api/mail
        people PUT,DELETE /api/mail/address
        people PUT /api/mail/choices
        people GET /me/mail
        people POST /me/mail/address
        people POST /me/mail/choices
        all GET /mail/verify/{Secret}
        all POST /mail/verify
        all GET /mail/unsubscribe/{Secret}
        all POST /mail/unsubscribe/{secret}
        people GET,POST /api/webhooks
        people GET,PATCH,DELETE /api/webhooks/{id:long}
        people POST /api/webhooks/{id:long}/rotate
        people POST /api/webhooks/{id:long}/test
        people GET /api/webhooks/{id:long}/deliveries
        people GET /api/webhooks/{id:long}/deliveries/{delivery:long}
        people POST /api/webhooks/{id:long}/deliveries/{delivery:long}/redeliver
        people GET /me/webhooks
        people GET /me/webhooks/{Id:long}
        people POST /me/webhooks/add
        people POST /me/webhooks/{id:long}/act
        people POST /me/webhooks/{id:long}/edit
        people POST /me/sessions/{id:long}/end
        people POST /me/webhooks/{id:long}/deliveries/{delivery:long}/redeliver
        packagers POST /api/batches/{id:long}/cancel
        packagers POST /api/batches/{id:long}/resume
        packagers POST /api/bisections
        packagers POST /api/bisections/{id:long}/cancel
        packagers POST /api/builds
        packagers POST /api/builds/{id:long}/cancel
        packagers POST /api/builds/{id:long}/promote
        packagers POST /api/builds/{id:long}/rebuild
        packagers POST /api/builds/{id:long}/resubmit
        packagers POST /api/bump-plans
        packagers POST /api/chains
        packagers POST /api/mass-rebuilds
        packagers POST /api/mass-rebuilds/{id:long}/cancel
        packagers POST /api/mass-rebuilds/{id:long}/merge
        packagers POST /api/mass-rebuilds/{id:long}/resume
        packagers POST /api/side-tags
        packagers PATCH,DELETE /api/side-tags/{tag}
        packagers POST /api/side-tags/{tag}/promote
        packagers POST /api/sources
        packagers GET,PUT /api/sources/{sha256}
        packagers POST /api/tags
        packagers DELETE /api/tags/{name}
        packagers PATCH /api/tags/{tag}
        packagers POST /api/tags/{tag}/blocks
        packagers DELETE /api/tags/{tag}/blocks/{package}
        packagers POST /api/tags/{tag}/builds
        packagers DELETE /api/tags/{tag}/builds/{build}
        packagers POST /api/tags/{tag}/move
        packagers POST /api/tags/{tag}/packages
        packagers PUT,POST /api/tags/{tag}/parents
        packagers DELETE /api/tags/{tag}/parents/{parent}
        packagers POST /api/tags/{tag}/promote
        packagers POST /chains
        packagers POST /chains/sources
        packagers POST /chains/edit
        packagers POST /chains/edit/{draft:long}
        packagers POST /chains/edit/{draft:long}/begin
        packagers POST /chains/edit/{draft:long}/sources
        packagers POST /new
        packagers POST /new/fetch
        packagers POST /new/sources
        packagers GET /new/sources/{sha256}
        packagers PUT /new/sources/{sha256}
        packagers GET /mass-rebuilds/{Id:long}/merge
        packagers POST /api/tags/{tag}/rollback
        packagers POST /api/tags/{tag}/settings
        packagers POST /api/tags/{tag}/unblock
        packagers POST /api/tags/{tag}/unlist
        packagers POST /api/tags/{tag}/untag
        packagers DELETE /api/targets/{name}
        packagers POST /batches/{id:long}/cancel
        packagers POST /batches/{id:long}/resume
        packagers POST /builds/{id:long}/cancel
        packagers POST /builds/{id:long}/promote
        packagers POST /builds/{id:long}/rebuild
        packagers POST /builds/{id:long}/resubmit
        packagers POST /mass-rebuilds
        packagers POST /mass-rebuilds/{id:long}/cancel
        packagers POST /mass-rebuilds/{id:long}/merge
        packagers POST /mass-rebuilds/{id:long}/resume
        packagers POST /plan-bump
        packagers POST /side-tags/{tag}/promote
        release POST /api/advisories
        release PATCH /api/advisories/{id}
        release POST /api/advisories/{id}/builds
        release DELETE /api/advisories/{id}/builds/{nvr}
        release POST /api/advisories/{id}/publish
        release POST /api/advisories/{id}/withdraw
        release PATCH /api/builds/{id:long}
        release POST /builds/{id:long}/priority
        release POST /api/externals
        release DELETE /api/externals/{name}
        release POST /api/externals/{name}/refresh
        release POST /api/rpms
        release POST /api/schedules
        release PATCH,DELETE /api/schedules/{name}
        release POST /api/schedules/{name}/pause
        release POST /api/schedules/{name}/resume
        release POST /api/schedules/{name}/run
        release POST /api/tags/{name}/clone
        release POST /api/tags/{tag}/externals
        release DELETE /api/tags/{tag}/externals/{name}
        release PUT,DELETE /api/tags/{tag}/groups
        release POST,DELETE /api/tags/{tag}/groups/{id}
        release PUT,DELETE /api/tags/{tag}/modules
        release PUT,DELETE /api/tags/{tag}/no-auto-builds/{package}
        release PUT /api/tags/{tag}/retention
        release POST /api/tags/{tag}/rpms
        release POST /api/targets
        release PATCH /api/targets/{name}
        release POST /schedules/{name}/act
        release POST /schedules/{name}/edit
        release POST /schedules/add
        admins POST /api/builders
        admins PATCH,DELETE /api/builders/{name}
        admins POST /api/builders/{name}/disable
        admins POST /api/builders/{name}/drain
        admins POST /api/builders/{name}/enable
        admins POST /api/pools
        admins PATCH,DELETE /api/pools/{name}
        admins POST,DELETE /api/pools/{name}/token
        admins POST /api/channels
        admins DELETE /api/channels/{name}
        admins POST,DELETE /api/channels/{name}/builders/{builder}
        admins POST /api/backup
        admins POST /api/gc
        admins POST /api/keys/rotate
        admins GET,POST /api/people
        admins PATCH /api/people/{name}
        admins POST /api/retention
        admins POST /api/tags/{tag}/export
        admins POST /api/tags/{tag}/key
        admins POST /api/tags/{tag}/key/rotate
        admins POST /api/verify
        admins POST /api/teams
        admins DELETE /api/teams/{name}
        admins POST /people/teams
        admins POST /people/teams/{name}
        admins POST /people/teams/{name}/remove
        admins POST /people/invitations/{id:long}/take-back
        admins GET /builders/{Name}/enrolled
        admins POST /builders/enrol
        admins POST /builders/{name}/act
        admins POST /builders/{name}/channels
        admins GET /people
        admins POST /people/invite
        admins GET,POST /api/invitations
        admins DELETE /api/invitations/{id:long}
        admins POST /people/{name}/edit
        signers POST /hooks/{key}
        packagers GET,POST /api/hooks
        packagers GET,PATCH,DELETE /api/hooks/{name}
        packagers GET /api/hooks/{name}/deliveries
        packagers POST /api/hooks/{name}/deliveries/{delivery:long}/build
        packagers POST /api/hooks/{name}/rotate
        packagers GET /me/hooks
        packagers GET /me/hooks/{Name}
        packagers POST /me/hooks/add
        packagers POST /me/hooks/{name}/act
        packagers POST /me/hooks/{name}/build/{delivery:long}
        builders POST /api/runs/lease
        builders PUT,GET /api/runs/{run:long}/files/{file}
        builders POST /api/runs/{run:long}/heartbeat
        builders POST /api/runs/{run:long}/log
        builders GET /api/runs/{run:long}/packages/{sha256}
        builders POST /api/runs/{run:long}/report
        builders GET /api/runs/{run:long}/srpm
        """;
}
