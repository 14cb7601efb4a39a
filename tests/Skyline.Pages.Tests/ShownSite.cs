using System.Globalization;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests;
using Skyline.Server.Tests.Chains;
using Skyline.Server.Tests.MassRebuilds;
using Skyline.Server.Tests.SideTags;
using Skyline.Server.Tests.Tags;

namespace Skyline.Pages.Tests;

/// <summary>A server in whose pages there is something of everything: builds in every state, tags that inherit, batches, what waits for a second person. Some of it was written by somebody hostile.</summary>
public sealed class ShownSite : IAsyncDisposable
{
    /// <summary>Where a page puts it anywhere but into text, a script runs or the page is wide.</summary>
    public const string Hostile = "<img src=x onerror=\"document.title='taken'\"> & ' \u202e </script><script>document.title='taken'</script>";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly PaperBuilder builder;

    ShownSite(Site site) => (Site, builder) = (site, new PaperBuilder(site.LocalBuilder) { Says = Report() });

    public Site Site { get; }

    /// <summary>What an address names, by the beginning of the page's template up to the name: "/builds/" is 7.</summary>
    public Dictionary<string, string> Named { get; } = [];

    public static async Task<ShownSite> Fill()
    {
        var site = await Site.Open(null, null, "--Skyline:FetchFromLocalAddresses=true", "--Skyline:LeaseSeconds=100000");
        var shown = new ShownSite(site);
        await shown.Packages();
        await shown.Tags();
        await shown.Builds();
        await shown.Batches();
        await shown.People();
        await shown.Fleet();
        await shown.Others();
        await shown.Unfinished();
        return shown;
    }

    /// <summary>A library, what is linked to it, and what is only built with that.</summary>
    async Task Packages()
    {
        await Site.Import("lib: lib.so.1()(64bit) | |");
        await Site.Import("curl: | lib.so.1()(64bit) | lib");
        await Site.Import("git: | curl | curl");
        await Site.Import("tool: | lib.so.1()(64bit) | lib, git");
        await Site.UpToDate("paper");
    }

    async Task Tags()
    {
        await Site.MakeTags("stable", "testing", "a-tag-whose-name-is-as-long-as-names-of-tags-can-well-be");
        await Site.Inherit("testing", "stable");
        await Site.Inherit("stable", "paper");
        await Site.Admin.CreateTarget(new NewTarget("testing", "testing", "testing"), Ct);
        var first = await Site.UpToDate("stable");
        await Site.Import("hello", "1", "stable");
        await Site.Import("world", "1", "testing");
        await Site.Admin.Block("testing", new(["evil"]), preview: false, Ct);
        await Site.Admin.SetTag("stable", new(Description: "What users have. " + Hostile), false, Ct);
        await Site.Admin.ListPackages("stable", new ListPackages(["hello", "world"], "admin"), false, Ct);
        await Site.Admin.EditGroup("stable", "greeters", new GroupEdit("Greeters", "Who greets. " + Hostile, Packages: [new("hello", GroupPackageType.Mandatory), new("hello-langpack", GroupPackageType.Conditional, "hello")]), Ct);
        await Site.Admin.SetModules("stable", new MemoryStream(Encoding.UTF8.GetBytes("---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: greeting\n  stream: \"1\"\n...\n")), Ct);
        await Site.Admin.SetNoAutoBuild("stable", "hello", "hello is built by hand", Ct);
        var second = await Site.UpToDate("stable");
        Named["/tags/"] = "stable";
        Named["/tags/{Name}/snapshots/"] = second;
        Named["/tags/{Name}/packages/"] = "hello";
        Named["?/tags/{Name}/groups"] = "?edit=greeters";
        Named["?/tags/{Name}/modules"] = "?show=new";
        Named["?/import"] = "?tag=stable&build=hello-1-1&build=tool-1-1";
        Named["?/tags/{Name}/diff"] = $"?from={first}&to={second}";
    }

