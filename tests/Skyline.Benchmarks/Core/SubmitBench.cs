using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Core;

/// <summary>From the first byte of a submission until an idle builder has the run in its hands, with 1,000 builders that wait: server, builders and submitter are three processes.</summary>
static class SubmitBench
{
    const int Builders = 1000, Submissions = 200;

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await CoreSite.Make(folder, Builders);
            await using var server = CoreSite.Server(folder);
            await server.Start();
            using var worker = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "skyline-bench"), [WaitWorker.Name, server.Address.ToString(), Path.Combine(folder, "tokens")])
            { RedirectStandardOutput = true, RedirectStandardInput = true })!;
            var leased = new ConcurrentDictionary<string, TaskCompletionSource<long>>();
            worker.OutputDataReceived += (_, line) =>
            {
                if (line.Data?.Split(' ') is ["leased", var nvr, var at]) Of(leased, nvr).TrySetResult(long.Parse(at, CultureInfo.InvariantCulture));
            };
            worker.BeginOutputReadLine();
            // All of them wait when a lease has been open everywhere for a while.
            await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System, ct);
            var (cpu, times) = (CyclesBench.CpuOf(server.Process.Id), new List<double>());
            for (var n = -5; n < Submissions; n++)
            {
                var taken = await Submit(server.Admin(), n, leased, ct);
                if (n >= 0) times.Add(taken);
            }
            cpu = (CyclesBench.CpuOf(server.Process.Id) - cpu) / (Submissions + 5);
            await worker.StandardInput.WriteLineAsync();
            worker.Kill();
            times.Sort();
            return [
                BenchResult.AtMost($"submission to lease with {Builders} builders waiting, p99 of {Submissions}", times[(times.Count * 99 / 100) - 1], "ms", 250),
                BenchResult.Beside("  the same, median", times[times.Count / 2], "ms"),
                BenchResult.Beside("  the server's CPU time of a submission and its lease", cpu * 1000, "ms"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static TaskCompletionSource<long> Of(ConcurrentDictionary<string, TaskCompletionSource<long>> leased, string nvr) =>
        leased.GetOrAdd(nvr, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <returns>Milliseconds.</returns>
    static async Task<double> Submit(SkylineClient client, int n, ConcurrentDictionary<string, TaskCompletionSource<long>> leased, CancellationToken ct)
    {
        var name = $"package{n + 5}";
        var srpm = new SyntheticRpm(name, "1", "1") { IsSource = true, Compressor = "none", Files = [new($"{name}.spec", "Name: x\n"u8.ToArray())] };
        var bytes = srpm.Build();
        var began = Stopwatch.GetTimestamp();
        await client.Submit(new MemoryStream(bytes), srpm.FileName, "testos", scratch: true, ct, arches: ["x86_64"]);
        var given = await Of(leased, $"{name}-1-1").Task.WaitAsync(TimeSpan.FromSeconds(60), ct);
        return (given - began) * 1000.0 / Stopwatch.Frequency;
    }
}
