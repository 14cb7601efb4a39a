using System.Diagnostics;
using System.Globalization;

namespace Skyline.Benchmarks.Core;

/// <summary>
/// Lease and report over HTTP on SQLite, each answered when it is on the disk: the server a process, the builders another. With a short
/// queue and with 100,000 runs that wait, half of them of an architecture that nobody has, in turns.
/// </summary>
static class CyclesBench
{
    const int Builders = 8, Rounds = 3, Short = 40_000, Long = 100_000;
    /// <summary>A hub is asked for years. .NET compiles what is asked often once more, and better, while it runs; that has settled by then.</summary>
    const double Warming = 10;
    const double Seconds = 5;

    sealed record Measured(double Rate, double ServerCpu, double ClientCpu, double P50, double P99, double Load);

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            var (few, many) = (Path.Combine(folder, "few"), Path.Combine(folder, "many"));
            await CoreSite.Make(few, Builders);
            CoreSite.Copy(few, many);
            await CoreSite.Queue(few, Short, "x86_64", people: 20, Server.Builds.Priorities.Usual);
            await CoreSite.Queue(many, Short, "x86_64", people: 20, Server.Builds.Priorities.Usual);
            await CoreSite.Queue(many, (Long - Short) / 6, "x86_64", people: 20, Server.Builds.Priorities.Background);
            await CoreSite.Queue(many, (Long - Short) * 5 / 6, "aarch64", people: 20, Server.Builds.Priorities.Usual);
            var (one, four, full) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
            for (var round = 0; round < Rounds; round++)
            {
                one.Add(await Measure(CoreSite.Copy(few, Path.Combine(folder, $"one-{round}")), 1, ct));
                four.Add(await Measure(CoreSite.Copy(few, Path.Combine(folder, $"four-{round}")), 4, ct));
                full.Add(await Measure(CoreSite.Copy(many, Path.Combine(folder, $"full-{round}")), 4, ct));
            }
            return [
                BenchResult.AtLeast($"lease and report, {Builders} builders of 4 slots: cycles a second", Median(four, m => m.Rate), "/s", 2000),
                BenchResult.Beside($"  the same with {Builders} builders of 1 slot", Median(one, m => m.Rate), "/s"),
                BenchResult.Beside("  the server's CPU time of a cycle (4 slots)", Median(four, m => m.ServerCpu) * 1000, "ms"),
                BenchResult.Beside("  the builders' CPU time of a cycle (4 slots)", Median(four, m => m.ClientCpu) * 1000, "ms"),
                BenchResult.Beside("  cycles for a second of the server's CPU time", 1 / Median(four, m => m.ServerCpu), "/s"),
                BenchResult.Beside("  a cycle's time, median (1 slot)", Median(one, m => m.P50), "ms"),
                BenchResult.Beside("  a cycle's time, p99 (1 slot)", Median(one, m => m.P99), "ms"),
                BenchResult.AtLeast($"lease and report with {Long} runs waiting / with {Short}: cycles a second", Median(full.Zip(four), pair => pair.First.Rate / pair.Second.Rate), "ratio", 0.8),
                BenchResult.Beside($"  the same by the server's CPU time of a cycle", Median(full.Zip(four), pair => pair.Second.ServerCpu / pair.First.ServerCpu), "ratio"),
                BenchResult.Beside("  load average meanwhile", Median(four.Concat(full), m => m.Load), ""),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<Measured> Measure(string data, int slots, CancellationToken ct)
    {
        await using var server = CoreSite.Server(data);
        await server.Start();
        using var worker = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "skyline-bench"),
            [CycleWorker.Name, server.Address.ToString(), Path.Combine(data, "tokens"), slots.ToString(CultureInfo.InvariantCulture), Warming.ToString(CultureInfo.InvariantCulture), Seconds.ToString(CultureInfo.InvariantCulture), ""]) { RedirectStandardOutput = true })!;
        // Within the time that is measured; the worker's own start takes some of it.
        await Task.Delay(TimeSpan.FromSeconds(Warming + 1), TimeProvider.System, ct);
        var (before, done) = (CpuOf(server.Process.Id), Done(data));
        await Task.Delay(TimeSpan.FromSeconds(Seconds - 2), TimeProvider.System, ct);
        var (cpu, cycles) = (CpuOf(server.Process.Id) - before, Done(data) - done);
        var words = (await worker.StandardOutput.ReadToEndAsync(ct)).Trim().Split(' ');
        await worker.WaitForExitAsync(ct);
        if (words is not ["cycles", var count, var wall, var mine, var p50, var p99]) throw new InvalidOperationException($"The worker said: {string.Join(' ', words)}");
        var load = Number((await File.ReadAllTextAsync("/proc/loadavg", ct)).Split(' ')[0]);
        await server.Kill();
        Directory.Delete(data, recursive: true);
        var measured = new Measured(Number(count) / Number(wall), cpu / Math.Max(1, cycles), Number(mine) / Number(count), Number(p50), Number(p99), load);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {slots} slots: {measured.Rate:0}/s, server {measured.ServerCpu * 1000:0.000} ms, builders {measured.ClientCpu * 1000:0.000} ms, p50 {measured.P50:0.0} ms, p99 {measured.P99:0.0} ms, load {measured.Load}"));
        return measured;
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Reports that the server has kept.</summary>
    static long Done(string data)
    {
        using var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(data, "skyline.db")};Mode=ReadOnly;Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "SELECT count(*) FROM task_runs WHERE state = 'Failed'";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>User and system time of a process, in seconds.</summary>
    internal static double CpuOf(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    internal static double Median<T>(IEnumerable<T> measured, Func<T, double> of)
    {
        double[] sorted = [.. measured.Select(of).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
