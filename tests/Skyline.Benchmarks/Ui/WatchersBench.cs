using System.Globalization;
using System.Text;
using Skyline.Benchmarks.Core;
using Skyline.Protocol;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Ui;

/// <summary>
/// Two hundred people watch one live log: first by its events alone, as a page without a live connection does, then each with the live connection of the
/// build's page too. How late the last of them has a line, and what a watcher costs the server in memory.
/// </summary>
static class WatchersBench
{
    const int Watchers = 200, Lines = 150;
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(100), settle = TimeSpan.FromSeconds(5);

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
            await File.WriteAllTextAsync(Path.Combine(chroots, "paper-1.json"), HandoffBench.Chroot, ct);
            await using var server = new ServerProcess(Path.Combine(folder, "server"), new Dictionary<string, string> { ["Skyline__Chroots"] = chroots, ["Skyline__FirstTag"] = "paper", ["Skyline__PinChrootRepos"] = "false" });
            await server.Start();
            return [.. await Watched(server, circuits: false, ct), .. await Watched(server, circuits: true, ct)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<IReadOnlyList<BenchResult>> Watched(ServerProcess server, bool circuits, CancellationToken ct)
    {
        var (builder, build, run) = await Begin(server, circuits ? "two" : "one", ct);
        // What the first of them costs is the program's, not a watcher's.
        await Watch(server, build, run, 2, circuits, builder, "warming", ct);
        var (before, one) = (PagesBench.Resident(server), await Watch(server, build, run, Watchers, circuits, builder, "watched", ct));
        await builder.Report(run, new(RunOutcome.Failed, "Enough was seen.", [], [], [], []), ct);
        var what = circuits ? "each with the page's live connection" : "by its events";
        return [
            BenchResult.AtMost($"a line of a log that {Watchers} watch {what}: until the last has it, at most", one.Latest, "s", 1),
            BenchResult.Beside("  the same, median of all", one.Median, "s"),
            BenchResult.AtMost("  lines that somebody missed", one.Missed, "", 0),
            BenchResult.AtMost("  pages that were never drawn over their live connection", one.Undrawn, "", 0),
            BenchResult.AtMost("  server's memory a watcher", (one.Megabytes - before) / Watchers, "MB", 1),
        ];
    }

    static async Task<(BuilderContract Builder, long Build, long Run)> Begin(ServerProcess server, string name, CancellationToken ct)
    {
        var source = new SyntheticRpm(name, "1", "1") { IsSource = true, Compressor = "none", Files = [new($"{name}.spec", "Name: x\n"u8.ToArray())] };
        var build = await server.Admin().Submit(new MemoryStream(source.Build()), source.FileName, "paper", scratch: true, ct, arches: ["x86_64"]);
        var http = server.Http(server.BuilderTokenFile);
        var builder = new BuilderContract(http);
        var run = await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "bench", 30), ct) ?? throw new InvalidOperationException("There was no work.");
        return (builder, build.Id, run.RunId);
    }

    sealed record Seen(double Latest, double Median, int Missed, double Megabytes, int Undrawn);

    static readonly Dictionary<long, long> written = [];

    static async Task<Seen> Watch(ServerProcess server, long build, long run, int many, bool circuits, BuilderContract builder, string word, CancellationToken ct)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // Those that do not know it yet open the page as a browser does.
        var pages = new List<Circuit>();
        for (var n = 0; circuits && n < many; n++) pages.Add(await Circuit.Open(server.Address, $"builds/{build}", leaving.Token));
        var readers = Enumerable.Range(0, many).Select(_ => new EventReader(word)).ToList();
        var reading = readers.Select(reader => reader.Read(server.Http(), run, leaving.Token)).ToList();
        await Task.Delay(settle, TimeProvider.System, ct);
        for (var line = 0; line < Lines; line++)
        {
            var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{word} {line} {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}\n"));
            var receipt = await builder.AppendLog(run, written.GetValueOrDefault(run), text, ct);
            written[run] = receipt.Bytes;
            await Task.Delay(pace, TimeProvider.System, ct);
        }
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, ct);
        var megabytes = PagesBench.Resident(server);
        var undrawn = pages.Count(page => page.Batches == 0);
        if (pages.Select(page => page.Fault).FirstOrDefault(said => said is not null) is { } fault) Console.Error.WriteLine(fault);
        await leaving.CancelAsync();
        foreach (var one in reading) await one;
        foreach (var page in pages) await page.DisposeAsync();
        var delays = readers.SelectMany(reader => reader.Delays).ToList();
        return new(delays.Max(), PagesBench.Part(delays, 0.5), readers.Sum(reader => Lines - reader.Delays.Count), megabytes, undrawn);
    }

    /// <summary>One who follows the log by its events.</summary>
    sealed class EventReader(string word)
    {
        /// <summary>From a line's writing to its coming, in seconds.</summary>
        public List<double> Delays { get; } = [];

        public async Task Read(HttpClient http, long run, CancellationToken ct)
        {
            using var own = http;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run}/log");
            request.Headers.Accept.ParseAdd("text/event-stream");
            try
            {
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
                while (await lines.ReadLineAsync(ct) is { } line)
                    if (line.StartsWith($"data: {word} ", StringComparison.Ordinal) && long.TryParse(line.Split(' ')[^1], CultureInfo.InvariantCulture, out var at))
                        Delays.Add((TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - at) / 1000.0);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException && ct.IsCancellationRequested)
            {
                // It has seen enough.
            }
        }
    }
}
