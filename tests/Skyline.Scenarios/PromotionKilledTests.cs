using System.Globalization;
using System.Net.Sockets;
using Skyline.Protocol;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Scenarios;

/// <summary>SIGKILL of the server while it promotes a side tag, at random points: all of it has come into the other tag or nothing, and the snapshots follow.</summary>
public sealed class PromotionKilledTests
{
    const int Kills = 6, Builds = 5;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Killed_in_mid_promote_all_has_come_or_nothing_and_the_snapshot_follows()
    {
        var seed = Environment.GetEnvironmentVariable("SKYLINE_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"SKYLINE_SEED={seed} takes the same decisions again.");
        var (random, folder) = (new Random(seed), Directory.CreateTempSubdirectory("skyline-promoted-").FullName);
        var settings = new Dictionary<string, string> { ["Skyline__PinChrootRepos"] = "false", ["Logging__LogLevel__Default"] = "Error", ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information" };
        await using (var server = new ServerProcess(Path.Combine(folder, "server"), settings))
        {
            await server.Start();
            var came = 0;
            for (var kill = 0; kill < Kills; kill++) came += await Promote(server, kill, random) ? 1 : 0;
            TestContext.Current.TestOutputHelper.WriteLine($"Of {Kills} promotions that were killed {came} had happened.");
        }
        Directory.Delete(folder, recursive: true);
    }

    static async Task<bool> Promote(ServerProcess server, int round, Random random)
    {
        using var http = server.Http(server.AdminTokenFile);
        var admin = new SkylineClient(http);
        var side = (await admin.CreateSideTag(new(Target: "testos"), Ct)).SideTag.Name;
        var nvrs = new List<string>();
        for (var i = 0; i < Builds; i++) nvrs.Add((await admin.Import(new MemoryStream(new SyntheticRpm($"k{round}p{i}", "1").Build()), side, Ct)).Nvr);

        // Past the check it is a matter of milliseconds: half of the kills are aimed there.
        var unchecked_ = random.Next(2) == 0;
        var asked = OrDead(admin.PromoteSideTag(side, new(SkipInstallCheck: unchecked_), preview: false, Ct));
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(unchecked_ ? 60 : 1500)), TimeProvider.System, Ct);
        await server.Kill();
        var answered = await asked;
        await server.Start();

        using var again = server.Http(server.AdminTokenFile);
        var client = new SkylineClient(again);
        var (there, left) = ((await client.Tag("testos", Ct)).Builds.Select(build => build.Nvr).Intersect(nvrs).ToList(), (await client.SideTag(side, Ct)).Builds.Select(build => build.Nvr).ToList());
        Assert.Contains(there.Count, new[] { 0, Builds });
        Assert.Equal(nvrs.Order(StringComparer.Ordinal), there.Concat(left).Order(StringComparer.Ordinal));
        Assert.True(!answered || there.Count == Builds, "It was answered, and has not happened.");
        if (there.Count == 0) Assert.True((await client.PromoteSideTag(side, new(SkipInstallCheck: true), preview: false, Ct)).Passes);
        Assert.True((await client.WaitRepo("testos", nvrs, 30, Ct)).Holds);
        var served = await RepositoryChecks.IsWhole(again, "testos", "x86_64", Ct);
        Assert.Equal(Builds, served.Count(location => Path.GetFileName(location).StartsWith($"k{round}p", StringComparison.Ordinal)));
        return there.Count > 0;
    }

    /// <returns>False if the server died of it, or before.</returns>
    static async Task<bool> OrDead(Task<SideTagPromotion> act)
    {
        try
        {
            return (await act).Passes;
        }
        catch (Exception broken) when (broken is HttpRequestException { StatusCode: null } or IOException or SocketException)
        {
            return false;
        }
    }
}
