using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Benchmarks.Ui;

/// <summary>
/// A site's data with a million builds of two years, as a distribution's are: few packages that are built all the time and many that are seldom, most of
/// it for a few of thirty targets, most complete, a thing or two of the kinds that nobody thinks of. One of the tags is private. Made by SQL, and kept for a day.
/// </summary>
static class MillionBuilds
{
    public const int Builds = 1_000_000, Packages = 20_000, Targets = 30, People = 200, Waiting = 300, Running = 40;

    /// <summary>A target that nobody built for in the last year and a half, one that few ever did, and one that is private.</summary>
    public const string Old = "target-27", Rare = "target-28", Private = "target-29";

    public static async Task<string> Folder()
    {
        var now = TimeProvider.System.GetUtcNow();
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Fill + Tasks + Tagged + now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + Builds)))[..12];
        var cache = Path.Combine(Environment.GetEnvironmentVariable("SKYLINE_CACHE") ?? Path.Combine(Checkout.Root, ".cache"), "bench");
        var folder = Path.Combine(cache, $"ui-{key}");
        if (File.Exists(Path.Combine(folder, "made"))) return folder;
        foreach (var old in Directory.Exists(cache) ? Directory.EnumerateDirectories(cache, "ui-*") : []) Directory.Delete(old, recursive: true);
        await using (var first = Server(folder))
        {
            await first.Start();
            await first.Process.Terminate(CancellationToken.None);
        }
        await Make(Path.Combine(folder, "skyline.db"), now.ToUnixTimeMilliseconds());
        await File.WriteAllTextAsync(Path.Combine(folder, "made"), "");
        return folder;
    }

    public static ServerProcess Server(string folder) =>
        new(folder, new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information", ["Skyline__PinChrootRepos"] = "false" });

    sealed record Index(string Name, string Made);

    static async Task Make(string file, long now)
    {
        using var database = Database.Open(file);
        await database.Write(tx =>
        {
            var args = new { now, Builds, Packages, Targets, People };
            // An index is made at once of what is there in a tenth of the time that it takes to grow row by row.
            tx.Execute("PRAGMA cache_size = -500000");
            var indexes = tx.All<Index>("SELECT name AS Name, sql AS Made FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('builds', 'build_tasks', 'tag_builds')");
            foreach (var index in indexes) tx.Execute($"DROP INDEX {index.Name}");
            foreach (var statement in Fill.Split(";\n", StringSplitOptions.RemoveEmptyEntries)) tx.Execute(statement, args);
            foreach (var statement in Tasks.Split(";\n", StringSplitOptions.RemoveEmptyEntries)) tx.Execute(statement, args);
            tx.Execute(Tagged, args);
            foreach (var index in indexes) tx.Execute(index.Made);
            tx.Execute("UPDATE tags SET published_event = changed_event");
            tx.Execute("ANALYZE");
        });
        await database.Write(tx => Open(tx, now));
    }

    const string Fill = """
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @People) INSERT INTO users (id, name, created_at) SELECT 100 + i, 'person-' || i, 0 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @Targets) INSERT INTO tags (id, name, chroot, created_at, private) SELECT 100 + i, 'tag-' || i, 'testos-1', 0, i = 29 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @Targets) INSERT INTO targets (id, name, build_tag_id, destination_tag_id, created_at) SELECT 100 + i, 'target-' || i, 100 + i, 100 + i, 0 FROM n;
        CREATE TEMP TABLE names (i INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO names WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @Packages)
            SELECT i, CASE i % 9 WHEN 0 THEN 'python-' WHEN 1 THEN 'perl-' WHEN 2 THEN 'rust-' WHEN 3 THEN 'golang-' WHEN 4 THEN 'lib' WHEN 5 THEN 'texlive-' WHEN 6 THEN 'kf6-' WHEN 7 THEN 'php-' ELSE '' END
              || substr('aldabemocurafiko', 1 + i % 13, 3) || substr('netwirstonglumpark', 1 + i / 13 % 15, 3) || CASE WHEN i % 3 = 0 THEN '-tools' ELSE '' END || i AS name FROM n;
        CREATE TEMP TABLE drawn AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Builds)
            SELECT i, i * 2654435761 % 4294967296 / 4294967296.0 AS a, i * 40503 * 48271 % 2147483647 / 2147483647.0 AS b, i * 69621 % 2147483647 / 2147483647.0 AS c, i * 16807 * 7 % 2147483647 / 2147483647.0 AS d FROM n;
        INSERT INTO builds (id, nvr, target_id, scratch, draft, state, why, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at, noted_at, batch_id)
            SELECT i, nvr, 100 + target, scratch, draft, state, CASE state WHEN 'Failed' THEN 'rpmbuild failed in %build.' END, 100 + CAST(d * d * d * @People AS INTEGER), nvr, nvr || '.src.rpm', '0000000000000000000000000000000000000000000000000000000000000000', 100000, at, ended, ended, ended, NULL FROM (
              SELECT drawn.i AS i, name || '-' || (1 + drawn.i / 40000) || '.' || CAST(b * 9 AS INTEGER) || '-' || drawn.i || '.fc43' AS nvr,
                CASE WHEN a > 0.995 AND drawn.i < 250000 THEN 27 WHEN drawn.i % 20011 = 0 THEN 28 WHEN c < 0.03 THEN 29 ELSE CAST(c * c * 27 AS INTEGER) END AS target, d > 0.7 AS scratch, d > 0.69 AND d <= 0.7 AS draft, d,
                CASE WHEN b < 0.11 THEN 'Failed' WHEN b < 0.14 THEN 'Cancelled' ELSE 'Complete' END AS state,
                @now - (@Builds + 1000 - drawn.i) * 63000 AS at, @now - (@Builds + 1000 - drawn.i) * 63000 + 60000 + CAST(a * a * a * 7200000 AS INTEGER) AS ended
              FROM drawn CROSS JOIN names ON names.i = CAST(drawn.a * drawn.a * @Packages AS INTEGER));
        UPDATE builds SET ended_at = @now - 1000 WHERE ended_at > @now
        """;

    const string Tasks = """
        INSERT INTO build_tasks (build_id, kind, arch, state) SELECT id, 'buildArch', CASE WHEN id % 5 = 0 THEN 'noarch' ELSE 'x86_64' END, CASE state WHEN 'Complete' THEN 'Succeeded' ELSE state END FROM builds;
        INSERT INTO build_tasks (build_id, kind, arch, state) SELECT id, 'buildArch', CASE WHEN id % 997 = 0 THEN 's390x' ELSE 'aarch64' END, 'Succeeded' FROM builds WHERE id % 3 = 0 AND id % 5 <> 0
        """;

    const string Tagged = """
        INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by, untagged_at, untagged_by, since_event, until_event)
        SELECT t.destination_tag_id, b.id, b.ended_at, b.owner_id, CASE WHEN b.id < 900000 THEN b.ended_at + 1 END, CASE WHEN b.id < 900000 THEN b.owner_id END, 1, CASE WHEN b.id < 900000 THEN 1 END
        FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.state = 'Complete' AND b.scratch = 0 AND b.draft = 0
        """;

    /// <summary>What waits and runs is put there as submissions and builders do.</summary>
    static void Open(IDbTransaction tx, long now)
    {
        for (var n = 0; n < Waiting + Running; n++)
        {
            var nvr = $"waiting-{n}-1-1.fc43";
            var wanted = new WantedBuild(new(nvr, nvr + ".src.rpm", new string('0', 64), 1000), 100 + (n % 10), $"target-{n % 10}", Scratch: true, 100 + (n % 20), null);
            var arch = n % 4 == 0 ? "aarch64" : "x86_64";
            QueueBuild.Put(tx, wanted, [new(arch, [arch])], now - (n * 1000));
        }
        tx.Execute("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29) INSERT INTO builders (id, name, owner, created_at, last_seen_at, slots) SELECT 100 + i, 'builder-' || i, 'site', 0, @now - CASE WHEN i = 29 THEN 3600000 ELSE 0 END, 2 FROM n", new { now });
        tx.Execute("INSERT INTO builder_arches (builder_id, arch) SELECT id, CASE WHEN id % 4 = 0 THEN 'aarch64' ELSE 'x86_64' END FROM builders WHERE id >= 100");
        tx.Execute("INSERT INTO builder_engines (builder_id, engine) SELECT id, 'overlay' FROM builders WHERE id >= 100");
        tx.Execute("INSERT INTO channel_builders (channel_id, builder_id) SELECT 1, id FROM builders WHERE id >= 100");
        tx.Execute("UPDATE task_runs SET state = 'Running', phase = 'Rpmbuild', builder_id = 100 + id % 25, leased_at = @now - id % 600 * 1000, leased_until = @now + 86400000 WHERE id IN (SELECT id FROM task_runs WHERE state = 'Waiting' ORDER BY id LIMIT @Running)", new { now, Running });
        tx.Execute("UPDATE builds SET state = 'Building' WHERE id IN (SELECT t.build_id FROM task_runs r JOIN build_tasks t ON t.id = r.task_id WHERE r.state = 'Running')");
        // So that something is of a batch too.
        tx.Execute("INSERT INTO batches (id, kind, title, target_id, priority, owner_id, state, created_at) VALUES (700, 'MassRebuild', 'A mass rebuild', 100, 25, 100, 'Complete', 0)");
        tx.Execute("UPDATE builds SET batch_id = 700 WHERE id BETWEEN 400000 AND 420000 AND target_id = 100");
    }
}
