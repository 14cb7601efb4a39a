using System.Diagnostics;
using System.Net;
using Skyline.Testing;

namespace Skyline.Benchmarks.Ui;

/// <summary>
/// The builds' list with each filter and with combinations of them, and the home page, of a million builds: from the request to the whole answer on one
/// connection over loopback. Somebody who may not read one of the tags asks as well as an administrator, who sees all.
/// </summary>
static class PagesBench
{
    const int Warm = 2, Rounds = 12;

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var made = Stopwatch.GetTimestamp();
        var folder = await MillionBuilds.Folder();
        Console.WriteLine($"  {MillionBuilds.Builds:N0} builds are in {folder} ({Stopwatch.GetElapsedTime(made).TotalSeconds:0} s)");
        await using var server = MillionBuilds.Server(folder);
        await server.Start();
        var first = Stopwatch.GetTimestamp();
        using var anybody = server.Http();
        await Whole(anybody, "builds?state=Failed", ct);
        var start = Stopwatch.GetElapsedTime(first).TotalSeconds;
        using var admin = server.Http(server.AdminTokenFile);
        List<BenchResult> results = [BenchResult.Beside("the first filter that is asked for right after a start, until answered", start, "s"), BenchResult.Beside("server with a million builds in memory, resident", Resident(server), "MB")];
        results.AddRange(await Measure("Builds, every filter alone", anybody, "builds", AskedPages.Alone, 100, ct));
        results.AddRange(await Measure($"Builds, {AskedPages.Together.Count} combinations of filters", anybody, "builds", AskedPages.Together, 100, ct));
        results.AddRange(await Measure("the same in the API, as an administrator", admin, "api/builds", [.. AskedPages.Alone, .. AskedPages.Together], 100, ct));
        results.AddRange(await Measure("Home", anybody, "", [""], 50, ct, 60));
        results.AddRange(await Measure("the wall", anybody, "wall", [""], 50, ct, 60));
        await server.Process.Terminate(ct);
        return results;
    }

    static async Task<IEnumerable<BenchResult>> Measure(string what, HttpClient http, string path, IReadOnlyList<string> queries, double most, CancellationToken ct, int rounds = Rounds)
    {
        var times = new Dictionary<string, List<double>>();
        foreach (var query in queries)
        {
            var (address, taken) = (query.Length > 0 ? $"{path}?{query}" : path, new List<double>());
            for (var round = -Warm; round < rounds; round++)
            {
                var begun = Stopwatch.GetTimestamp();
                await Whole(http, address, ct);
                if (round >= 0) taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
            times.Add(query, taken);
        }
        foreach (var (query, taken) in times.Where(one => Part(one.Value, 0.95) > most)) Console.WriteLine($"  over the goal: {path}?{query}: p95 {Part(taken, 0.95):0} ms, p50 {Part(taken, 0.5):0} ms");
        var all = times.Values.SelectMany(one => one).ToList();
        var slowest = times.MaxBy(one => Part(one.Value, 0.95));
        List<BenchResult> results = [
            BenchResult.Beside($"{what}: p50 of {all.Count}", Part(all, 0.5), "ms"),
            BenchResult.AtMost($"{what}: p95", Part(all, 0.95), "ms", most),
        ];
        if (queries.Count > 1) results.Add(BenchResult.AtMost($"  p95 of the slowest of them, ?{(slowest.Key.Length > 45 ? slowest.Key[..45] + "…" : slowest.Key)}", Part(slowest.Value, 0.95), "ms", most));
        return results;
    }

    static async Task Whole(HttpClient http, string address, CancellationToken ct)
    {
        using var answer = await http.GetAsync(address, ct);
        if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"GET {address} was answered with {(int)answer.StatusCode}.");
        await answer.Content.ReadAsByteArrayAsync(ct);
    }

    internal static double Part(List<double> times, double part) => times.Order().ElementAt(Math.Min(times.Count - 1, (int)(times.Count * part)));

    internal static double Resident(ServerProcess server) =>
        double.Parse(File.ReadLines($"/proc/{server.Process.Id}/status").First(row => row.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024 / 1e6;
}
