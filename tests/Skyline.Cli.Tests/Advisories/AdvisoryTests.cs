using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Advisories;

public sealed class AdvisoryTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    static readonly AdvisoryDetails Advisory = new(
        "SKYLINE-2026-0001", "testos", AdvisoryState.Draft, AdvisoryType.Security, AdvisorySeverity.Important, "Less \e[31mnoise", "", "One.\nTwo.", "", false, false, false,
        [new(ReferenceType.Cve, "https://www.cve.org/CVERecord?id=CVE-2026-1234", "CVE-2026-1234")], [new(17, "hello-2.12-1", true)], "alice", 1, Noon, null, Noon);

    /// <summary>What the server was asked, and its answers.</summary>
    sealed class Asked(StandInServer server)
    {
        public List<(string What, string Body)> Requests { get; } = [];

        public Asked Answering(string path, Func<HttpContext, Task> answer)
        {
            var next = server.Meddle;
            server.Meddle = async context =>
            {
                if (!context.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal)) return next is not null && await next(context);
                Requests.Add(($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", await new StreamReader(context.Request.Body).ReadToEndAsync()));
                await answer(context);
                return true;
            };
            return this;
        }
    }

    static Asked Advisories(StandInServer server) => new Asked(server).Answering("/api/advisories", context =>
        context.Request.Method == "DELETE" || context.Request.Path.Value!.EndsWith("ish", StringComparison.Ordinal) || context.Request.Path.Value.EndsWith("draw", StringComparison.Ordinal) ? NoContent(context)
        : context.Request.Path == "/api/advisories" && context.Request.Method == "GET" ? context.Response.WriteAsJsonAsync(new AdvisoryPage([new(Advisory.Id, "testos", Advisory.State, Advisory.Type, Advisory.Severity, "Less noise", null, Noon)], null), SkylineJson.Default.AdvisoryPage)
        : context.Response.WriteAsJsonAsync(Advisory, SkylineJson.Default.AdvisoryDetails));

    static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_advisory_is_written_with_all_that_it_says()
    {
        await using var server = await StandInServer.Start();
        var asked = Advisories(server);
        using var folder = new TempFolder();
        var text = folder.File("text", "One.\nTwo.");

        using var run = await CliRun.Of(server, "advisory", "create", "--tag", "testos", "--type", "security", "--title", "Less noise", "--severity", "important", "--description-file", text,
            "--cve", "CVE-2026-1234", "--bug", "https://bugs.example.org/issues/815", "--reference", "https://example.org/", "--build", "hello-2.12-1", "--build", "other-1-1", "--reboot-suggested", "--publish");

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        var (what, body) = Assert.Single(asked.Requests);
        Assert.Equal("POST /api/advisories", what);
        var sent = JsonSerializer.Deserialize(body, SkylineJson.Default.NewAdvisory)!;
        Assert.Equal(("testos", AdvisoryType.Security, AdvisorySeverity.Important, "One.\nTwo.", true, false, true), (sent.Tag, sent.Type, sent.Severity, sent.Description, sent.RebootSuggested, sent.RestartSuggested, sent.Publish));
        Assert.Equal(["hello-2.12-1", "other-1-1"], sent.Builds!);
        Assert.Equal([new(ReferenceType.Cve, Id: "CVE-2026-1234"), new(ReferenceType.Bugzilla, "https://bugs.example.org/issues/815", "815"), new(ReferenceType.Url, "https://example.org/")], sent.References!);
        Assert.Equal("SKYLINE-2026-0001: Less ␛[31mnoise", run.OutLines[0]);
        Assert.Contains("hello-2.12-1", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_sends_only_what_was_given()
    {
        await using var server = await StandInServer.Start();
        var asked = Advisories(server);

        using var run = await CliRun.Of(server, "advisory", "edit", "RHSA-2026:1", "--severity", "low", "--reboot-suggested", "false", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(("PATCH /api/advisories/RHSA-2026:1", """{"severity":"Low","rebootSuggested":false}"""), Assert.Single(asked.Requests));
        Assert.Equal("SKYLINE-2026-0001", run.Json().GetProperty("id").GetString());
    }

    [Fact]
    public async Task Builds_come_and_go_and_an_advisory_is_published_withdrawn_and_listed()
    {
        await using var server = await StandInServer.Start();
        var asked = Advisories(server);

        using var attach = await CliRun.Of(server, "advisory", "attach", "FIX-7", "a-1-1", "b-1-1");
        using var detach = await CliRun.Of(server, "advisory", "detach", "FIX-7", "a-1-1");
        using var publish = await CliRun.Of(server, "advisory", "publish", "FIX-7");
        using var withdraw = await CliRun.Of(server, "advisory", "withdraw", "FIX-7");
        using var list = await CliRun.Of(server, "advisory", "list", "--tag", "testos", "--state", "draft");

        Assert.Equal((int[])[0, 0, 0, 0, 0], await Task.WhenAll(attach.Exit, detach.Exit, publish.Exit, withdraw.Exit, list.Exit));
        Assert.Equal(["POST /api/advisories/FIX-7/builds", "GET /api/advisories/FIX-7", "DELETE /api/advisories/FIX-7/builds/a-1-1", "GET /api/advisories/FIX-7",
            "POST /api/advisories/FIX-7/publish", "GET /api/advisories/FIX-7", "POST /api/advisories/FIX-7/withdraw", "GET /api/advisories/FIX-7",
            "GET /api/advisories?limit=50&tag=testos&state=Draft"], asked.Requests.Select(request => request.What));
        Assert.Equal("""{"nvrs":["a-1-1","b-1-1"]}""", asked.Requests[0].Body);
        Assert.Equal("SKYLINE-2026-0001  testos  draft  security  important  Less noise", list.OutLines[1]);
    }

    [Fact]
    public async Task Groups_and_modules_are_shown_set_edited_and_removed()
    {
        await using var server = await StandInServer.Start();
        IReadOnlyList<PackageGroup> groups = [new("web", "Web server", "", false, true, [new("nginx", GroupPackageType.Mandatory)], "testos")];
        IReadOnlyList<ModuleDocument> modules = [new("modulemd", "hello", "2.0", "3", null, "x86_64", "testos")];
        var asked = new Asked(server)
            .Answering("/api/tags/testos/groups", context => context.Request.Method switch
            {
                "PUT" => context.Response.WriteAsJsonAsync(new TakenGroups(1, 2, 3, 4), SkylineJson.Default.TakenGroups),
                "POST" => context.Response.WriteAsJsonAsync(groups[0], SkylineJson.Default.PackageGroup),
                "DELETE" => NoContent(context),
                _ => context.Response.WriteAsJsonAsync(groups, SkylineJson.Default.IReadOnlyListPackageGroup),
            })
            .Answering("/api/tags/testos/modules", context => context.Request.Method == "DELETE" ? NoContent(context) : context.Response.WriteAsJsonAsync(modules, SkylineJson.Default.IReadOnlyListModuleDocument))
            .Answering("/api/tags/testos/comps.xml", context => context.Response.WriteAsync("<comps/>\n"));
        using var folder = new TempFolder();
        var file = folder.File("comps.xml", "<comps/>");

        using var set = await CliRun.Of(server, "tag", "groups", "set", "testos", file);
        using var edit = await CliRun.Of(server, "tag", "groups", "edit", "testos", "web", "--name", "Web server", "--mandatory", "nginx", "--optional", "certbot");
        using var show = await CliRun.Of(server, "tag", "groups", "show", "testos", "web");
        using var missing = await CliRun.Of(server, "tag", "groups", "show", "testos", "none");
        using var xml = await CliRun.Of(server, "tag", "groups", "show", "testos", "--xml");
        using var remove = await CliRun.Of(server, "tag", "groups", "remove", "testos", "web");
        using var setModules = await CliRun.Of(server, "tag", "modules", "set", "testos", file);
        using var removeModules = await CliRun.Of(server, "tag", "modules", "remove", "testos");
        using var noFile = await CliRun.Of(server, "tag", "modules", "set", "testos", file + ".none");

        Assert.Equal("Groups: 1, categories: 2, environments: 3, langpacks: 4\n", set.Out);
        Assert.Equal("""{"name":"Web server","packages":[{"name":"nginx","type":"Mandatory"},{"name":"certbot","type":"Optional"}]}""", asked.Requests[1].Body);
        Assert.Equal("nginx    mandatory", show.OutLines[^1]);
        Assert.Equal((3, "Tag testos has no group none; see: skyline tag groups show testos\n"), (await missing.Exit, missing.Error));
        Assert.Equal("<comps/>\n", xml.Out);
        Assert.Contains("DELETE /api/tags/testos/groups/web", asked.Requests.Select(request => request.What));
        Assert.Equal("modulemd  hello   2.0     3        x86_64  testos", setModules.OutLines[1]);
        Assert.Equal((int[])[0, 0, 0, 2], await Task.WhenAll(edit.Exit, remove.Exit, removeModules.Exit, noFile.Exit));
    }
}
