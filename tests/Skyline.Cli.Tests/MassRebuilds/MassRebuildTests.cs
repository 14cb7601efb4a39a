using Skyline.Cli.Tests.Running;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Server.Tests.MassRebuilds;

namespace Skyline.Cli.Tests.MassRebuilds;

/// <summary>`skyline mass-rebuild` and `skyline plan-bump`, against the server itself.</summary>
public sealed class MassRebuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<long> Newest(Served served) => (await served.Site.Admin.MassRebuilds(Ct)).MassRebuilds[0].Batch.Id;

    [Fact]
    public async Task A_mass_rebuild_is_planned_begun_looked_at_and_merged()
    {
        await using var served = await Served.Start(await RebuildSite.Distribution());
        var list = served.Folder.File("list", "# what is ours\ncurl\n\ngit\n");

        var plan = await served.Says($"mass-rebuild create --list {list} --plan");
        Assert.Empty((await served.Site.Admin.MassRebuilds(Ct)).MassRebuilds);
        using var run = served.Begin($"mass-rebuild create --list {list} --title Mail~and~all --changelog Again --wait");
        var built = await served.Site.BuildAll(2, one => RebuildSite.Rebuilt(one, "lib.so.1()(64bit)"));

        Assert.Contains("2 packages of paper in 2 waves", plan, StringComparison.Ordinal);
        Assert.Equal((0, "curl git"), (await run.Exit, string.Join(' ', built)));
        Assert.Contains("paper-side-1, and are merged into paper.", await served.Says($"mass-rebuild show {await Newest(served)}"), StringComparison.Ordinal);
        Assert.StartsWith("2 builds would go into paper:\n", await served.Says($"mass-rebuild merge {await Newest(served)} --preview"), StringComparison.Ordinal);
        Assert.StartsWith("2 builds went into paper:\n", await served.Says($"mass-rebuild merge {await Newest(served)}"), StringComparison.Ordinal);
        Assert.Contains("has no builds of its own left to pr", await served.Says($"mass-rebuild merge {await Newest(served)}", ExitCode.Refused), StringComparison.Ordinal);
        Assert.Contains("Mail and all", await served.Says("mass-rebuild list"), StringComparison.Ordinal);
        Assert.Contains("git-1-2.pp1", await served.Site.Held());
    }

    [Fact]
    public async Task What_failed_is_told_by_cause_and_built_again_and_what_is_left_out_stays_out()
    {
        await using var served = await Served.Start(await RebuildSite.Distribution());

        Assert.Contains("curl", await served.Says("mass-rebuild leave-out paper curl --why by~hand"), StringComparison.Ordinal);
        Assert.Contains("paper-side-1", await served.Says("mass-rebuild create --all --exclude lib --exclude tool"), StringComparison.Ordinal);
        await served.Site.BuildAll(2, one => RebuildSite.NameOf(one) == "git" ? null : RebuildSite.Rebuilt(one));
        await served.Site.UntilRebuild(await Newest(served), now => now.Batch.State == BatchState.Failed);
        var shown = await served.Says($"mass-rebuild show {await Newest(served)}");
        var resumed = await served.Says($"mass-rebuild resume {await Newest(served)}");
        var cancelled = await served.Says($"mass-rebuild cancel {await Newest(served)}");

        Assert.Contains("1 failed", shown, StringComparison.Ordinal);
        Assert.Contains("  git (", shown, StringComparison.Ordinal);
        Assert.Contains("Not rebuilt: curl: ", shown, StringComparison.Ordinal);
        Assert.Contains("running", resumed, StringComparison.Ordinal);
        Assert.Contains("cancelled", cancelled, StringComparison.Ordinal);
        Assert.Contains("Which packages? --all of them", await served.Says("mass-rebuild create", ExitCode.Usage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bump_is_planned_from_files_and_begun_when_the_source_package_is_among_them()
    {
        await using var served = await Served.Start(await RebuildSite.Distribution());
        var library = served.Kept(RebuildSite.Binary("lib", "1", "2", provides: ["lib.so.2()(64bit)"]));
        var source = served.Kept(RebuildSite.Source("lib", "1", "2"));

        var planned = await served.Says($"plan-bump {library}");
        var alone = await served.Says($"plan-bump --start {library}", ExitCode.Usage);
        Assert.Empty((await served.Site.Admin.MassRebuilds(Ct)).MassRebuilds);
        var begun = await served.Says($"plan-bump --start {library} {source}");
        var rebuilt = await served.Site.BuildAll(2);
        var ended = await served.Site.UntilRebuild(await Newest(served), now => now.Batch.State == BatchState.Complete);

        Assert.Contains("goes   lib.so.1()(64bit)", planned, StringComparison.Ordinal);
        Assert.Contains("give lib-2-1.src.rpm along with them, and they are imported.", alone, StringComparison.Ordinal);
        Assert.Contains("lib-2-1 is imported as build ", begun, StringComparison.Ordinal);
        Assert.Contains($"Mass rebuild {ended.Batch.Id} has begun.", begun, StringComparison.Ordinal);
        Assert.Equal(["curl", "tool"], rebuilt.Order(StringComparer.Ordinal));
        Assert.Contains("lib-2-1", await served.Says($"mass-rebuild merge {ended.Batch.Id}"), StringComparison.Ordinal);
    }
}
