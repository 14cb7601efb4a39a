using Skyline.Protocol;
using Skyline.Server.Tests.Builders;
using Skyline.Server.Tests.Locks;

namespace Skyline.Server.Tests.Builds;

/// <summary>An earlier build again: what failed of it alone, or all of it with other options; and builds of some architectures.</summary>
public sealed class ResubmitTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_architecture_that_failed_is_built_again_and_the_other_is_taken_over()
    {
        await using var site = await Site.Open();
        var target = await site.MakeTwoArches();
        var (intel, arm) = (new PaperBuilder(site.LocalBuilder), await site.Machine("arm", null, "aarch64"));
        await arm.TryLease();
        var failed = await site.Submit("hello", target, arch: null);
        await intel.Build(Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
        await arm.Report((await arm.Lease()).RunId, RunOutcome.Failed, "rpmbuild failed in %check.");

        var again = await site.Admin.Resubmit(failed.Id, Ct);

        Assert.Equal([TaskState.Succeeded, TaskState.Waiting], again.Tasks.Select(task => task.State));
        Assert.Contains("Taken over", again.Tasks[0].Runs[0].Why);
        Assert.Null(await intel.TryLease());
        await arm.Build(Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1", "aarch64"));
        var done = await site.Until(again.Id, now => now.State is BuildState.Complete or BuildState.Failed);
        Assert.Equal(BuildState.Complete, done.State);
        Assert.Equal(["hello-1-1.aarch64.rpm", "hello-1-1.src.rpm", "hello-1-1.x86_64.rpm"], done.Rpms.Select(rpm => rpm.FileName));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Resubmit(again.Id, Ct))).Status);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Resubmit(failed.Id, Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Resubmit(4711, Ct))).Status);
    }

    [Fact]
    public async Task A_scratch_build_may_be_for_some_architectures_and_a_real_one_is_for_all()
    {
        await using var site = await Site.Open();
        var target = await site.MakeTwoArches();
        var srpm = Papers.Source("hello", "1", "1");

        var one = await site.Admin.Submit(srpm.Open(), srpm.FileName, target, true, Ct, arches: ["aarch64"]);

        Assert.Equal("aarch64", Assert.Single(one.Tasks).Arch);
        var real = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, target, false, Ct, arches: ["aarch64"]));
        Assert.Contains("only a scratch build chooses some", real.Message);
        var other = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Submit(srpm.Open(), srpm.FileName, target, true, Ct, arches: ["s390x"]));
        Assert.Equal("two has no architecture 's390x'; it has x86_64, aarch64.", other.Message);
    }

    [Fact]
    public async Task A_rebuild_may_have_other_options_and_another_target_and_be_real()
    {
        await using var site = await Site.Open();
        var target = await site.MakeTwoArches();
        var build = await site.Built();
        var options = new BuildOptions(["tests"], [], new Dictionary<string, string>(), false, []);

        var again = await site.Admin.Rebuild(build.Id, new(Target: target, Options: options, Scratch: false), Ct);

        Assert.Equal((target, false, "--with=tests"), (again.Target, again.Scratch, Assert.Single(again.Options!.Words())));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Rebuild(build.Id, new(Scratch: false), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Rebuild(build.Id, new(Locked: true, Options: options), Ct))).Status);
    }
}
