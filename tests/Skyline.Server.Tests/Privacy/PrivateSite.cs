using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.SideTags;

namespace Skyline.Server.Tests.Privacy;

/// <summary>A private tag, 'umbra', in which there is one of everything; all of it is called so that it is found wherever it appears: by 'umbra' or 'moonshot'.</summary>
static class PrivateSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static readonly string[] Secrets = ["umbra", "moonshot"];

    /// <summary>What addresses name, by the word that a table of addresses has for it.</summary>
    public static async Task<Dictionary<string, string>> Fill(Site site, SkylineClient keeper)
    {
        await site.Admin.CreateTag(new NewTag("umbra", "paper-1", ["x86_64"], Private: true), Ct);
        await site.Admin.EditAccess("umbra", new TagGrantEdit("keeper", Grant: ["administer"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("umbra", "umbra", "umbra"), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await keeper.Send("umbra", "moonshot", "1");
        var run = await builder.Build(Papers.Source("moonshot", "1", "1", exclusiveArch: "x86_64"), SideWork.Made("moonshot", "1"));
        await keeper.Published(first.Id);
        var second = await keeper.Send("umbra", "moonshot", "2");
        await builder.Build(Papers.Source("moonshot", "2", "1", exclusiveArch: "x86_64"), SideWork.Made("moonshot", "2"));
        await keeper.Published(second.Id);
        await site.Admin.CreateKey("umbra", new NewKey(), Ct);
        await site.Admin.CreateAdvisory(new NewAdvisory("umbra", AdvisoryType.Security, "moonshot leaks", "UMBRA-1", Builds: ["moonshot-2-1"], Publish: true), Ct);
        await site.Admin.CreateSchedule(new NewSchedule("umbra-nightly", "umbra", "0 3 * * *", "UTC"), Ct);
        await site.Admin.EditGroup("umbra", "moonshots", new GroupEdit("Moonshots"), Ct);
        await site.Admin.SetNoAutoBuild("umbra", "moonshot", "moonshot is by hand", Ct);
        await site.Admin.ListPackages("umbra", new ListPackages(["moonshot"], "keeper"), false, Ct);
        await keeper.CreateSideTag(new NewSideTag(Target: "umbra"), Ct);
        await keeper.AddHook(new NewHook("umbra-hook", "https://git.example.org/rpms/moonshot", "umbra", Forge.GitHub, Branches: ["main"]), Ct);
        var batch = await site.Part<Database>().Write(tx => Rows(tx, first.Id, second.Id, run.RunId), Ct);
        await keeper.Send("umbra", "moonshot", "3");
        var snapshot = (await keeper.Tag("umbra", Ct)).Snapshot;
        return new()
        {
            ["{build}"] = Text(first.Id), ["{other}"] = Text(second.Id), ["{run}"] = Text(run.RunId), ["{batch}"] = Text(batch), ["{chain}"] = Text(batch + 1), ["{draft}"] = "1", ["{bisection}"] = "1", ["{approval}"] = "1", ["{snapshot}"] = snapshot,
            ["{file}"] = "moonshot-1-1.x86_64.rpm", ["{newest}"] = "moonshot-2-1.x86_64.rpm", ["{package}"] = "moonshot", ["{tag}"] = "umbra", ["{side}"] = "umbra-side-1", ["{schedule}"] = "umbra-nightly", ["{advisory}"] = "UMBRA-1", ["{group}"] = "moonshots", ["{hook}"] = "umbra-hook",
            ["{key}"] = (await site.Admin.KeysOf("umbra", Ct))[0].Fingerprint,
        };
    }

    /// <summary>What would take long to come to be by itself.</summary>
    static long Rows(System.Data.IDbTransaction tx, long first, long second, long run)
    {
        var args = new { first, second, run };
        tx.Execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'bisections'");
        tx.Execute("""
            INSERT INTO bisections (id, tag_id, package, good_build_id, bad_build_id, good_run_id, bad_run_id, state, most_probes, priority, owner_id, created_at, ended_at)
            SELECT 1, t.id, 'moonshot', @first, @second, @run, @run, 'Inconclusive', 10, 25, 1, 1, 2 FROM tags t WHERE t.name = 'umbra'
            """, args);
        tx.Execute("INSERT INTO package_states (tag_id, package, result, since, last_build_id, bad_build_id) SELECT t.id, 'moonshot', 'Bad', 1, @second, @second FROM tags t WHERE t.name = 'umbra' ON CONFLICT (tag_id, package) DO UPDATE SET result = 'Bad', bad_build_id = @second", args);
        tx.Execute("INSERT INTO keeping_reports (work, subject, tried_at, why) VALUES ('Check', 'umbra', 1, 'umbra could not be read')");
        tx.Execute("INSERT INTO notices (person_id, kind, sentence, link, at, tag_id) SELECT u.id, 'Fails', 'moonshot does not build in umbra', '/builds/1', 1, t.id FROM tags t, users u WHERE t.name = 'umbra'");
        tx.Execute("""
            INSERT INTO approvals (id, made_by, made_at, expires_at, act, needs, method, door, path, route, query, changes, digest)
            VALUES (1, 1, 1, 9000000000000, 'admin wants tag umbra: moonshot-1-1 tagged', 'Tag', 'POST', '/api/tags/{tag}/builds', '/api/tags/umbra/builds', '{"tag":"umbra"}', '', '{"changes":[{"thing":"tag umbra","act":"moonshot-1-1 tagged","before":null,"after":null}],"builds":[]}', 'abc');
            INSERT INTO approval_tags (approval_id, tag_id, event) SELECT 1, id, 1 FROM tags WHERE name = 'umbra'
            """);
        var batch = tx.One<long>("""
            INSERT INTO batches (kind, title, target_id, side_tag_id, scratch, draft, priority, retries, most_open, owner_id, state, created_at)
            SELECT 'MassRebuild', 'All of umbra', t.id, s.tag_id, 0, 0, 20, 0, 1, 1, 'Complete', 1 FROM targets t, side_tags s WHERE t.name = 'umbra' RETURNING id
            """);
        tx.Execute("INSERT INTO mass_rebuilds (batch_id, base_target_id, into_tag_id, asked) SELECT @batch, t.id, t.destination_tag_id, 'all of umbra' FROM targets t WHERE t.name = 'umbra'", new { batch });
        tx.Execute("INSERT INTO batches (kind, title, target_id, scratch, draft, priority, retries, most_open, owner_id, state, created_at) SELECT 'Chain', 'moonshot, then moonshot', t.id, 0, 0, 20, 0, 1, 1, 'Complete', 1 FROM targets t WHERE t.name = 'umbra'");
        tx.Execute("INSERT INTO chain_drafts (id, person_id, target_id, title, scratch, background, links, changed_at) SELECT 1, u.id, t.id, 'moonshot first', 0, 0, '', 1 FROM targets t, users u WHERE t.name = 'umbra' AND u.name = 'keeper'");
        tx.Execute("""INSERT INTO chain_plans (batch_id, plan) VALUES (@batch + 1, '{"target":"umbra","scratch":false,"auto":false,"links":[],"cycles":[],"notes":["moonshot"]}')""", new { batch });
        return batch;
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
