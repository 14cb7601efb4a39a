using System.Diagnostics;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Core;

/// <summary>
/// A chain of fifteen links with a builder that builds nothing, against the server as a process: from the report of a link's result to the lease of the next
/// one's run, whose repository has the result, signed. Twice, the second on what the first left.
/// </summary>
public static class HandoffBench
{
    const int Links = 15, Chains = 2;

    internal const string Chroot = """
        {
          "name": "paper-1", "title": "Paper, which builds nothing", "releaseVersion": "1", "arches": { "x86_64": {} }, "packages": ["@build"],
          "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }], "macros": { "dist": ".pp1" }
        }
        """;

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
            await File.WriteAllTextAsync(Path.Combine(chroots, "paper-1.json"), Chroot, ct);
            await using var server = new ServerProcess(Path.Combine(folder, "server"), new Dictionary<string, string> { ["Skyline__Chroots"] = chroots, ["Skyline__FirstTag"] = "paper", ["Skyline__PinChrootRepos"] = "false" });
            await server.Start();
            var times = new List<double>();
            for (var chain = 0; chain < Chains; chain++) times.AddRange(await OneChain(server, chain, ct));
            return [
                BenchResult.AtMost($"report of a link's result → lease of the next link, published and signed, median of {times.Count}", times.Order().ElementAt(times.Count / 2), "s", 1),
                BenchResult.AtMost("  the slowest", times.Max(), "s", 1),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<IReadOnlyList<double>> OneChain(ServerProcess server, int chain, CancellationToken ct)
    {
        var names = Enumerable.Range(0, Links).Select(link => $"chain{chain}link{link:00}").ToList();
        var sources = names.Select(name => Source(name, "1").Build()).ToList();
        foreach (var (name, source) in names.Zip(sources)) await server.Admin().SendSource(new MemoryStream(source), Sha256(source), $"{name}-1.0-1.src.rpm", 0, ct);
        await server.Admin().StartChain(new("paper", [.. sources.Select(source => (IReadOnlyList<string>)[Sha256(source)])]), ct);
        var http = server.Http();
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(server.BuilderTokenFile, ct)).Trim());
        var (builder, times) = (new BuilderContract(http), new List<double>());
        var run = await Lease(builder, ct);
        for (var link = 0; ; link++)
        {
            var files = await Upload(builder, run, names[link], ct);
            var start = Stopwatch.GetTimestamp();
            await builder.Report(run.RunId, new(RunOutcome.Succeeded, null, [], files, [new(RunPhase.Rpmbuild, 1)], [new("bash-5.2-1.x86_64", new string('b', 64), "paper")]), ct);
            if (link == Links - 1) return times;
            run = await Lease(builder, ct);
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            await HasItSigned(server, run, names[link], ct);
        }
    }

    static async Task<LeasedRun> Lease(BuilderContract builder, CancellationToken ct) =>
        await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "bench", 60), ct) ?? throw new InvalidOperationException("The chain did not go on within a minute.");

    static async Task<IReadOnlyList<ResultFile>> Upload(BuilderContract builder, LeasedRun run, string name, CancellationToken ct)
    {
        var files = new List<ResultFile>();
        foreach (var rpm in new[] { Source(name, "1.pp1"), new SyntheticRpm(name, Release: "1.pp1") })
        {
            var bytes = rpm.Build();
            files.Add(await builder.PutFile(run.RunId, rpm.FileName, new MemoryStream(bytes), Sha256(bytes), ct));
        }
        return files;
    }

    static async Task HasItSigned(ServerProcess server, LeasedRun run, string package, CancellationToken ct)
    {
        var repo = run.Buildroot.Repos.Select(repo => repo.BaseUrl).First(url => url is not null && url.Contains("/repos/", StringComparison.Ordinal))!.TrimEnd('/');
        var path = new Uri(server.Address, new Uri(repo).AbsolutePath).ToString();
        await server.Http().GetByteArrayAsync($"{path}/repodata/repomd.xml.asc", ct);
        var tag = await server.Admin().Tag("paper", ct);
        if (tag.Builds.All(build => !build.Nvr.StartsWith(package + "-", StringComparison.Ordinal))) throw new InvalidOperationException($"{package} is not published, and the next link was begun.");
    }

    static SyntheticRpm Source(string name, string release) => new(name, Release: release) { IsSource = true, Files = [new($"{name}.spec", "Name: x\n"u8.ToArray())] };

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
