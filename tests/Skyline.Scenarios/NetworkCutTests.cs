using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A builder whose only way to the server is cut in the middle of a build, without anybody being told.</summary>
public sealed class NetworkCutTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Ten lines a second.</summary>
    static Task<string> Talking(Appliance site, int lines) =>
        SourcePackage.MakeHello(site.Folder, Ct, name: "talking", extraBuild: $"for i in $(seq 1 {lines}); do echo line $i; sleep 0.1; done");

    [Fact(Timeout = 300_000)]
    public async Task A_network_that_is_away_for_a_minute_costs_no_run_and_no_line()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make a network of its own.");
        await using var site = await Appliance.Start(Ct, leaseSeconds: null);
        using var network = LoneNetwork.With(site.Server.Address.Port);
        await site.StartBuilder("far", freshData: true, within: network.Enter);
        var build = await site.Submit(await Talking(site, 640));
        var run = (await site.Until(build.Id, now => now.Tasks[0].Runs.Any(run => run.Phase == RunPhase.Rpmbuild))).Tasks[0].Runs[^1].Id;
        await Wrote(site, "far", "line 5");

        network.Cut();
        await Wrote(site, "far", "line 605");
        network.Mend();

        var done = await site.UntilComplete(build.Id);
        Assert.Equal(run, Assert.Single(done.Tasks[0].Runs).Id);
        using var reader = new StreamReader(await site.Admin.OpenLog(run, 0, follow: false, Ct));
        Assert.Equal(Enumerable.Range(1, 640).Select(i => $"line {i}"), (await reader.ReadToEndAsync(Ct)).Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_network_that_is_away_for_longer_than_a_lease_gives_the_run_to_another_and_nothing_of_it_stays()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make a network of its own.");
        await using var site = await Appliance.Start(Ct, leaseSeconds: 5);
        using var network = LoneNetwork.With(site.Server.Address.Port);
        var far = await site.StartBuilder("far", freshData: true, within: network.Enter);
        var build = await site.Submit(await Talking(site, 100));
        await site.Until(build.Id, now => now.Tasks[0].Runs.Any(run => run.Phase == RunPhase.Rpmbuild));

        network.Cut();
        await site.StartBuilder("near");

        var done = await site.UntilComplete(build.Id);
        Assert.Equal([(RunState.Lost, "far"), (RunState.Succeeded, "near")], done.Tasks[0].Runs.Select(run => (run.State, run.Builder!)));
        Assert.Equal("its builder went silent in phase rpmbuild; the lease ran out.", done.Tasks[0].Runs[0].Why);
        network.Mend();
        await far.Line("is stopped: LeaseLost").WaitAsync(Ct);
        await Appears(() => Directory.GetDirectories(Path.Combine(site.Folder, "far", "runs")).Length == 0);
    }

    /// <summary>Until the builder has the line in its own log of the run, whoever else knows of it.</summary>
    static Task Wrote(Appliance site, string builder, string line) => Appears(() =>
        Directory.EnumerateFiles(Path.Combine(site.Folder, builder, "runs"), "log", SearchOption.AllDirectories).Any(log => File.ReadLines(log).Contains(line)));

    static async Task Appears(Func<bool> look)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!look()) await tick.WaitForNextTickAsync(Ct);
    }
}
