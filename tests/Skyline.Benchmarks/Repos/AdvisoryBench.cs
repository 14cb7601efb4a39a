using System.Diagnostics;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Repos;

/// <summary>What advisories add to a publish: 5,000 of them over a tag of 60,000 packages.</summary>
static class AdvisoryBench
{
    const int Advisories = 5_000, PackagesEach = 12, Rounds = 21;

    public static IEnumerable<BenchResult> Run()
    {
        using var temp = new TempFolder();
        using var database = Database.Open(temp["skyline.db"]);
        database.Write(Fill).Wait();
        var (tag, extras) = (database.Read(db => Tag.Find(db, "bench")!), new KeptExtras());
        database.Read(db => extras.Of(db, tag));

        yield return BenchResult.AtMost($"advisories at a publish that does not concern them ({Advisories} of {Advisories * PackagesEach} packages)", Median(() => Happened(database, "other"), () => database.Read(db => extras.Of(db, tag))), "ms", 5);
        yield return BenchResult.Beside("advisories at a publish that concerns one of them", Median(() => Happened(database, "p7"), () => database.Read(db => extras.Of(db, tag))), "ms");
        yield return BenchResult.Beside("updateinfo.xml.zst of one repository", database.Read(db => extras.Of(db, tag))["x86_64"].Single().Frames.Sum(frame => frame.Bytes.Length) / 1024.0, "KiB");
    }

    static void Fill(System.Data.IDbTransaction tx)
    {
        foreach (var statement in new[]
        {
            "INSERT INTO users (id, name, role, created_at) VALUES (1, 'bench', 'admin', 0)",
            "INSERT INTO tags (id, name, chroot, created_at) VALUES (1, 'bench', 'bench', 0)",
            "INSERT INTO tag_arches (tag_id, arch, position) VALUES (1, 'x86_64', 0)",
            "INSERT INTO tag_events (id, tag_id, kind, detail, at) VALUES (1, 1, 'Content', 'all', 0)",
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Advisories})
            INSERT INTO builds (id, nvr, scratch, state, owner_id, submitted_at) SELECT i, 'p' || i || '-1.0-1', 0, 'Complete', 1, 0 FROM n
            """,
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PackagesEach})
            INSERT INTO rpms (build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at)
            SELECT b.id, 'p' || b.id || '-part' || i || '-1.0-1.x86_64.rpm', 'Binary', 'p' || b.id || '-part' || i, 0, '1.0', '1', 'x86_64', '', 0, '', '', 0 FROM builds b, n
            """,
            "INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) SELECT 1, id, 0, 1 FROM builds",
            """
            INSERT INTO advisories (id, tag_id, name, state, type, severity, title, summary, description, rights, suggests, links, owner_id, event_id, created_at, issued_at, changed_at)
            SELECT id, 1, 'SKYLINE-2026-' || id, 'Published', 'Security', 'Important', 'An update of ' || nvr, '', hex(randomblob(300)), '', 0,
                   '[{"type":"Cve","href":"https://www.cve.org/CVERecord?id=CVE-2026-1234","id":"CVE-2026-1234"}]', 1, 1, 0, 0, 0 FROM builds
            """,
            "INSERT INTO advisory_builds (advisory_id, build_id, attached_at, attached_by) SELECT id, id, 0, 1 FROM builds",
        }) tx.Execute(statement);
    }

    static void Happened(Database database, string package) => database.Write(tx => TagEvent.Record(tx, 1, TagEventKind.Tag, package, package, 0)).Wait();

    static double Median(Action before, Action measured)
    {
        double[] taken = [.. Enumerable.Range(0, Rounds).Select(_ =>
        {
            before();
            var watch = Stopwatch.StartNew();
            measured();
            return watch.Elapsed.TotalMilliseconds;
        }).Order()];
        return taken[Rounds / 2];
    }
}