    async Task Builds()
    {
        var complete = await Built("hello", "2.12");
        var next = await Built("hello", "2.13");
        await Site.Admin.CreateAdvisory(new NewAdvisory("paper", AdvisoryType.Security, "hello greets whoever it should not", "SKY-2026-1", AdvisorySeverity.Important, "Update hello.", "All of it. " + Hostile, Builds: ["hello-2.13-1"], Publish: true), Ct);
        var failed = await Site.Admin.Send("paper", "broken", "1");
        await Fail(await builder.Lease(), "rpmbuild failed in %build: " + Hostile);
        var cancelled = await Site.Admin.Send("paper", "unwanted", "1");
        await Site.Admin.Cancel(cancelled.Id, Ct);
        Named["/builds/"] = Text(next.Id);
        Named["/builds/{Before:long}/compare/"] = Text(next.Id);
        Named["/builds/{Before:long}/buildroot/"] = Text(next.Id);
        Named["/builds/{Id:long}/packages/"] = "hello-2.13-1.x86_64.rpm";
        Named["/builds/{Before:long}"] = Text(complete.Id);
        More.AddRange([("build-failed", $"/builds/{failed.Id}"), ("build-cancelled", $"/builds/{cancelled.Id}")]);
        await Site.Part<Database>().Write(tx => Rows(tx, complete.Id, next.Id, failed.Id), Ct);
    }

    /// <summary>Pages of which one is not enough, by a name for the picture.</summary>
    public List<(string Name, string Address)> More { get; } = [];

    async Task<BuildDetails> Built(string name, string version)
    {
        var build = await Site.Admin.Send("paper", name, version);
        var run = await builder.Lease();
        await Log(run.RunId, $"+ make\n\u001b[32mok\u001b[0m\n{Hostile}\n");
        await builder.Deliver(run, Papers.Source(name, version, "1", exclusiveArch: "x86_64"), SideWork.Made(name, version));
        return await Site.Admin.Published(build.Id);
    }

    Task<LogReceipt> Log(long run, string text) => builder.Contract.AppendLog(run, 0, Encoding.UTF8.GetBytes(text), Ct);

    async Task Fail(LeasedRun run, string why)
    {
        var log = $"+ gcc hello.c\nhello.c:3:1: error: expected ';' before '}}' token {Hostile}\nmake: *** [Makefile:2: all] Error 1\n";
        await Log(run.RunId, log);
        await builder.Contract.Report(run.RunId, new RunReport(RunOutcome.Failed, why, ["hello.c:3:1: error: expected ';' before '}' token " + Hostile, "make: *** [Makefile:2: all] Error 1"], [], [new(RunPhase.Rpmbuild, 1.5)], builder.Lock,
            [new LogPlace(2, 14), new LogPlace(3, log.IndexOf("make:", StringComparison.Ordinal))]), Ct);
    }

    async Task Batches()
    {
        var chain = await Site.Admin.StartChain(await Site.Admin.Chain("base : middle top", ChainSite.Source("base"), ChainSite.Source("middle", null, "base-devel"), ChainSite.Source("top", null, "base-devel")), Ct);
        var run = await builder.Lease();
        await builder.Deliver(run, ChainSite.Results(run));
        var middle = await builder.Lease();
        await Fail(middle, "rpmbuild ended with 1.");
        Named["/chains/"] = Named["/batches/"] = Text(chain.Id);
        await Site.Part<Database>().Write(tx => tx.Execute("""
            INSERT INTO chain_drafts (id, person_id, target_id, scratch, background, links, changed_at)
            SELECT 1, u.id, t.id, 0, 0, (SELECT group_concat(srpm_sha256, char(10)) FROM kept_sources), (SELECT max(submitted_at) FROM builds) FROM users u, targets t WHERE u.name = 'admin' AND t.name = 'paper'
            """), Ct);
        Named["/chains/edit/"] = "1";
        var rebuild = await Site.Admin.CreateMassRebuild(RebuildSite.Everything(), Ct);
        run = await builder.Lease();
        await Fail(run, "rpmbuild ended with 1.");
        Named["/mass-rebuilds/"] = Text(rebuild.Batch.Id);
        await Site.Admin.CreateSchedule(new NewSchedule("nightly", "testing", "0 3 * * *", "Europe/Berlin"), Ct);
        await Site.Admin.RunSchedule("nightly", Ct);
        Named["/schedules/"] = "nightly";
    }

