using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>SIGKILL of a builder in each phase of a run: the run ends as lost, another run builds the package, nothing half-made is seen.</summary>
public sealed class BuilderKilledTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(Timeout = 300_000)]
    [InlineData(RunPhase.Fetch)]
    [InlineData(RunPhase.Buildroot)]
    [InlineData(RunPhase.Rpmbuild)]
    [InlineData(RunPhase.Upload)]
    public async Task A_builder_that_dies_in_a_phase_is_replaced_and_the_build_arrives(RunPhase phase)
    {
        await using var site = await Appliance.Start(Ct, leaseSeconds: 5);
        var doomed = await site.StartBuilder("doomed", freshData: phase == RunPhase.Buildroot);
        var srpm = await HeavySource.Make(site.Folder, phase, Ct);
        var build = await site.Submit(srpm);
        await site.Until(build.Id, now => now.Tasks[0].Runs.Any(run => run.State == RunState.Running && run.Phase == phase));

        await doomed.Kill();
        await site.StartBuilder("sound");

        var done = await site.UntilComplete(build.Id);
        Assert.Equal([(RunState.Lost, "doomed"), (RunState.Succeeded, "sound")], done.Tasks[0].Runs.Select(run => (run.State, run.Builder!)));
        // (A work folder is a disk of its own, and stays mounted until then.)
        await site.StartAgain("doomed", freshData: phase == RunPhase.Buildroot);
        Assert.DoesNotContain("/doomed/runs/", await File.ReadAllTextAsync("/proc/self/mounts", Ct), StringComparison.Ordinal);
        Assert.Equal(["Packages/h/heavy-1-1.tos1.noarch.rpm"], await RepositoryChecks.IsWhole(site.Server.Http(), "testos", "x86_64", Ct));
    }
}
