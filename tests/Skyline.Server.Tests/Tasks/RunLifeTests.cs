using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tasks;

namespace Skyline.Server.Tests.Tasks;

public sealed class RunLifeTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<BuildDetails> Submit(Site site, string name = "hello", bool scratch = false)
    {
        var srpm = Papers.Source(name, "2.12", "1.pp1", exclusiveArch: "x86_64");
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch, Ct);
    }

    [Fact]
    public async Task A_builder_that_waits_for_work_is_woken_by_a_submission()
    {
        await using var site = await Site.Open();
        var waiting = new PaperBuilder(site.LocalBuilder).Lease(waitSeconds: 60);

        var build = await Submit(site);

        var run = await waiting;
        Assert.Equal((build.Id, "x86_64", "hello-2.12-1.pp1"), (run.BuildId, run.Arch, run.Nvr));
        Assert.NotEqual(run.RunId, run.TaskId);
        Assert.Equal(BuildState.Building, (await site.Admin.Build(build.Id, Ct)).State);
    }

    [Fact]
    public async Task One_run_goes_to_one_of_many_builders_that_wait()
    {
        await using var site = await Site.Open();
        var builders = new List<PaperBuilder>();
        for (var i = 0; i < 8; i++) builders.Add(new PaperBuilder(await site.Enrol($"b{i}")));
        var waiting = builders.Select(builder => builder.TryLease(waitSeconds: 3)).ToList();

        await Submit(site);

        Assert.Single(await Task.WhenAll(waiting), run => run is not null);
    }

    [Fact]
    public async Task The_recipe_pins_the_tags_own_snapshot_and_brings_the_chroots_macros()
    {
        await using var site = await Site.Open();
        await Submit(site);

        var run = await new PaperBuilder(site.LocalBuilder).Lease();

        var snapshot = (await site.Admin.Tag("paper", Ct)).Snapshot;
        Assert.Equal(["skyline-paper", "paper"], run.Buildroot.Repos.Select(repo => repo.Id));
        Assert.Equal($"/repos/paper/@{snapshot}/x86_64/", run.Buildroot.Repos[0].BaseUrl);
        Assert.True(run.Buildroot.Repos[0].Pinned);
        Assert.Equal(".pp1", run.Buildroot.Macros["dist"]);
    }

    [Fact]
    public async Task Lease_whose_answer_was_lost_is_given_again_to_whoever_asks_the_same_question()
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var site = await Site.Open(data);
        await Submit(site);
        LeaseRequest Asking(string question) => new(["x86_64"], "0.1.0", "paper", 0, Question: question);
        var lost = (await site.LocalBuilder.Lease(Asking("question-7"), Ct))!;
        await site.Stop();

        await using var again = await Site.Open(data);
        Assert.Null(await again.LocalBuilder.Lease(Asking("question-8"), Ct));
        var given = (await again.LocalBuilder.Lease(Asking("question-7"), Ct))!;

        Assert.Equal((lost.RunId, lost.Srpm), (given.RunId, given.Srpm));
        Assert.Equal(lost.Buildroot.Repos, given.Buildroot.Repos, (one, other) => one!.Id == other!.Id && one.BaseUrl == other.BaseUrl);
        await again.LocalBuilder.Beat(given.RunId, RunPhase.Buildroot, Ct);
        Assert.Null(await again.LocalBuilder.Lease(Asking("question-7"), Ct));
    }

    [Fact]
    public async Task Expired_lease_goes_to_the_next_builder_and_the_first_ones_report_changes_nothing()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        var silent = new PaperBuilder(await site.Enrol("silent"));
        var lively = new PaperBuilder(await site.Enrol("lively"));
        var build = await Submit(site);
        var first = await silent.Lease(0);

        clock.Advance(TimeSpan.FromSeconds(91));
        await site.Part<ExpireLeases>().Expire(Ct);

        var second = await lively.Lease(0);
        Assert.Equal(first.TaskId, second.TaskId);
        Assert.NotEqual(first.RunId, second.RunId);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => silent.Report(first.RunId, RunOutcome.Failed, "too late"));
        Assert.Equal(409, refused.Status);
        var runs = (await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs;
        Assert.Equal([RunState.Lost, RunState.Running], runs.Select(run => run.State));
        Assert.Contains("went silent in phase fetch", runs[0].Why);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_does_not_expire()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease(0);

        clock.Advance(TimeSpan.FromSeconds(50));
        await builder.Contract.Beat(run.RunId, RunPhase.Rpmbuild, Ct);
        clock.Advance(TimeSpan.FromSeconds(50));
        await site.Part<ExpireLeases>().Expire(Ct);

        Assert.Equal(RunPhase.Rpmbuild, Assert.Single((await site.Admin.Build(run.BuildId, Ct)).Tasks[0].Runs).Phase);
    }

    [Fact]
    public async Task Nobody_but_the_holder_may_speak_of_a_run()
    {
        await using var site = await Site.Open();
        var holder = new PaperBuilder(await site.Enrol("holder"));
        var stranger = new PaperBuilder(await site.Enrol("stranger"));
        await Submit(site);
        var run = await holder.Lease();

        foreach (var attempt in new Func<Task>[]
        {
            () => stranger.Contract.Beat(run.RunId, RunPhase.Upload, Ct),
            () => stranger.Contract.AppendLog(run.RunId, 0, "mine"u8.ToArray(), Ct),
            () => stranger.Upload(run.RunId, Papers.Binary("hello", "2.12", "1.pp1")),
            () => stranger.Report(run.RunId, RunOutcome.Failed, "sabotage"),
            () => stranger.Contract.OpenSrpm(run.RunId, 0, Ct),
        })
            Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(attempt)).Status);
        Assert.Equal(RunState.Running, (await site.Admin.Build(run.BuildId, Ct)).Tasks[0].Runs[0].State);
    }

    [Fact]
    public async Task A_failed_run_is_the_packagers_answer_with_the_failing_lines()
    {
        await using var site = await Site.Open();
        var build = await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        await builder.Report(run.RunId, RunOutcome.Failed, "rpmbuild failed in %build.");

        var failed = await site.Admin.Build(build.Id, Ct);
        Assert.Equal((BuildState.Failed, "rpmbuild failed in %build."), (failed.State, failed.Why));
        Assert.Contains("expected ';'", Assert.Single(failed.Tasks[0].Runs[0].FailingLines));
    }

    [Fact]
    public async Task A_lost_run_is_tried_again_and_after_three_the_build_says_what_each_said()
    {
        await using var site = await Site.Open();
        var build = await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        foreach (var fault in new[] { "its disk is full.", "dnf could not reach the mirror.", "the container engine hangs." })
            await builder.Report((await builder.Lease()).RunId, RunOutcome.Lost, fault);

        var failed = await site.Admin.Build(build.Id, Ct);

        Assert.Equal(BuildState.Failed, failed.State);
        Assert.Contains("3 runs were lost through no fault of the package", failed.Why);
        Assert.Contains("local: its disk is full. local: dnf could not reach the mirror. local: the container engine hangs.", failed.Why);
    }

    [Fact]
    public async Task A_builder_that_lost_a_task_waits_before_it_tries_again()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock), "--Skyline:RetryLostAfterSeconds=60");
        var builder = new PaperBuilder(site.LocalBuilder);
        await Submit(site);
        await builder.Report((await builder.Lease(0)).RunId, RunOutcome.Lost, "dnf could not reach the mirror.");

        Assert.Null(await builder.TryLease());
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(await builder.TryLease());
    }

    [Fact]
    public async Task An_outcome_or_a_phase_that_is_none_is_refused()
    {
        await using var site = await Site.Open();
        await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => builder.Report(run.RunId, (RunOutcome)99, "what"))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.Beat(run.RunId, (RunPhase)77, Ct))).Status);
        Assert.Equal(RunState.Running, (await site.Admin.Build(run.BuildId, Ct)).Tasks[0].Runs[0].State);
    }

    [Fact]
    public async Task A_report_about_a_run_that_is_not_ones_own_stores_nothing()
    {
        await using var site = await Site.Open();
        var blobs = Path.Combine(site.Data, "blobs");
        var before = Directory.GetFiles(blobs, "*", SearchOption.AllDirectories).Length;

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => new PaperBuilder(site.LocalBuilder).Report(424242, RunOutcome.Failed, "not mine"))).Status);

        Assert.Equal(before, Directory.GetFiles(blobs, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_task_of_a_chroot_that_is_gone_waits_and_holds_up_nothing_else()
    {
        var site = await Site.Open();
        await Submit(site, "orphan");
        await site.Stop();
        using (var database = Skyline.Server.Storage.Database.Open(Path.Combine(site.Data, "skyline.db")))
            await database.Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE tags SET chroot = 'gone-1'"), Ct);
        await using var again = await Site.Open(site.Data);
        await again.Admin.CreateTag(new NewTag("sound", "paper-1", ["x86_64"]), Ct);
        await again.Admin.CreateTarget(new NewTarget("sound", "sound", "sound"), Ct);
        var srpm = Papers.Source("healthy", "1", "1");
        await again.Admin.Submit(srpm.Open(), srpm.FileName, "sound", scratch: false, Ct);

        Assert.Equal("healthy-1-1", (await new PaperBuilder(again.LocalBuilder).Lease()).Nvr);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Submit(again, "another"));
        Assert.Contains("a chroot that this server does not know any more", refused.Message);
    }

    [Fact]
    public async Task A_builder_that_lost_a_task_does_not_get_it_again_while_another_is_here()
    {
        await using var site = await Site.Open();
        var broken = new PaperBuilder(await site.Enrol("broken"));
        var sound = new PaperBuilder(await site.Enrol("sound"));
        await sound.TryLease();
        await Submit(site);
        await broken.Report((await broken.Lease()).RunId, RunOutcome.Lost, "its disk is full.");

        Assert.Null(await broken.TryLease());
        Assert.NotNull(await sound.TryLease());
    }

    [Fact]
    public async Task The_same_report_again_is_answered_as_the_first()
    {
        await using var site = await Site.Open();
        var build = await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        await builder.Report(run.RunId, RunOutcome.Failed, "rpmbuild failed in %check.");
        await builder.Report(run.RunId, RunOutcome.Failed, "rpmbuild failed in %check.");

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => builder.Report(run.RunId, RunOutcome.Failed, "or was it %build?"))).Status);
        Assert.Equal("rpmbuild failed in %check.", (await site.Admin.Build(build.Id, Ct)).Why);
    }

    [Fact]
    public async Task A_build_is_its_owners_to_cancel_and_administrators()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await ann.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);

        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => bob.Cancel(build.Id, Ct))).Status);
        Assert.Equal(BuildState.Waiting, (await site.Admin.Build(build.Id, Ct)).State);
        await ann.Cancel(build.Id, Ct);
        Assert.Equal(BuildState.Cancelled, (await site.Admin.Build(build.Id, Ct)).State);
    }

    [Fact]
    public async Task A_cancelled_build_tells_its_builder_to_stop_and_takes_no_report()
    {
        await using var site = await Site.Open();
        var build = await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        await site.Admin.Cancel(build.Id, Ct);

        Assert.True((await builder.Contract.Beat(run.RunId, RunPhase.Rpmbuild, Ct)).Cancel);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => builder.Report(run.RunId, RunOutcome.Failed, "no"))).Status);
        var cancelled = await site.Admin.Build(build.Id, Ct);
        Assert.Equal((BuildState.Cancelled, "Cancelled by admin."), (cancelled.State, cancelled.Why));
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Cancel(build.Id, Ct))).Status);
    }

    [Fact]
    public async Task A_report_of_files_that_were_never_uploaded_is_refused_and_the_run_stays_open()
    {
        await using var site = await Site.Open();
        var build = await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.Report(run.RunId, RunOutcome.Succeeded, null, Papers.Binary("hello", "2.12", "1.pp1")));

        Assert.Equal(400, refused.Status);
        Assert.Equal(BuildState.Building, (await site.Admin.Build(build.Id, Ct)).State);
    }

    [Fact]
    public async Task A_result_named_with_a_path_or_like_another_is_refused()
    {
        await using var site = await Site.Open();
        await Submit(site);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        var rpm = Papers.Binary("hello", "2.12", "1.pp1");

        foreach (var name in new[] { "../../etc/passwd", "/etc/passwd", "other-1-1.x86_64.rpm" })
            Assert.InRange((await Assert.ThrowsAsync<RefusedException>(() => builder.Upload(run.RunId, rpm, name))).Status, 400, 404);
    }

    [Fact]
    public async Task A_disabled_builder_gets_no_work()
    {
        await using var site = await Site.Open();
        var builder = new PaperBuilder(await site.Enrol("tired"));
        await site.Admin.SetBuilderEnabled("tired", false, Ct);
        await Submit(site);

        Assert.Null(await builder.TryLease());
        await site.Admin.SetBuilderEnabled("tired", true, Ct);
        Assert.NotNull(await builder.TryLease());
    }
}
