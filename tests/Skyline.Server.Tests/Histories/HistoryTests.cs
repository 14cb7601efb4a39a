using System.Net;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Tests.Schedules;

namespace Skyline.Server.Tests.Histories;

/// <summary>Whether a package builds, since when, and who is told.</summary>
public sealed class HistoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task Run(Site site, string name, bool good, string why = "rpmbuild ended with 1.")
    {
        await site.Admin.RunSchedule("nightly", Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        if (good) await builder.Deliver(run, LockSite.Results(name));
        else await builder.Fail(run, why);
        await site.Ended();
    }

    [Fact]
    public async Task The_first_failure_after_a_success_is_the_first_bad_build_and_the_packages_owner_is_told_once_and_again_when_it_builds()
    {
        await using var site = await Site.Open();
        var pat = await site.Person("pat");
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var real = await pat.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(LockSite.Results());
        await site.Until(real.Id, now => now.State == BuildState.Complete);
        await site.Schedule();

        await Run(site, "hello", good: true);
        await Run(site, "hello", good: false);
        await Run(site, "hello", good: false);
        var failing = await site.When(Bells.Histories, () => site.Admin.Failing("paper", Ct), now => now.Failing == 1 && now.Causes[0].Packages[0].LastBad != now.Causes[0].Packages[0].FirstBad);
        var bad = await site.History("hello", 4);
        var told = await pat.Notices(Ct, unread: true);
        await pat.ReadNotices(new(), Ct);
        await Run(site, "hello", good: true);
        var good = await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", "hello", Ct), now => now.Result == PackageResult.Good);

        Assert.Equal([PackageResult.Bad, PackageResult.Bad, PackageResult.Good, PackageResult.Good], bad.Outcomes.Select(outcome => outcome.Result));
        Assert.Equal((PackageResult.Bad, bad.Outcomes[1].Build, bad.Outcomes[2].Build, bad.Outcomes[1].At), (bad.Result, bad.FirstBad!.Value, bad.LastGood!.Value, bad.Since!.Value));
        Assert.Equal((null, real.Id), (bad.Outcomes[3].Batch, bad.Outcomes[3].Build));
        var cause = Assert.Single(failing.Causes);
        var package = Assert.Single(cause.Packages);
        Assert.Equal((1, "hello", bad.FirstBad, bad.LastGood, bad.Outcomes[0].Build), (failing.Known, package.Package, package.FirstBad, package.LastGood, package.LastBad));
        var notice = Assert.Single(told.Notices);
        Assert.Equal((NoticeKind.Fails, 1, "/tags/paper/packages/hello/history"), (notice.Kind, told.Unread, notice.Link));
        Assert.Equal($"hello does not build in paper any more (build {bad.FirstBad}): rpmbuild ended with 1.", notice.Sentence);
        Assert.Equal((null, bad.Outcomes.Count + 1), (good.FirstBad, good.Outcomes.Count));
        var all = await pat.Notices(Ct);
        Assert.Equal([NoticeKind.BuildsAgain, NoticeKind.Fails], all.Notices.Select(one => one.Kind));
        Assert.Equal([true, false], all.Notices.Select(one => one.ReadAt is null));
        Assert.Empty((await site.Admin.Notices(Ct)).Notices);
        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("tags/paper/packages/hello/history", Ct));
        Assert.Contains("From the oldest to the newest: good, good, bad, bad, good", page, StringComparison.Ordinal);
        Assert.Contains("Everything that is known of builds", await site.Http().GetStringAsync("tags/paper/failing", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builders_fault_and_a_packagers_broken_new_version_say_nothing_of_what_the_tag_holds()
    {
        await using var site = await Site.Open();
        await site.BuiltAndNoted();
        var newer = await site.Submit(version: "2.13");
        var builder = new PaperBuilder(site.LocalBuilder);
        await builder.Fail(await builder.Lease());
        await site.Until(newer.Id, now => now.State == BuildState.Failed);
        await site.Schedule();
        var run = await site.Admin.RunSchedule("nightly", Ct);
        // Three runs a try, and three tries: no builder can do it.
        for (var lost = 0; lost < 9; lost++) await builder.Report((await builder.Lease()).RunId, RunOutcome.Lost, "the disk is full.");
        await site.Ended();

        var history = await site.History("hello", 5);

        Assert.Equal((PackageResult.Good, 0), (history.Result, (await site.Admin.Failing("paper", Ct)).Failing));
        Assert.Equal([PackageResult.Unknown, PackageResult.Unknown, PackageResult.Unknown, PackageResult.Bad, PackageResult.Good], history.Outcomes.Select(outcome => outcome.Result));
        Assert.Empty((await site.Admin.Notices(Ct)).Notices);
        Assert.Equal(404, (await LockSite.Refused(() => site.Admin.Failing("none", Ct))).Status);
        Assert.Equal((PackageResult.Unknown, 0), ((await site.Admin.PackageHistory("paper", "none", Ct)).Result, (await site.Admin.PackageHistory("paper", "none", Ct)).Outcomes.Count));
        Assert.Equal(run.Batch, history.Outcomes[0].Batch);
    }
}
