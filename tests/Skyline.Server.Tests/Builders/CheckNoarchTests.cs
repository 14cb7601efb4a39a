using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tasks;

namespace Skyline.Server.Tests.Builders;

/// <summary>A package that is noarch altogether is built a second time on another architecture, and compared.</summary>
public sealed class CheckNoarchTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Paper Docs(string summary = "The same", string name = "docs") => Papers.Binary(name, "3", "1", "noarch", "docs-3-1.src.rpm", summary);

    static async Task<(BuildDetails Build, PaperBuilder Intel, PaperBuilder Arm)> Begin(Site site, bool armIsHere = true)
    {
        await site.MakeTwoArches();
        var (intel, arm) = (await site.Machine("intel"), await site.Machine("arm", null, "aarch64"));
        if (armIsHere) await arm.TryLease();
        return (await site.Submit("docs", "two", null, "noarch"), intel, arm);
    }

    [Fact]
    public async Task It_is_complete_when_both_made_the_same_and_the_first_ones_packages_are_published()
    {
        await using var site = await Site.Open();
        var (build, intel, arm) = await Begin(site);
        var first = await intel.Lease();
        await intel.Deliver(first, Papers.Source("docs", "3", "1"), Docs());
        Assert.Equal(BuildState.Building, (await site.Admin.Build(build.Id, Ct)).State);
        Assert.Null(await intel.TryLease());

        var check = await arm.Lease();
        await arm.Deliver(check, Papers.Source("docs", "3", "1"), Docs());

        var done = await Ended(site, build.Id);
        Assert.Equal((BuildState.Complete, 2), (done.State, done.Tasks.Count));
        Assert.Equal(["docs-3-1.noarch.rpm", "docs-3-1.src.rpm"], done.Rpms.Select(rpm => rpm.FileName));
        Assert.Equal((first.BuildId, "noarch", "aarch64"), (check.BuildId, check.Arch, check.Buildroot.BuildrootArch));
        Assert.NotEqual(first.TaskId, check.TaskId);
        Assert.Contains("checked on a second architecture", await site.Http().GetStringAsync($"/builds/{build.Id}", Ct));
    }

    [Fact]
    public async Task It_fails_with_the_names_of_what_differs()
    {
        await using var site = await Site.Open();
        var (build, intel, arm) = await Begin(site);

        await intel.Build(Papers.Source("docs", "3", "1"), Docs(), Docs("made on intel", "docs-api"));
        await arm.Build(Papers.Source("docs", "3", "1"), Docs(), Docs("made on arm", "docs-api"));

        var failed = await site.Admin.Build(build.Id, Ct);
        Assert.Equal((BuildState.Failed, "noarch differs between x86_64 and aarch64: docs-api-3-1.noarch.rpm came out differently; a noarch package must not depend on where it is built."), (failed.State, failed.Why));
    }

    [Fact]
    public async Task It_fails_when_a_package_comes_out_on_one_of_them_only()
    {
        await using var site = await Site.Open();
        var (build, intel, arm) = await Begin(site);

        await intel.Build(Papers.Source("docs", "3", "1"), Docs());
        await arm.Build(Papers.Source("docs", "3", "1"), Docs(), Docs(name: "docs-extra"));

        Assert.Equal("noarch differs between x86_64 and aarch64: docs-extra-3-1.noarch.rpm came out on one of them only; a noarch package must not depend on where it is built.", (await site.Admin.Build(build.Id, Ct)).Why);
    }

    [Fact]
    public async Task It_fails_when_it_cannot_be_built_on_the_second()
    {
        await using var site = await Site.Open();
        var (build, intel, arm) = await Begin(site);
        await intel.Build(Papers.Source("docs", "3", "1"), Docs());

        await arm.Report((await arm.Lease()).RunId, RunOutcome.Failed, "%check failed.");

        var failed = await site.Admin.Build(build.Id, Ct);
        Assert.Equal((BuildState.Failed, "Built on a second architecture, as a check: %check failed."), (failed.State, failed.Why));
    }

    [Fact]
    public async Task Without_a_builder_of_a_second_architecture_it_is_complete_and_says_that_it_was_not_checked()
    {
        await using var site = await Site.Open();
        var (build, intel, _) = await Begin(site, armIsHere: false);

        await intel.Build(Papers.Source("docs", "3", "1"), Docs());

        var done = await Ended(site, build.Id);
        Assert.Equal((BuildState.Complete, "Not checked on a second architecture: no builder for aarch64 is here."), (done.State, Assert.Single(done.Tasks).Why));
        Assert.Contains("Not checked on a second architecture", await site.Http().GetStringAsync($"/builds/{build.Id}", Ct));
    }

    [Fact]
    public async Task A_check_whose_builders_have_gone_is_not_waited_for()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        var (build, intel, _) = await Begin(site);
        await intel.Build(Papers.Source("docs", "3", "1"), Docs());
        await site.Part<ExpireLeases>().Expire(Ct);
        Assert.Equal(BuildState.Building, (await site.Admin.Build(build.Id, Ct)).State);

        clock.Pass(TimeSpan.FromMinutes(3));
        await site.Part<ExpireLeases>().Expire(Ct);

        var done = await Ended(site, build.Id);
        Assert.Equal((BuildState.Complete, "Not checked on a second architecture: its builders have gone."), (done.State, done.Tasks[1].Why));
    }

    [Fact]
    public async Task A_check_that_builders_lost_three_times_is_given_up_and_the_build_is_not()
    {
        await using var site = await Site.Open();
        var (build, intel, arm) = await Begin(site);
        await intel.Build(Papers.Source("docs", "3", "1"), Docs());

        for (var times = 0; times < 3; times++) await arm.Report((await arm.Lease()).RunId, RunOutcome.Lost, "its mirror was away.");

        var done = await Ended(site, build.Id);
        Assert.Equal(BuildState.Complete, done.State);
        Assert.StartsWith("Not checked on a second architecture: 3 runs were lost", done.Tasks[1].Why);
    }

    [Fact]
    public async Task Where_it_is_turned_off_there_is_no_second_build()
    {
        await using var site = await Site.Open(null, null, "--Skyline:CheckNoarch=false");
        var (build, intel, _) = await Begin(site);

        await intel.Build(Papers.Source("docs", "3", "1"), Docs());

        Assert.Single((await Ended(site, build.Id)).Tasks);
    }

    static async Task<BuildDetails> Ended(Site site, long id)
    {
        var build = await site.Admin.Build(id, Ct);
        while (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) build = await site.Admin.WaitBuild(id, build.Revision, 20, Ct);
        return build;
    }
}