    async Task People()
    {
        var (ann, _) = (await Site.Person("ann"), await Site.Person("bob"));
        await Site.Admin.EditPerson("ann", new("release-engineer"), Ct);
        await Site.Admin.CreateTeam(new NewTeam("desktop", "Those of the desktop"), Ct);
        await Site.Admin.PutIntoTeam("desktop", "bob", new TeamPlace(Leads: true), Ct);
        await Site.Admin.EditAccess("stable", new TagGrantEdit("bob", Grant: ["administer"]), Ct);
        var invitation = await Site.Admin.Invite(new NewInvitation("packager"), Ct);
        Named["/invitation/"] = invitation.Link.Split('/')[^1];
        await Site.Admin.CreateToken(new NewToken("ci", ["build"], 30), Ct);
        await Site.Admin.AddGitCredential(new NewGitCredential("https://git.example.org/", "robot", "a-secret-of-twenty-letters"), Ct);
        await Site.Admin.AddHook(new NewHook("hello", "https://git.example.org/rpms/hello", "paper", Forge.GitHub, Branches: ["main"]), Ct);
        var webhook = await Site.Admin.AddWebhook(new NewWebhook("https://chat.example.org/hook", ["build.finished", "build.failed"], Note: "the team's room"), Ct);
        Named["/me/hooks/"] = "hello";
        Named["/me/webhooks/"] = Text(webhook.Id);
        await Site.Admin.CreateTag(new NewTag("guarded", "paper-1", ["x86_64"]), Ct);
        await Site.Admin.SetTag("guarded", new(SecondPerson: true), false, Ct);
        try
        {
            await ann.TagBuilds("guarded", new(["hello-1-1"]), preview: false, Ct);
        }
        catch (WaitsForApprovalException waits)
        {
            Named["/approvals/"] = Text(waits.Held.Approval);
        }
        var side = await ann.CreateSideTag(new NewSideTag("For the new library. " + Hostile, Target: "paper"), Ct);
        Named["/side-tags/"] = side.SideTag.Name;
    }

    async Task Fleet()
    {
        await Site.Enrol("never-seen");
        var weary = new PaperBuilder(await Site.Enrol("weary"), "aarch64") { Says = Report() with { Trouble = "The disk is nearly full." } };
        await weary.TryLease();
        await Site.Admin.DrainBuilder("weary", "It is being moved. " + Hostile, Ct);
        await Site.Admin.SetBuilderEnabled("never-seen", false, Ct, "Not yet.");
        Named["/builders/"] = "local";
        More.Add(("builder-weary", "/builders/weary"));
    }

    static BuilderReport Report() => new([], "6.12.0", "Fedora Linux 43", null, 16, 64L << 30, 500L << 30, 2L << 30, 8, TimeProvider.System.GetUtcNow());

    async Task Others()
    {
        await Site.Admin.AddExternal(new NewExternal("upstream", ExternalKind.BaseUrl, "http://127.0.0.1:9/nothing/", Arches: ["x86_64"]), Ct);
        await Site.Admin.CreateKey("stable", new NewKey(), Ct);
        await Site.Admin.SetRetention("stable", new TagRetention(5, 30), Ct);
        await Site.Admin.ApplyRetention(dryRun: true, Ct);
        Named["/externals/"] = "upstream";
        Named["/advisories/"] = "SKY-2026-1";
        Named["/help/"] = "tags";
        Named["/bisections/"] = "1";
        Named["/mail/verify/"] = Named["/mail/unsubscribe/"] = "nobodys";
    }

    /// <summary>Last, for it stays so: one that is being built, and some that wait.</summary>
    async Task Unfinished()
    {
        var building = await Site.Admin.Submit(new MemoryStream(Papers.Source("running", "1", "1", exclusiveArch: "x86_64").Bytes), "running-1-1.src.rpm", "paper", scratch: true, Ct, priority: 1);
        var run = await builder.Lease();
        await builder.Contract.Beat(run.RunId, RunPhase.Rpmbuild, Ct);
        await Log(run.RunId, "+ make\nstep 1\nstep 2\n");
        await Site.Admin.Send("testing", "waiting", "1");
        More.Add(("build-running", $"/builds/{(await Site.Admin.Build(building.Id, Ct)).Id}"));
    }

    /// <summary>What would take long to come to be by itself.</summary>
    static void Rows(System.Data.IDbTransaction tx, long good, long bad, long failed)
    {
        var args = new { good, bad, failed };
        tx.Execute("""
            INSERT INTO bisections (id, tag_id, package, good_build_id, bad_build_id, good_run_id, bad_run_id, state, most_probes, priority, owner_id, created_at, ended_at)
            SELECT 1, t.id, 'hello', @good, @bad, r.run, r.run, 'Inconclusive', 10, 25, 1, at, at FROM tags t, (SELECT min(id) AS run FROM task_runs) r, (SELECT max(submitted_at) AS at FROM builds) n WHERE t.name = 'paper'
            """, args);
        tx.Execute("INSERT INTO notices (person_id, kind, sentence, link, at) SELECT id, 'Fails', 'broken does not build any more. ' || @Hostile, '/builds/1', (SELECT max(submitted_at) FROM builds) FROM users WHERE name = 'admin'", new { Hostile });
        tx.Execute("INSERT INTO keeping_reports (work, subject, tried_at, why) VALUES ('Check', 'paper', (SELECT max(submitted_at) FROM builds), 'A package could not be read.')");
    }

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
