using System.Net;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Tests.Schedules;

namespace Skyline.Server.Tests.Bisections;

/// <summary>Which update made a package fail, found by building with some of them.</summary>
public sealed class BisectionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Eight packages, each of its own source, in version 1 or 2.</summary>
    static LockedPackage Tool(int number, int version) => new($"tool{number}-{number}.{version}-1.noarch", Convert.ToHexStringLower(SHA256.HashData([(byte)number, (byte)version])), "paper", 7);

    static LockedPackage[] Tools(int version) => [.. Enumerable.Range(0, 8).Select(number => Tool(number, version))];

    /// <summary>Good with the first packages, bad with the second.</summary>
    static async Task<(long Good, long Bad)> Broken(Site site, LockedPackage[] good, LockedPackage[] bad, bool bisect = false)
    {
        var built = await site.BuiltAndNoted(good);
        await site.Schedule(bisect: bisect);
        await site.Admin.RunSchedule("nightly", Ct);
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = bad };
        var run = await builder.Lease();
        await builder.Fail(run);
        await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", "hello", Ct), history => history.Result == PackageResult.Bad);
        return (built.Id, run.BuildId);
    }

    /// <summary>Builds probes until it is over.</summary>
    /// <param name="comes">What comes of a buildroot.</param>
    static async Task<BisectionDetails> Probed(Site site, long id, Func<IReadOnlyList<string>, RunOutcome> comes, int most = int.MaxValue)
    {
        var builder = new PaperBuilder(site.LocalBuilder);
        var now = await site.Admin.Bisection(id, Ct);
        for (var probes = 0; now.Bisection.State == BisectionState.Running && probes < most;)
        {
            if (await builder.TryLease() is { } run)
            {
                probes++;
                builder.Lock = run.Lock!;
                var outcome = comes([.. run.Lock!.Select(package => package.Nevra)]);
                if (outcome == RunOutcome.Succeeded) await builder.Deliver(run, LockSite.Results());
                else await builder.Report(run.RunId, outcome, outcome == RunOutcome.Lost ? "The packages do not go together." : "rpmbuild ended with 1.");
            }
            else now = await site.Admin.WaitBisection(id, now.Bisection.Revision, 30, Ct);
        }
        return await site.Admin.Bisection(id, Ct);
    }

    static RunOutcome FailsWith(IReadOnlyList<string> there, params string[] culprits) => culprits.All(there.Contains) ? RunOutcome.Failed : RunOutcome.Succeeded;

    [Fact]
    public async Task The_guilty_update_is_named_in_few_probes_and_tried_both_ways_over_a_restart_and_who_owns_the_package_is_told()
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var site = await Site.Open(data);
        var (good, bad) = await Broken(site, Tools(1), Tools(2));

        var begun = await site.Admin.Bisect(new("paper", "hello"), Ct);
        await Probed(site, begun.Bisection.Id, there => FailsWith(there, "tool5-5.2-1.noarch"), most: 3);
        await site.Stop();
        await using var again = await Site.Open(data);
        var ended = await Probed(again, begun.Bisection.Id, there => FailsWith(there, "tool5-5.2-1.noarch"));

        Assert.Equal((good, bad, BisectionState.Found, 8), (ended.Bisection.Good, ended.Bisection.Bad, ended.Bisection.State, ended.Bisection.Updates));
        Assert.Equal(["tool5 5.1-1 → 5.2-1"], ended.Bisection.Guilty);
        Assert.InRange(ended.Probes.Count, 4, 7);
        Assert.Contains(ended.Probes, probe => probe is { Updates: [5], Result: ProbeOutcome.Bad });
        Assert.Contains(ended.Probes, probe => probe.Updates.Count == 7 && !probe.Updates.Contains(5) && probe.Result == ProbeOutcome.Good);
        Assert.All(ended.Probes, probe => Assert.True(again.Admin.Build(probe.Build, Ct).Result.Scratch));
        var notices = await again.Admin.Notices(Ct);
        Assert.Equal((NoticeKind.Guilty, "hello does not build in paper because of tool5 5.1-1 → 5.2-1."), (notices.Notices[0].Kind, notices.Notices[0].Sentence));
        Assert.Equal(["tool5 5.1-1 → 5.2-1"], (await again.Admin.Failing("paper", Ct)).Causes[0].Packages[0].Bisection!.Guilty);
        var page = WebUtility.HtmlDecode(await again.Http().GetStringAsync($"bisections/{begun.Bisection.Id}", Ct));
        Assert.Contains("<strong>tool5 5.1-1 → 5.2-1</strong>: with it the package fails, without it it builds.", page, StringComparison.Ordinal);
        Assert.Contains("tool5 5.1-1 → 5.2-1", await again.Http().GetStringAsync("bisections", Ct).ContinueWith(text => WebUtility.HtmlDecode(text.Result), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_begins_to_fail_is_looked_into_at_once_if_the_schedule_says_so_and_updates_that_fail_only_together_are_named_together()
    {
        await using var site = await Site.Open();
        await Broken(site, Tools(1), Tools(2), bisect: true);
        var begun = (await site.Admin.PackageHistory("paper", "hello", Ct)).Bisection!;

        var ended = await Probed(site, begun.Id, there =>
            // These two cannot be had one without the other.
            there.Contains("tool0-0.2-1.noarch") != there.Contains("tool1-1.2-1.noarch") ? RunOutcome.Lost : FailsWith(there, "tool2-2.2-1.noarch", "tool6-6.2-1.noarch"));

        Assert.Equal((BisectionState.Found, "admin"), (ended.Bisection.State, ended.Bisection.Owner));
        Assert.Equal(["tool2 2.1-1 → 2.2-1 together with tool6 6.1-1 → 6.2-1"], ended.Bisection.Guilty);
    }

    [Fact]
    public async Task The_packages_of_a_mixture_are_served_to_the_builder_that_builds_from_it()
    {
        await using var site = await Site.Open();
        var (one, two) = (await site.Imported("alpha", "1"), await site.Imported("alpha", "2"));
        await Broken(site, [one, Tool(3, 1)], [two, Tool(3, 2)]);
        var begun = await site.Admin.Bisect(new("paper", "hello"), Ct);
        var served = new List<string>();

        var builder = new PaperBuilder(site.LocalBuilder);
        for (var probes = 0; probes < 3; probes++)
        {
            var run = await builder.Lease();
            builder.Lock = run.Lock!;
            var alpha = run.Lock!.Single(package => package.Nevra.StartsWith("alpha", StringComparison.Ordinal));
            await using (var body = await site.LocalBuilder.OpenLocked(run.RunId, alpha.Sha256, 0, Ct)) Assert.Equal(alpha.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(body, Ct)));
            served.Add(string.Join(' ', run.Lock!.Select(package => package.Nevra).Order(StringComparer.Ordinal)));
            if (run.Lock!.Contains(two)) await builder.Fail(run);
            else await builder.Deliver(run, LockSite.Results());
        }

        Assert.Equal(["alpha-1-1.x86_64 tool3-3.1-1.noarch", "alpha-2-1.x86_64 tool3-3.2-1.noarch", "alpha-2-1.x86_64 tool3-3.1-1.noarch"], served);
        Assert.Equal(BisectionState.Cancelled, (await site.Admin.CancelBisection(begun.Bisection.Id, Ct)).Bisection.State);
        Assert.Null(await builder.TryLease());
    }

    [Fact]
    public async Task What_cannot_be_searched_is_refused_or_ends_with_the_reason()
    {
        await using var site = await Site.Open();
        await Refused(404, "There is no tag 'none'", new("none", "hello"));
        await Refused(409, "It is not known that hello ever built", new("paper", "hello"));
        var built = await site.BuiltAndNoted(Tools(1));
        await Refused(409, "does not fail in 'paper'", new("paper", "hello"));
        await Refused(409, "is complete; between a complete and a failed one", new("paper", "hello", Bad: built.Id));
        await Refused(404, "There is no build 9999", new("paper", "hello", Bad: 9999));
        await Refused(400, "probes at most", new("paper", "hello", MostProbes: 1));
        await Refused(409, "not of words", new("paper", "words", built.Id, built.Id));
        await site.Schedule();
        await site.Admin.RunSchedule("nightly", Ct);
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = [] };
        await builder.Fail(await builder.Lease(), "Nothing provides libfoo-devel.");
        await site.Ended();
        await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", "hello", Ct), history => history.Result == PackageResult.Bad);
        await Refused(409, "could not even be made", new("paper", "hello"));

        async Task Refused(int status, string why, NewBisection wanted)
        {
            var refused = await LockSite.Refused(() => site.Admin.Bisect(wanted, Ct));
            Assert.Equal(status, refused.Status);
            Assert.Contains(why, refused.Refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_failure_that_has_nothing_to_do_with_the_buildroot_is_told_as_such_and_two_searches_at_once_are_one()
    {
        await using var site = await Site.Open();
        var (good, bad) = await Broken(site, Tools(1), Tools(2));

        var begun = await site.Admin.Bisect(new("paper", "hello"), Ct);
        var second = await LockSite.Refused(() => site.Admin.Bisect(new("paper", "hello"), Ct));
        var ended = await Probed(site, begun.Bisection.Id, _ => RunOutcome.Failed);
        var difference = await site.Admin.CompareBuildroots(good, bad, null, Ct);

        Assert.Contains($"bisection {begun.Bisection.Id}", second.Refused.Message, StringComparison.Ordinal);
        Assert.Equal((BisectionState.Inconclusive, 1), (ended.Bisection.State, ended.Probes.Count));
        Assert.StartsWith("It fails with the packages of the good build too", ended.Bisection.Why, StringComparison.Ordinal);
        Assert.Equal(("x86_64", 8, "tool0 0.1-1 → 0.2-1"), (difference.Arch, difference.Updates.Count, difference.Updates[0].Title));
        Assert.Equal(409, (await LockSite.Refused(() => site.Admin.CancelBisection(begun.Bisection.Id, Ct))).Status);
    }
}
