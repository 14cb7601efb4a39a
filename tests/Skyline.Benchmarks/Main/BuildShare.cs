using System.Diagnostics;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks;

/// <summary>
/// What Skyline itself adds to a build: from the lease to the package being in the served repository, less the same rpmbuild run
/// bare in the same buildroot, in turn with it. Warm: the buildroot is kept from a build before.
/// </summary>
public static class BuildShare
{
    const int Rounds = 5;

    /// <summary>With bubblewrap, and with the container engine where `./dev` has found one.</summary>
    public static IReadOnlyList<string> Isolations => Environment.GetEnvironmentVariable("SKYLINE_ISOLATION") == "docker" ? ["bubblewrap", "docker"] : ["bubblewrap"];

    public static IEnumerable<BenchResult> Run() => Isolations.SelectMany(isolation => Run(isolation, 1.5));

    public static IEnumerable<BenchResult> Run(string isolation, double most)
    {
        var rounds = Measure(isolation, CancellationToken.None).GetAwaiter().GetResult();
        yield return BenchResult.AtMost($"build share beyond bare rpmbuild, {isolation}", Median(rounds.Warm, round => round.Whole - round.Bare), "s", most);
        yield return BenchResult.Beside($"the same rpmbuild bare, {isolation}", Median(rounds.Warm, round => round.Bare), "s");
        if (most >= 1) yield break;
        yield return BenchResult.AtMost($"warm start: resolved and a kept buildroot taken, {isolation}", Median(rounds.Warm, round => round.Start), "s", 0.3);
        yield return BenchResult.Beside($"cold build: nothing kept, {isolation}", rounds.Cold, "s");
    }

    /// <param name="Start">What resolving and the buildroot took of it.</param>
    sealed record Round(double Whole, double Start, double Bare);

    static async Task<(double Cold, IReadOnlyList<Round> Warm)> Measure(string isolation, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await using var server = new ServerProcess(Path.Combine(folder, "server"));
            await server.Start();
            var builderData = Path.Combine(folder, "builder");
            await using var builder = BuilderProcess.Start(server.Address, server.BuilderTokenFile, builderData, isolation);
            var cold = Whole(await Build(server.Admin(), await Source(folder, 0, ct), ct));

            var rounds = new List<Round>();
            for (var round = 1; round <= Rounds; round++)
            {
                var srpm = await Source(folder, round, ct);
                var build = await Build(server.Admin(), srpm, ct);
                await DnfSees(server.Address, folder, build.Nvr, ct);
                var bare = await Bare(Path.Combine(builderData, "buildroots"), srpm, folder, ct);
                rounds.Add(new(Whole(build), build.Timings["resolve"] + build.Timings["buildroot"], bare));
            }
            await builder.Terminate(ct);
            return (cold, rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static double Whole(BuildDetails build) => (build.EndedAt!.Value - build.Tasks[0].Runs[^1].LeasedAt!.Value).TotalSeconds;

    internal static Task<string> Source(string folder, int round, CancellationToken ct) =>
        SourcePackage.MakeHello(folder, ct, version: round.ToString(CultureInfo.InvariantCulture));

    internal static async Task<BuildDetails> Build(SkylineClient client, string srpm, CancellationToken ct, string target = "testos")
    {
        await using var file = File.OpenRead(srpm);
        var build = await client.Submit(file, Path.GetFileName(srpm), target, scratch: false, ct);
        while (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) build = await client.WaitBuild(build.Id, build.Revision, 30, ct);
        return build.State == BuildState.Complete ? build : throw new InvalidOperationException($"{build.Nvr} is {build.State}: {build.Why}");
    }

    /// <summary>Not timed: shows that what the build's end claims is so.</summary>
    static async Task DnfSees(Uri server, string folder, string nvr, CancellationToken ct)
    {
        var seen = (await Tool.Run("dnf", ["-q", $"--setopt=reposdir={folder}/none", $"--setopt=cachedir={folder}/dnf-{nvr}", $"--repofrompath=skyline,{server}repos/testos/x86_64/", "--repo=skyline", "repoquery", "--qf", "%{name}-%{version}-%{release}"], ct)).Ok("dnf repoquery");
        if (!seen.Split('\n').Contains(nvr)) throw new InvalidOperationException($"dnf does not see {nvr}; it sees:\n{seen}");
    }

    static async Task<double> Bare(string buildroots, string srpm, string folder, CancellationToken ct)
    {
        var root = Directory.GetDirectories(buildroots).Select(kept => Path.Combine(kept, "root")).First(Directory.Exists);
        var top = Directory.CreateDirectory(Path.Combine(folder, "bare")).FullName;
        File.Copy(srpm, Path.Combine(top, "package.src.rpm"), overwrite: true);
        var clock = Stopwatch.StartNew();
        (await Tool.Run("bwrap", [
            "--unshare-all", "--die-with-parent", "--ro-bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp",
            "--bind", top, "/builddir", "--clearenv", "--setenv", "PATH", "/usr/bin:/usr/sbin", "--setenv", "HOME", "/builddir", "--",
            "rpmbuild", "--rebuild", "--nodeps", "--define", "_topdir /builddir/build", "/builddir/package.src.rpm",
        ], ct)).Ok("rpmbuild, bare");
        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(top, recursive: true);
        return seconds;
    }

    static double Median(IReadOnlyList<Round> rounds, Func<Round, double> of) => rounds.Select(of).Order().ElementAt(rounds.Count / 2);
}
