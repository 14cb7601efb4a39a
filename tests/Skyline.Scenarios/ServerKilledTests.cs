using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>SIGKILL of the server at the worst moments: nothing is lost, nothing half-made is visible.</summary>
public sealed class ServerKilledTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 180_000)]
    public async Task Killed_in_an_upload_it_keeps_nothing_of_it_and_takes_it_again()
    {
        await using var site = await Appliance.Start(Ct);
        var srpm = await SourcePackage.MakeHello(site.Folder, Ct);
        var half = new PausedStream(await File.ReadAllBytesAsync(srpm, Ct));
        var upload = site.Admin.Submit(half, Path.GetFileName(srpm), "testos", scratch: false, Ct);
        await half.HalfSent;

        await site.Server.Kill();
        half.GoOn();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => upload);
        await site.Server.Start();

        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Server.Data, "incoming")));
        Assert.Equal(BuildState.Waiting, (await site.Submit(srpm)).State);
    }

    [Fact(Timeout = 300_000)]
    public async Task Killed_in_a_build_it_finds_the_builder_still_building_and_the_log_whole()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        // Long enough that the server is killed and back while it runs.
        var srpm = await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: "for i in $(seq 1 80); do echo line $i; sleep 0.1; done");
        var build = await site.Submit(srpm);
        var building = await site.Until(build.Id, now => now.Tasks[0].Runs.Any(run => run.Phase == RunPhase.Rpmbuild));
        var run = building.Tasks[0].Runs[^1].Id;
        await SeesLine(site, run, "line 5");

        await site.Server.Kill();
        await site.Server.Start();

        var done = await site.UntilComplete(build.Id);
        Assert.Equal(run, Assert.Single(done.Tasks[0].Runs).Id);
        using var reader = new StreamReader(await site.Admin.OpenLog(run, 0, follow: false, Ct));
        var lines = (await reader.ReadToEndAsync(Ct)).Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 80).Select(i => $"line {i}"), lines);
        await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(RunPhase.Fetch)]
    [InlineData(RunPhase.Buildroot)]
    [InlineData(RunPhase.Rpmbuild)]
    [InlineData(RunPhase.Upload)]
    public async Task Killed_in_a_phase_of_a_run_it_is_back_for_the_same_run_to_end_well(RunPhase phase)
    {
        await using var site = await Appliance.Start(Ct, leaseSeconds: null);
        await site.StartBuilder("patient", freshData: phase == RunPhase.Buildroot);
        var build = await site.Submit(await HeavySource.Make(site.Folder, phase, Ct));
        var run = (await site.Until(build.Id, now => now.Tasks[0].Runs.Any(run => run.State == RunState.Running && run.Phase == phase))).Tasks[0].Runs[^1].Id;

        await site.Server.Kill();
        await site.Server.Start();

        var done = await site.UntilComplete(build.Id);
        Assert.Equal(run, Assert.Single(done.Tasks[0].Runs).Id);
        Assert.Equal(["Packages/h/heavy-1-1.tos1.noarch.rpm"], await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct));
        // (What the build was made from may be on its way into the store now.)
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (Directory.GetFiles(Path.Combine(site.Server.Data, "incoming")).Length > 0) await tick.WaitForNextTickAsync(Ct);
    }

    [Fact(Timeout = 300_000)]
    public async Task Killed_many_times_around_a_publish_the_repository_is_always_whole_and_the_build_arrives()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        var first = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "first"));
        await site.UntilComplete(first.Id);
        var builds = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            var build = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: $"next{i}"));
            builds.Add(build.Id);
            await site.Until(build.Id, now => now.State is BuildState.Publishing or BuildState.Complete || now.Tasks[0].Runs.Any(run => run.Phase == RunPhase.Upload));

            await site.Server.Kill();
            await site.Server.Start();

            await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct);
        }
        foreach (var build in builds) await site.UntilComplete(build);
        Assert.Equal(7, (await site.Admin.Tag("testos", Ct)).Builds.Count);
        await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct);
    }

    static async Task SeesLine(Appliance site, long run, string wanted)
    {
        using var reader = new StreamReader(await site.Admin.OpenLog(run, 0, follow: true, Ct));
        while (await reader.ReadLineAsync(Ct) is { } line)
            if (line == wanted) return;
        throw new InvalidOperationException($"The log ended without '{wanted}'.");
    }
}
