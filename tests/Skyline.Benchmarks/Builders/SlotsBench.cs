using System.Globalization;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks.Builders;

/// <summary>
/// Twenty small packages through two slots of one builder: how much of the slots' time, from the first lease to the last report, is
/// rpmbuild's. The packages are real ones, of a few seconds each: zlib, lz4 and hello of the demo, with releases of their own.
/// </summary>
public static class SlotsBench
{
    const int Packages = 20, Slots = 2;
    static readonly string[] names = ["hello", "zlib", "lz4"];

    public static IEnumerable<BenchResult> Run() => BuildShare.Isolations.SelectMany(isolation => Run(isolation, CancellationToken.None).GetAwaiter().GetResult());

    static async Task<IReadOnlyList<BenchResult>> Run(string isolation, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"));
            await server.Start();
            await using var builder = BuilderProcess.Start(server.Address, server.BuilderTokenFile, Path.Combine(folder, "builder"), isolation, Slots);
            // The buildroots are filled.
            foreach (var name in names) await Ended(server.Admin(), await Submit(server.Admin(), await Source(name, 0, folder, ct), ct), ct);
            var sources = new List<string>();
            for (var n = 0; n < Packages; n++) sources.Add(await Source(names[n % names.Length], 1 + n, folder, ct));

            var builds = new List<long>();
            foreach (var srpm in sources) builds.Add(await Submit(server.Admin(), srpm, ct));
            var runs = new List<RunDetails>();
            foreach (var build in builds) runs.Add((await Ended(server.Admin(), build, ct)).Tasks[0].Runs[^1]);
            await builder.Terminate(ct);

            var wall = (runs.Max(run => run.EndedAt!.Value) - runs.Min(run => run.LeasedAt!.Value)).TotalSeconds;
            return [
                BenchResult.AtLeast($"{Packages} packages in {Slots} slots: share of rpmbuild in the slots' time, {isolation}", Sum(runs, RunPhase.Rpmbuild) / (wall * Slots), "", 0.8),
                BenchResult.Beside($"an rpmbuild of them, {isolation}", Sum(runs, RunPhase.Rpmbuild) / Packages, "s"),
                .. new[] { RunPhase.Fetch, RunPhase.Resolve, RunPhase.Buildroot, RunPhase.Upload }.Select(phase => BenchResult.Beside($"  of each, in {phase.ToString().ToLowerInvariant()}", Sum(runs, phase) / Packages, "s")),
                BenchResult.Beside("  of each, between phases and between runs", ((wall * Slots) - runs.Sum(run => run.Phases.Sum(phase => phase.Seconds))) / Packages, "s"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static double Sum(IReadOnlyList<RunDetails> runs, RunPhase phase) => runs.SelectMany(run => run.Phases).Where(timing => timing.Phase == phase).Sum(timing => timing.Seconds);

    static async Task<long> Submit(SkylineClient client, string srpm, CancellationToken ct)
    {
        await using var file = File.OpenRead(srpm);
        return (await client.Submit(file, Path.GetFileName(srpm), "testos", scratch: false, ct)).Id;
    }

    static async Task<BuildDetails> Ended(SkylineClient client, long id, CancellationToken ct)
    {
        var build = await client.Build(id, ct);
        while (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) build = await client.WaitBuild(id, build.Revision, 30, ct);
        return build.State == BuildState.Complete ? build : throw new InvalidOperationException($"{build.Nvr} is {build.State}: {build.Why}");
    }

    /// <summary>A package of the demo with another release.</summary>
    static async Task<string> Source(string name, int release, string folder, CancellationToken ct)
    {
        var srpm = Directory.GetFiles(Environment.GetEnvironmentVariable("SKYLINE_SRPMS") ?? throw new InvalidOperationException("SKYLINE_SRPMS names no folder: `./dev bench` makes the demo's source packages and says where they are."), name + "-*.src.rpm").Single();
        var top = Directory.CreateDirectory(Path.Combine(folder, "sources", $"{name}-{release}")).FullName;
        string[] places = ["--define", $"_topdir {top}", "--define", $"_dbpath {top}/db"];
        (await Tool.Run("rpm", ["-i", "--nosignature", .. places, srpm], ct)).Ok("rpm -i");
        var spec = Directory.GetFiles(Path.Combine(top, "SPECS")).Single();
        var lines = await File.ReadAllLinesAsync(spec, ct);
        await File.WriteAllLinesAsync(spec, lines.Select(line => line.StartsWith("Release:", StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"Release: {100 + release}%{{?dist}}") : line), ct);
        (await Tool.Run("rpmbuild", ["-bs", "--nodeps", .. places, spec], ct)).Ok("rpmbuild -bs");
        return Directory.GetFiles(Path.Combine(top, "SRPMS"), "*.src.rpm").Single();
    }
}
