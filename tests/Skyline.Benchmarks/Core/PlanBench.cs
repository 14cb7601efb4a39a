using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Rpm;
using Skyline.Server.Planning;
using Skyline.Server.Storage;

namespace Skyline.Benchmarks.Core;

/// <summary>
/// Planning a distribution of 20,000 source packages with three binary packages each: from what is kept of their headers in SQLite to waves, and on
/// from there after one result. The graph is random, the same each time, and has cycles as real ones do.
/// </summary>
public static class PlanBench
{
    const int Sources = 20_000, Each = 3, Rounds = 11, Results = 2000;

    public static IEnumerable<BenchResult> Run()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            using var database = Database.Open(Path.Combine(folder, "skyline.db"));
            var edges = Fill(database).GetAwaiter().GetResult();
            var graph = Median(() => database.Read(Plan), out var whole);
            var order = Median(() => BuildOrder.Of(graph), out var ordering);
            var (acyclic, cut) = Median(() => CutCycles.Of(graph, order), out var cutting);
            var (median, most) = Replans(acyclic);
            return [
                BenchResult.AtMost($"ordering {Sources:N0} sources with {graph.Edges:N0} edges and {order.Cycles.Count} cycles (of up to {order.Cycles.Max(cycle => cycle.Count):N0}), median of {Rounds}", ordering, "ms", 100),
                BenchResult.AtMost($"the whole plan from {Sources * (Each + 1):N0} packages' kept capabilities, median of {Rounds}", whole, "ms", 1000),
                BenchResult.AtMost($"replanning after one result, median of {Results:N0}", median, "ms", 5),
                BenchResult.AtMost("  the slowest", most, "ms", 5),
                BenchResult.Beside($"  cutting the cycles ({cut.Count} edges of {edges:N0} requirements)", cutting, "ms"),
            ];
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As the server plans a tag: needs of the sources first, then what their packages offer, then the order.</summary>
    static BuildGraph Plan(System.Data.IDbConnection db)
    {
        var told = ReadPlan.OfPackages(db, Enumerable.Range(1, Sources).Select(i => (long)i).ToList());
        var graph = told.Graph();
        _ = BuildOrder.Of(graph);
        return graph;
    }

    static T Median<T>(Func<T> act, out double milliseconds)
    {
        var (times, result) = (new List<double>(), default(T)!);
        for (var round = 0; round < Rounds + 2; round++)
        {
            var start = Stopwatch.GetTimestamp();
            result = act();
            // The first ones are the compiler's.
            if (round >= 2) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        milliseconds = times.Order().ElementAt(Rounds / 2);
        return result;
    }

    static (double Median, double Most) Replans(BuildGraph graph)
    {
        var (progress, times) = (new BuildProgress(graph), new List<double>());
        var next = new Queue<int>(progress.Ready);
        while (next.TryDequeue(out var one))
        {
            var start = Stopwatch.GetTimestamp();
            var ready = times.Count % 10 == 9 ? progress.Failed(one) : progress.Done(one);
            var failed = times.Count % 10 == 9;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (!failed) foreach (var source in ready) next.Enqueue(source);
            if (times.Count == Results) break;
        }
        return (times.Order().ElementAt(times.Count / 2), times.Max());
    }

    static string Name(int package) => package % Each == 0 ? $"pkg{package / Each:00000}" : $"pkg{package / Each:00000}-{(package % Each == 1 ? "devel" : "libs")}";

    static async Task<int> Fill(Database database)
    {
        var edges = 0;
        await database.Write(tx => tx.Execute("INSERT INTO users (id, name, role, created_at) VALUES (1, 'planner', 'admin', 0)"));
        for (var from = 0; from < Sources; from += 2000)
            await database.Write(tx =>
            {
                for (var source = from; source < from + 2000; source++)
                {
                    var requires = Needs(source);
                    edges += requires.Count;
                    tx.Execute("INSERT INTO builds (id, nvr, scratch, state, owner_id, submitted_at) VALUES (@id, @nvr, 0, 'Complete', 1, 0)", new { id = source + 1, nvr = $"pkg{source:00000}-1.{source % 50}-1" });
                    Put(tx, source, $"pkg{source:00000}", "src", PackageCapabilities.None with { Requires = requires });
                    for (var k = 0; k < Each; k++) Put(tx, source, Name((source * Each) + k), "x86_64", Offered(source, (source * Each) + k));
                }
            });
        return edges;
    }

    static void Put(System.Data.IDbTransaction tx, int source, string name, string arch, PackageCapabilities of)
    {
        var rpm = tx.Connection!.QuerySingle<long>("""
            INSERT INTO rpms (build_id, file_name, repo_class, name, epoch, version, release, arch, blob_sha256, blob_size, content_hash, location, added_at)
            VALUES (@build, @file, @class, @name, 0, @version, '1', @arch, '', 0, '', '', 0) RETURNING id
            """, new { build = source + 1, file = $"{name}-1.{source % 50}-1.{arch}.rpm", @class = arch == "src" ? "Source" : "Binary", name, version = $"1.{source % 50}", arch }, tx);
        KeptCapabilities.Put(tx, rpm, of);
    }

    static PackageCapabilities Offered(int source, int package)
    {
        var (name, evr) = (Name(package), $"1.{source % 50}-1");
        return new(
            [
                new(name, DependencyFlags.Equal, evr), new($"{name}(x86-64)", DependencyFlags.Equal, evr), new($"pkgconfig({name})", DependencyFlags.Equal, $"1.{source % 50}"),
                new($"lib{name}.so.1()(64bit)", DependencyFlags.None, ""), new($"lib{name}.so.1(V1)(64bit)", DependencyFlags.None, ""),
            ],
            [$"/etc/{name}.conf", $"/usr/bin/{name}", $"/usr/bin/{name}-config", $"/usr/lib64/lib{name}.so.1"],
            [.. Enumerable.Range(0, 12).Select(i => new Dependency($"lib{Name((package + (i * 7919)) % (Sources * Each))}.so.1()(64bit)", DependencyFlags.None, ""))], [], []);
    }

    /// <summary>Log-normal in number, mostly of what is older and of what many need; three in a hundred of what is a little younger; and what all need (compilers, interpreters) needs
    /// here and there what is far from it: whence a few small cycles and one of thousands, as distributions have them.</summary>
    static List<Dependency> Needs(int source)
    {
        var (first, random) = (source * Each, new Random(source));
        var top = Math.Max(1, Math.Min(first, 1 + (int)(first * Math.Pow(random.NextDouble(), 2))));
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var needs = new List<Dependency>();
        for (var left = Math.Min(60, (int)Math.Exp(Math.Log(7) + (.8 * normal))); left > 0; left--)
        {
            var package = source < 300 && random.NextDouble() < .04 ? random.Next(Sources * Each) : random.NextDouble() < .97 ? (int)(top * Math.Pow(random.NextDouble(), 2)) : Math.Min((Sources * Each) - 1, first + random.Next(1, 301));
            needs.Add(random.NextDouble() switch
            {
                < .4 => new(Name(package), DependencyFlags.Greater | DependencyFlags.Equal, "1.0"),
                < .6 => new($"pkgconfig({Name(package)})", DependencyFlags.None, ""),
                < .65 => new($"/usr/bin/{Name(package)}", DependencyFlags.None, ""),
                < .67 => new($"({Name(package)} or {Name(package)}-compat)", DependencyFlags.None, ""),
                _ => new(Name(package), DependencyFlags.None, ""),
            });
        }
        return [.. needs.Distinct()];
    }
}
