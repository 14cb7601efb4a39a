using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Schedules;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Batches;
using Skyline.Server.Tests.Externals;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Tests.MassRebuilds;
using Skyline.Server.Tests.People;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Schedules;

/// <summary>What is built by the clock: when, what, and never twice.</summary>
public sealed class ScheduleTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_builds_the_newest_sources_of_all_packages_as_scratch_builds_in_the_background_and_no_more_at_a_time_than_its_share()
    {
        await using var site = await Site.Open();
        await site.Built(name: "hello", version: "2.11");
        await site.Built(name: "hello", version: "2.12");
        await site.Built(name: "words");
        await site.Schedule(share: 100);

        var run = await site.Admin.RunSchedule("nightly", Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await builder.Lease();
        var idle = await new PaperBuilder(await site.Enrol("idle")).TryLease();
        var of = await site.Admin.Build(first.BuildId, Ct);
        await builder.Deliver(first, LockSite.Results(first.Nvr.Split('-')[0]));
        var second = await builder.Build(LockSite.Results(first.Nvr.StartsWith('h') ? "words" : "hello"));

        Assert.Equal((2, 2, 0, "admin"), (run.Counts.All, run.Sources, run.Unavailable, run.AskedBy));
        Assert.Null(idle);
        Assert.True(of.Scratch);
        Assert.Equal(["hello-2.12-1.pp1", "words-2.12-1.pp1"], new[] { first.Nvr, second.Nvr }.Order(StringComparer.Ordinal));
        Assert.Equal(BatchState.Complete, (await site.Ended()).State);
        Assert.Equal(25, site.Part<Database>().Read(db => db.One<int>("SELECT priority FROM builds WHERE id = @BuildId", first)));
        Assert.Equal(409, (await LockSite.Refused(() => site.Admin.TagBuilds("paper", new([$"{first.BuildId}"]), preview: false, Ct))).Status);
    }

    [Fact]
    public async Task Hours_that_passed_while_the_server_was_down_are_made_up_for_once()
    {
        var (time, data) = (new LaterTime(), Directory.CreateTempSubdirectory("skyline-site-").FullName);
        var site = await RunsSite.Open(time, data);
        await site.Built();
        var made = await site.Schedule(cron: "0 0 3 ? * *");
        Assert.Empty((await site.Admin.Schedule("nightly", Ct)).Runs);
        await site.Stop();
        time.Pass(TimeSpan.FromDays(3));

        await using var again = await RunsSite.Open(time, data);
        var now = await again.When(Bells.Schedules, () => again.Admin.Schedule("nightly", Ct), schedule => schedule.Runs.Count > 0);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => again.Part<RunSchedule>().Due(Ct)));
        now = await again.Admin.Schedule("nightly", Ct);

        var run = Assert.Single(now.Runs);
        Assert.Equal((made.Schedule.NextAt!.Value, true), (run.DueAt, run.AskedBy is null));
        Assert.True(now.Schedule.NextAt > time.GetUtcNow());
        Assert.Equal(5, now.Next.Count);
        Assert.Equal(now.Schedule.NextAt, now.Next[0]);
        Assert.Equal(0, now.Schedule.NextAt!.Value.Minute);
    }

    [Fact]
    public async Task The_clock_itself_fires_it_and_not_again_before_the_run_is_over()
    {
        await using var site = await Site.Open();
        await site.Built();

        await site.Schedule(cron: "* * * * * ?");
        var busy = await site.When(Bells.Schedules, () => site.Admin.Schedule("nightly", Ct), schedule => schedule.Schedule.Why is not null);

        var run = Assert.Single(busy.Runs);
        Assert.Null(run.AskedBy);
        Assert.Equal($"Its run before, batch {run.Batch}, is not over.", busy.Schedule.Why);
        await site.Admin.PauseSchedule("nightly", true, Ct);
        Assert.Equal(409, (await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct))).Status);
    }

    [Fact]
    public async Task Only_what_changed_inputs_affect_is_built_and_that_is_told_from_the_buildroots_it_had()
    {
        await using var site = await Site.Open();
        var alpha = await site.Imported("alpha", "1");
        var beta = await site.Imported("beta", "1");
        await site.BuiltAndNoted([alpha], "hello");
        await site.BuiltAndNoted([beta], "words");
        await site.Admin.UntagBuilds("paper", new(["alpha-1-1", "beta-1-1"]), preview: false, Ct);
        await site.Admin.TagBuilds("paper", new(["alpha-1-1", "beta-1-1"]), preview: false, Ct);
        await site.UpToDate("paper");
        await site.Schedule(what: ScheduleScope.Affected);

        var nothing = await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct));
        var newer = await site.Imported("alpha", "2");
        var run = await site.Admin.RunSchedule("nightly", Ct);
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = [newer] };
        var lease = await builder.Build(LockSite.Results("hello"));
        await site.Ended();
        // Its outcome is there as soon as it has ended; what a schedule goes by is noted a moment later.
        await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", "hello", Ct), history => history.LastGood == lease.BuildId);
        var after = await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct));

        Assert.Contains("None of the 2 packages", nothing.Refused.Message, StringComparison.Ordinal);
        Assert.Equal((1, 2, 2, "hello-2.12-1.pp1"), (run.Counts.All, run.Sources, run.Unavailable, lease.Nvr));
        Assert.Contains("None of the 2 packages", after.Refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A build of what is built with others.</summary>
    static async Task Built(Site site, string name, LockedPackage with, params string[] needs)
    {
        var source = RebuildSite.Source(name, "1.pp1", "2.12", needs);
        await site.Admin.Submit(source.Open(), source.FileName, "paper", scratch: false, Ct);
        var run = await new PaperBuilder(site.LocalBuilder) { Lock = [with] }.Build(LockSite.Results(name));
        await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", name, Ct), history => history.LastGood == run.BuildId);
    }

    [Fact]
    public async Task A_package_that_is_new_affects_what_asks_for_it_and_what_was_built_with_what_it_replaces()
    {
        await using var site = await Site.Open();
        await site.Imported("early", "1");
        var (alpha, beta) = (await site.Imported("alpha", "1"), await site.Imported("beta", "1"));
        await Built(site, "asks", alpha, "(speller or early)");
        await Built(site, "had", beta, "gcc");
        await Built(site, "other", alpha, "gcc", "early");
        await site.Schedule(what: ScheduleScope.Affected);

        var nothing = await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct));
        await site.Import(RebuildSite.Binary("new-speller", provides: ["speller"]));
        var replacing = new Testing.Rpms.SyntheticRpm("beta2", "2", "1") { SourceRpm = "beta2-2-1.src.rpm", Dependencies = [(Rpm.DependencyKind.Obsoletes, new("beta", Rpm.DependencyFlags.Less, "2"))] };
        await site.Import(new Paper(replacing.FileName, replacing.Build()));
        await site.When(Bells.Snapshots, () => RepositoryReading.Packages(site, "paper", "x86_64"), files => files.Contains("new-speller-1-1.x86_64.rpm") && files.Contains(replacing.FileName));
        var run = await site.Admin.RunSchedule("nightly", Ct);

        Assert.Contains("None of the 3 packages", nothing.Refused.Message, StringComparison.Ordinal);
        Assert.Equal(["asks", "had"], (await site.Members(run.Batch)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_new_in_an_external_repository_is_told_from_the_states_of_then_and_now()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        await site.Admin.AddTagExternal("paper", new("up"), Ct);
        var own = await site.Imported("own", "1");
        await Built(site, "asks", own, "beta", "alpha");
        await Built(site, "other", own, "alpha");
        await site.Schedule(what: ScheduleScope.Affected);

        var nothing = await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct));
        // It says of itself that it is older than the builds.
        var beta = Upstream.Package("beta") with { Dependencies = [(Rpm.DependencyKind.Provides, new("beta", Rpm.DependencyFlags.Equal, "1.0-1.up"))] };
        File.SetLastWriteTimeUtc(beta.WriteTo(Path.Combine(upstream.Root, "Packages")), DateTime.UnixEpoch.AddYears(30));
        upstream.Publish();
        await site.Refresh();
        var run = await site.Admin.RunSchedule("nightly", Ct);

        Assert.Contains("None of the 2 packages", nothing.Refused.Message, StringComparison.Ordinal);
        Assert.Equal(["asks"], (await site.Members(run.Batch)).Keys);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_the_reason_and_only_administrators_make_schedules()
    {
        await using var site = await Site.Open();
        await site.Schedule();

        await Refused(409, "There is a schedule 'nightly' already", new("nightly", "paper", "0 3 * * *"));
        await Refused(400, "is no cron expression", new("a", "paper", "every night"));
        await Refused(400, "is no cron expression", new("a", "paper", "61 3 * * *"));
        await Refused(400, "There is no time zone 'Mars/Olympus'", new("a", "paper", "0 3 * * *", "Mars/Olympus"));
        await Refused(404, "There is no target 'nowhere'", new("a", "nowhere", "0 3 * * *"));
        await Refused(400, "cannot be called", new("a/b", "paper", "0 3 * * *"));
        await Refused(400, "1 to 100 per cent", new("a", "paper", "0 3 * * *", Share: 0));
        await Refused(400, "A self-hosting run builds all", new("a", "paper", "0 3 * * *", Kind: ScheduleKind.SelfHosting, What: ScheduleScope.Affected));
        var nothing = await LockSite.Refused(() => site.Admin.RunSchedule("nightly", Ct));
        Assert.Contains("holds no package", nothing.Refused.Message, StringComparison.Ordinal);
        Assert.Equal(404, (await LockSite.Refused(() => site.Admin.RunSchedule("none", Ct))).Status);
        var pat = await site.Person("pat");
        Assert.Equal(403, (await LockSite.Refused(() => pat.CreateSchedule(new("a", "paper", "0 3 * * *"), Ct))).Status);
        Assert.Equal(403, (await LockSite.Refused(() => pat.RunSchedule("nightly", Ct))).Status);
        Assert.Single(await pat.Schedules(Ct));

        async Task Refused(int status, string why, NewSchedule wanted)
        {
            var refused = await LockSite.Refused(() => site.Admin.CreateSchedule(wanted, Ct));
            Assert.Equal(status, refused.Status);
            Assert.Contains(why, refused.Refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_schedule_is_changed_paused_resumed_and_removed_and_its_pages_say_so()
    {
        await using var site = await Site.Open();
        await site.Built();
        await site.Schedule();

        var edited = await site.Admin.EditSchedule("nightly", new(Cron: "30 4 * * *", TimeZone: "Europe/Berlin", Share: 10, Bisect: true), Ct);
        var paused = await site.Admin.PauseSchedule("nightly", true, Ct);
        await site.Part<RunSchedule>().Due(Ct);
        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("schedules/nightly", Ct));
        var resumed = await site.Admin.PauseSchedule("nightly", false, Ct);

        Assert.Equal(("30 4 * * *", "Europe/Berlin", 10, true, ScheduleScope.All), (edited.Schedule.Cron, edited.Schedule.TimeZone, edited.Schedule.Share, edited.Schedule.Bisect, edited.Schedule.What));
        Assert.All(edited.Next, at => Assert.Equal((4, 30), (In("Europe/Berlin", at).Hour, In("Europe/Berlin", at).Minute)));
        Assert.Equal((true, null, 0), (paused.Schedule.Paused, paused.Schedule.NextAt, paused.Next.Count));
        Assert.Contains("It is paused, and does not fire.", page, StringComparison.Ordinal);
        Assert.Contains("skyline schedule run nightly", page, StringComparison.Ordinal);
        Assert.Equal(edited.Schedule.NextAt, resumed.Schedule.NextAt);
        Assert.Contains("nightly", await site.Http().GetStringAsync("schedules", Ct), StringComparison.Ordinal);
        await site.Admin.RemoveSchedule("nightly", Ct);
        Assert.Empty(await site.Admin.Schedules(Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("schedules/nightly", Ct)).StatusCode);
        await site.Schedule();
    }

    [Fact]
    public async Task A_schedule_is_made_changed_and_removed_by_forms()
    {
        await using var site = await Site.Open();
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        async Task<HttpResponseMessage> Post(string form, string path, params (string, string)[] fields) => await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, form)), .. fields]);

        var made = await Post("schedules", "schedules/add", ("name", "nightly"), ("target", "paper"), ("builds", "affected"), ("cron", "0 2 * * *"), ("timeZone", "Europe/Berlin"), ("share", "20"), ("bisect", "true"));
        Assert.Equal("/schedules/nightly", made.Headers.Location!.ToString());
        var refused = await Post("schedules", "schedules/add", ("name", "other"), ("target", "paper"), ("cron", "at night"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await Post("schedules/nightly?show=edit", "schedules/nightly/edit", ("target", "paper"), ("builds", "all"), ("cron", "30 4 * * 6"), ("timeZone", "UTC"), ("share", "10"), ("priority", "900"));

        var now = (await site.Admin.Schedule("nightly", Ct)).Schedule;
        Assert.Equal(("30 4 * * 6", "UTC", ScheduleScope.All, 10, 900, false), (now.Cron, now.TimeZone, now.What, now.Share, now.Priority, now.Bisect));
        Assert.Contains("04:30 +00:00", WebUtility.HtmlDecode(await browser.GetStringAsync("schedules/nightly?show=next", Ct)), StringComparison.Ordinal);
        Assert.Equal("/schedules", (await Post("schedules/nightly?show=edit", "schedules/nightly/act", ("act", "remove"))).Headers.Location!.ToString());
        Assert.Empty(await site.Admin.Schedules(Ct));
    }

    static DateTimeOffset In(string zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone));

    [Fact]
    public async Task A_self_hosting_run_says_how_much_of_the_tag_builds_from_the_tag_and_its_page_draws_the_trend()
    {
        await using var site = await Site.Open();
        foreach (var name in new[] { "alone", "mixed", "outer", "unmet" }) await site.Built(name: name);
        await site.Admin.Import(Papers.Binary("binary", "1", "1").Open(), "paper", Ct);
        await site.Schedule(kind: ScheduleKind.SelfHosting, share: 100);
        LockedPackage own = new("a-1-1.noarch", new string('a', 64), "skyline-paper"), other = new("b-1-1.noarch", new string('b', 64), "paper");

        SelfHosting score = null!;
        for (var round = 0; round < 2; round++)
        {
            await site.Admin.RunSchedule("nightly", Ct);
            var builder = new PaperBuilder(site.LocalBuilder);
            for (var built = 0; built < 4; built++)
            {
                var run = await builder.Lease();
                builder.Lock = run.Nvr.Split('-')[0] switch { "alone" => [own], "mixed" => [own, other], "outer" => [other], _ => [] };
                if (run.Nvr.StartsWith("unmet", StringComparison.Ordinal)) await builder.Fail(run, "Nothing provides libfoo-devel.");
                else await builder.Deliver(run, LockSite.Results(run.Nvr.Split('-')[0]));
            }
            var at = round;
            score = (await site.When(Bells.Schedules, () => site.Admin.Schedule("nightly", Ct), schedule => schedule.Runs.Count == at + 1 && schedule.Runs[0].Score is not null)).Runs[0].Score!;
        }

        Assert.Equal(new SelfHosting(Packages: 5, Built: 3, Unmet: 1, Unavailable: 1, Contained: 1, ExternalOnly: 1, Score: 0.6, ContainedScore: 0.2, OwnShare: 0.5), score);
        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("schedules/nightly", Ct));
        Assert.Contains("Of the packages of paper, the part that builds, run by run", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<td class=\"number\">60</td><td class=\"number\">20</td>").Length - 1);
    }
}
