using System.Diagnostics;
using System.Globalization;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Repos;

/// <summary>The real server over a data folder that holds a large tag already.</summary>
static class LiveRepo
{
    static readonly TimeSpan most = TimeSpan.FromSeconds(30);

    /// <summary>From the first byte of an upload to the moment that a dnf which starts then is led to a repository that has it.</summary>
    public static IEnumerable<BenchResult> Visible(string data, IEnumerable<SyntheticRpm> packages) => With(data, async server =>
    {
        var milliseconds = new List<double>();
        foreach (var package in packages) milliseconds.Add(await UntilServed(server, package.Build()));
        // The first starts the runtime's compiler on everything; the others are what a site sees.
        return [
            BenchResult.AtMost("upload of one package until clients are led to it, median, signing included", Median(milliseconds[1..]), "ms", 300),
            BenchResult.Beside("upload of one package until clients are led to it, slowest", milliseconds[1..].Max(), "ms"),
        ];
    });

    public static IEnumerable<BenchResult> Memory(string data, IEnumerable<SyntheticRpm> packages) => With(data, async server =>
    {
        foreach (var package in packages) await UntilServed(server, package.Build());
        foreach (var path in new[] { "", "tags/bench", "api/builds" }) await server.Http().GetStringAsync(path);
        await ReadAllMetadata(server);
        return [
            BenchResult.AtMost("server with a tag of 60000 packages, resident after publishing and serving it", Megabytes(server, "VmRSS"), "MB", 400),
            BenchResult.Beside("server with a tag of 60000 packages, resident at most", Megabytes(server, "VmHWM"), "MB"),
        ];
    });

    static async Task<double> UntilServed(ServerProcess server, byte[] package)
    {
        using var http = server.Http();
        var before = await http.GetStringAsync("repos/bench/x86_64/mirrorlist");
        var watch = Stopwatch.StartNew();
        await server.Admin().Import(new MemoryStream(package), "bench", CancellationToken.None);
        while (await http.GetStringAsync("repos/bench/x86_64/mirrorlist") == before)
            if (watch.Elapsed > most) throw new InvalidOperationException($"The package was not in the repository after {most.TotalSeconds} s.");
        return watch.Elapsed.TotalMilliseconds;
    }

    static async Task ReadAllMetadata(ServerProcess server)
    {
        using var http = server.Http();
        var repomd = await http.GetStringAsync("repos/bench/x86_64/repodata/repomd.xml");
        foreach (var href in System.Xml.Linq.XDocument.Parse(repomd).Descendants().Select(element => element.Attribute("href")?.Value).OfType<string>())
        {
            await using var file = await http.GetStreamAsync($"repos/bench/x86_64/{href}");
            await file.CopyToAsync(Stream.Null);
        }
    }

    static IReadOnlyList<BenchResult> With(string data, Func<ServerProcess, Task<IReadOnlyList<BenchResult>>> measure) => Task.Run(async () =>
    {
        await using var server = new ServerProcess(data);
        await server.Start();
        return await measure(server);
    }).GetAwaiter().GetResult();

    static double Megabytes(ServerProcess server, string line) =>
        double.Parse(File.ReadLines($"/proc/{server.Process.Id}/status").First(row => row.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
