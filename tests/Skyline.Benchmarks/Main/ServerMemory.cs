using System.Globalization;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks;

/// <summary>What the server holds in memory: idle, and while a source package of two gigabytes is uploaded.</summary>
public static class ServerMemory
{
    static readonly TimeSpan settle = TimeSpan.FromSeconds(20);

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"));
            await server.Start();
            // As a first visitor leaves it: the pages and the API have been used once.
            foreach (var path in new[] { "", "tags/testos", "api/builds", "repos/testos/x86_64/repodata/repomd.xml" }) await server.Http().GetStringAsync(path, ct);
            await Task.Delay(settle, TimeProvider.System, ct);
            var idle = Megabytes(server.Process.Id, "VmRSS");

            var srpm = await TwoGigabytes(folder, ct);
            await File.WriteAllTextAsync($"/proc/{server.Process.Id}/clear_refs", "5", ct);
            await using (var file = File.OpenRead(srpm)) await server.Admin().Submit(file, Path.GetFileName(srpm), "testos", scratch: true, ct);
            var peak = Megabytes(server.Process.Id, "VmHWM");
            return [
                BenchResult.AtMost("server idle, resident", idle, "MB", 150),
                BenchResult.AtMost("server's growth in an upload of 2 GB", peak - idle, "MB", 50),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A real source package whose one source is two gigabytes that do not compress.</summary>
    static async Task<string> TwoGigabytes(string folder, CancellationToken ct)
    {
        var top = Directory.CreateDirectory(Path.Combine(folder, "big")).FullName;
        var source = Path.Combine(top, "noise");
        await using (var noise = File.Create(source))
        {
            var random = new Random(20111);
            var piece = new byte[1 << 20];
            for (var i = 0; i < 2048; i++)
            {
                random.NextBytes(piece);
                await noise.WriteAsync(piece, ct);
            }
        }
        var spec = Path.Combine(top, "big.spec");
        await File.WriteAllTextAsync(spec, "Name: big\nVersion: 1\nRelease: 1\nSummary: Big\nLicense: MIT\nSource0: noise\n%description\nBig.\n%files\n", ct);
        (await Tool.Run("rpmbuild", ["-bs", "--define", "_source_payload w.ufdio", "--define", $"_sourcedir {top}", "--define", $"_srcrpmdir {top}", "--define", $"_dbpath {top}/db", spec], ct)).Ok("rpmbuild -bs");
        File.Delete(source);
        return Directory.GetFiles(top, "*.src.rpm").Single();
    }

    static double Megabytes(int process, string line) =>
        double.Parse(File.ReadLines($"/proc/{process}/status").First(row => row.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
}
