using System.Data;
using System.Diagnostics;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Core;

/// <summary>
/// The latest builds of a tag with 20,000 packages that inherits over five levels: read anew after something has happened below it, as
/// every reader gets it, in the process and over HTTP with the whole body read.
/// </summary>
static class LatestBench
{
    const int Packages = 20_000, Rounds = 31;

    /// <summary>The top first; each of the nearer ones has every so manyth package, and the last has them all, half of them in two builds.</summary>
    static readonly int[] every = [40, 20, 10, 5, 3, 1];

    const int First = 101;

    public static IEnumerable<BenchResult> Run() => [.. InProcess(), .. OverHttp().GetAwaiter().GetResult()];

    static IEnumerable<BenchResult> InProcess()
    {
        using var temp = new TempFolder();
        using var database = Database.Open(temp["skyline.db"]);
        database.Write(tx => Fill(tx, person: 1)).Wait();
        Kin.Note(database).Wait();
        var round = 0;
        var (anew, changed, again) = (new List<double>(), new List<double>(), new List<double>());
        var latest = new LatestBuilds(database);
        for (var i = 0; i < Rounds; i++)
        {
            anew.Add(Taken(() => Whole(new LatestBuilds(database), Packages)));
            Whole(latest, Packages);
            Happen(database, ++round);
            changed.Add(Taken(() => Whole(latest, Packages)));
            again.Add(Taken(() => Whole(latest, Packages)));
        }
        yield return BenchResult.AtMost($"latest builds of {Packages} packages over 5 levels, after a build was tagged, median of {Rounds}", Median(changed), "ms", 30);
        yield return BenchResult.Beside("all of it read for the first time since a start", Median(anew), "ms");
        yield return BenchResult.Beside("the same again, nothing having happened", Median(again), "ms");
    }

    static async Task<IEnumerable<BenchResult>> OverHttp()
    {
        var data = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await using (var server = new ServerProcess(data)) await server.Start();
            using (var database = Database.Open(Path.Combine(data, "skyline.db"))) await database.Write(tx => Fill(tx, person: 1));
            await using var again = new ServerProcess(data);
            await again.Start();
            return await OverHttp(again);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    static async Task<IEnumerable<BenchResult>> OverHttp(ServerProcess server)
    {
        using var http = server.Http();
        var (changed, again) = (new List<double>(), new List<double>());
        for (var round = -3; round < Rounds; round++)
        {
            await server.Admin().ListPackages("level6", new([$"p{round + 1000}"]), preview: false, CancellationToken.None);
            var one = await Taken(() => Whole(http));
            var two = await Taken(() => Whole(http));
            if (round < 0) continue;
            changed.Add(one);
            again.Add(two);
        }
        return [
            BenchResult.AtMost($"GET latest of {Packages} packages over 5 levels, after a package got an owner, whole body, median of {Rounds}", Median(changed), "ms", 30),
            BenchResult.Beside("the same again, nothing having happened", Median(again), "ms"),
        ];
    }

    static void Fill(IDbTransaction tx, int person)
    {
        tx.Execute("INSERT INTO users (id, name, role, created_at) VALUES (@person, 'bench', 'admin', 0) ON CONFLICT DO NOTHING", new { person });
        for (var level = 0; level < every.Length; level++)
        {
            var args = new { tag = First + level, name = $"level{level + 1}", person, level, parent = First + level + 1, every = every[level], many = Packages };
            tx.Execute("INSERT INTO tags (id, name, chroot, created_at) VALUES (@tag, @name, 'testos-1', 0)", args);
            tx.Execute("INSERT INTO tag_arches (tag_id, arch, position) VALUES (@tag, 'x86_64', 0)", args);
            tx.Execute("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @many)
                INSERT INTO builds (nvr, scratch, state, owner_id, submitted_at) SELECT 'p' || i || '-1.' || @level || '-1.fc43', 0, 'Complete', @person, 0 FROM n WHERE i % @every = 0
                """, args);
            tx.Execute("INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) SELECT @tag, id, 0, @person FROM builds WHERE nvr LIKE '%-1.' || @level || '-1.fc43'", args);
        }
        tx.Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 2 FROM n WHERE i < @many) INSERT INTO builds (nvr, scratch, state, owner_id, submitted_at) SELECT 'p' || i || '-0.9-1.fc43', 0, 'Complete', @person, 0 FROM n WHERE i <= @many",
            new { person, many = Packages });
        tx.Execute("INSERT INTO tag_builds (id, tag_id, build_id, tagged_at, tagged_by) SELECT id + 1000000, @tag, id, 0, @person FROM builds WHERE nvr LIKE '%-0.9-1.fc43'", new { tag = First + 5, person });
        for (var level = 0; level + 1 < every.Length; level++)
            tx.Execute("INSERT INTO tag_parents (tag_id, parent_id, priority, set_at, set_by) VALUES (@tag, @parent, 1, 0, @person)", new { tag = First + level, parent = First + level + 1, person });
        for (var level = 0; level < every.Length; level++) TagEvent.Record(tx, First + level, TagEventKind.Create, null, "filled", 0);
        // (As if each had its snapshot: nothing here is about publishing.)
        tx.Execute("UPDATE tags SET published_event = changed_event WHERE id >= @First", new { First });
    }

    /// <summary>A build of one package more is tagged at the bottom, and taken out of it the next time.</summary>
    static void Happen(Database database, int round) => database.Write(tx =>
    {
        var build = tx.One<long>("SELECT id FROM builds WHERE package = @package AND nvr LIKE '%-1.5-1.fc43'", new { package = $"p{round * 7}" });
        TagBuild.Take(tx, First + 5, build, 1, round);
        TagBuild.Tag(tx, First + 5, build, 1, round);
    }).Wait();

    static void Whole(LatestBuilds latest, int expected)
    {
        var list = latest.Of(First);
        if (list.Count != expected || list.Page(null, null).Bytes < expected * 50) throw new InvalidOperationException($"{list.Count} packages were listed.");
    }

    static async Task Whole(HttpClient http)
    {
        var body = await http.GetByteArrayAsync("api/tags/level1/latest");
        if (body.Length < Packages * 50) throw new InvalidOperationException($"The list had {body.Length} bytes.");
    }

    static double Taken(Action measured)
    {
        var watch = Stopwatch.StartNew();
        measured();
        return watch.Elapsed.TotalMilliseconds;
    }

    static async Task<double> Taken(Func<Task> measured)
    {
        var watch = Stopwatch.StartNew();
        await measured();
        return watch.Elapsed.TotalMilliseconds;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
