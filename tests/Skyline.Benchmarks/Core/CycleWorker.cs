using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Skyline.Protocol;

namespace Skyline.Benchmarks.Core;

/// <summary>
/// Builders that build nothing, in a process of their own: each slot leases a run, reports it failed with its lock, and leases the next.
/// What was answered goes to a file, a line each ("leased 5001", "reported 5001"), so that it can be held against what the server kept.
/// </summary>
static class CycleWorker
{
    public const string Name = "cycle-worker";

    static readonly RunReport report = new(RunOutcome.Failed, "rpmbuild failed in %build.", ["hello.c:3: error: expected ';'"], [], [new(RunPhase.Rpmbuild, 1.5)], [new("bash-5.2-1.x86_64", new string('b', 64), "testos", 1000)]);

    /// <param name="tokens">A file of builders' tokens, a line each.</param>
    /// <param name="book">Empty: nothing is written down.</param>
    public static async Task<int> Run(string address, string tokens, int slots, double warming, double seconds, string book)
    {
        await using var written = book.Length == 0 ? null : new StreamWriter(book) { AutoFlush = true };
        using var http = new SocketsHttpHandler { MaxConnectionsPerServer = 4096 };
        var builders = (await File.ReadAllLinesAsync(tokens)).Select(token => new BuilderContract(Client(http, address, token))).ToList();
        // The first leases make connections, and the server's code is compiled by them.
        await Cycles(builders, slots, warming, written);
        var (watch, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var times = await Cycles(builders, slots, seconds, written);
        var (wall, mine) = (watch.Elapsed.TotalSeconds, Process.GetCurrentProcess().TotalProcessorTime - cpu);
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cycles {times.Count} {wall:0.000} {mine.TotalSeconds:0.000} {times[times.Count / 2]:0.00} {times[times.Count * 99 / 100]:0.00}"));
        return 0;
    }

    internal static HttpClient Client(HttpMessageHandler handler, string address, string token)
    {
        var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <returns>How long each took, in milliseconds.</returns>
    static async Task<List<double>> Cycles(IReadOnlyList<BuilderContract> builders, int slots, double seconds, TextWriter? book)
    {
        var (times, watch) = (new List<double>(), Stopwatch.StartNew());
        await Task.WhenAll(builders.SelectMany((builder, number) => Enumerable.Range(0, slots).Select(async slot =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var began = watch.Elapsed;
                if (!await Cycle(builder, $"{number}-{slot}-{Guid.NewGuid():n}", book)) return;
                lock (times) times.Add((watch.Elapsed - began).TotalMilliseconds);
            }
        })));
        return times;
    }

    /// <returns>False: the server is gone, or there was nothing to do.</returns>
    static async Task<bool> Cycle(BuilderContract builder, string question, TextWriter? book)
    {
        try
        {
            if (await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "paper", 20, ["overlay"], null, question), CancellationToken.None) is not { } run) return false;
            Note(book, "leased", run.RunId);
            await builder.Report(run.RunId, report, CancellationToken.None);
            Note(book, "reported", run.RunId);
            return true;
        }
        catch (HttpRequestException) when (book is not null)
        {
            return false;
        }
    }

    static void Note(TextWriter? book, string what, long run)
    {
        if (book is null) return;
        lock (book) book.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {run}"));
    }
}
