using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Builds;

namespace Skyline.Server.Tests.Batches;

/// <summary>What a batch does as its builds come and go, through the builders' and the people's doors.</summary>
public sealed class BatchTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string NameOf(LeasedRun run) => run.Nvr[..run.Nvr.IndexOf('-', StringComparison.Ordinal)];

    static string SnapshotOf(LeasedRun run) => run.Buildroot.Repos.Single(repo => repo.BaseUrl!.Contains("/repos/paper/@", StringComparison.Ordinal)).BaseUrl!.Split('@')[1].Split('/')[0];

    [Fact]
    public async Task A_member_is_built_from_the_repository_that_has_all_it_needs()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(("alpha", []), ("beta", [0]));
        var builder = new PaperBuilder(site.LocalBuilder);

        var first = await builder.Lease();
        var early = await builder.TryLease();
        await builder.Deliver(first, BatchSite.Results(first));
        var second = await builder.Lease();
        await builder.Deliver(second, BatchSite.Results(second));
        var ended = await site.UntilBatch(batch, now => now.State != BatchState.Running);

        Assert.Equal(("alpha", null, "beta"), (NameOf(first), early, NameOf(second)));
        Assert.NotEqual(SnapshotOf(first), SnapshotOf(second));
        Assert.Contains((await site.Admin.Snapshot("paper", SnapshotOf(second), Ct)).Snapshot.Events, taken => taken.What == "alpha-1-1.pp1 tagged");
        Assert.Equal((BatchState.Complete, 2), (ended.State, ended.Counts.Done));
    }

    [Fact]
    public async Task What_does_not_need_one_another_is_built_at_the_same_time()
    {
        await using var site = await Site.Open();
        await site.Batch(("alpha", []), ("beta", []), ("gamma", [0, 1]));
        var builder = new PaperBuilder(site.LocalBuilder);

        LeasedRun[] both = [await builder.Lease(), await builder.Lease()];
        var third = await builder.TryLease();

        Assert.Equal(["alpha", "beta"], both.Select(NameOf).Order());
        Assert.Null(third);
    }

    [Fact]
    public async Task A_failure_blocks_what_needs_it_and_nothing_else_and_a_resume_goes_on_from_there()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(("alpha", []), ("beta", [0]), ("gamma", [1]), ("delta", [0]));
        var builder = new PaperBuilder(site.LocalBuilder);
        var alpha = await builder.Lease();
        await builder.Deliver(alpha, BatchSite.Results(alpha));
        for (var i = 0; i < 2; i++)
        {
            var run = await builder.Lease();
            if (NameOf(run) == "beta") await builder.Report(run.RunId, RunOutcome.Failed, "It does not compile.");
            else await builder.Deliver(run, BatchSite.Results(run));
        }
        var failed = await site.UntilBatch(batch, now => now.State != BatchState.Running);
        var members = await site.Members(batch);

        await site.Admin.ResumeBatch(batch, Ct);
        var again = await builder.Lease();
        await builder.Deliver(again, BatchSite.Results(again));
        var last = await builder.Lease();
        await builder.Deliver(last, BatchSite.Results(last));
        var complete = await site.UntilBatch(batch, now => now.State != BatchState.Running);

        Assert.Equal((BatchState.Failed, "2 of 4 built; 1 failed (beta), 1 not built because of that. What is built stays; resume it to build the rest."), (failed.State, failed.Why));
        Assert.Equal((MemberState.Failed, MemberState.Blocked, MemberState.Done), (members["beta"].State, members["gamma"].State, members["delta"].State));
        Assert.Equal($"Not built: beta failed (build {members["beta"].Build}), and this needs it.", members["gamma"].Why);
        Assert.Equal(("beta", "gamma", BatchState.Complete), (NameOf(again), NameOf(last), complete.State));
    }

    [Fact]
    public async Task A_cancelled_build_stops_what_needs_it_and_a_cancelled_batch_everything_that_is_not_done()
    {
        await using var site = await Site.Open();
        var one = await site.Batch(("alpha", []), ("beta", [0]));
        await site.UntilBatch(one, now => now.Counts.Building == 1);
        await site.Admin.Cancel((await site.Members(one))["alpha"].Build!.Value, Ct);
        var stopped = await site.UntilBatch(one, now => now.State != BatchState.Running);
        var two = await site.Batch(("gamma", []), ("delta", [0]));
        await site.UntilBatch(two, now => now.Counts.Building == 1);

        await site.Admin.CancelBatch(two, Ct);
        var cancelled = await site.UntilBatch(two, now => now.Counts.Building == 0);

        Assert.Equal((BatchState.Failed, 1, 1), (stopped.State, stopped.Counts.Cancelled, stopped.Counts.Blocked));
        Assert.Equal((BatchState.Cancelled, "Cancelled by admin.", 2), (cancelled.State, cancelled.Why, cancelled.Counts.Cancelled));
        Assert.Null(await new PaperBuilder(site.LocalBuilder).TryLease());
    }

    [Fact]
    public async Task A_fault_of_builders_is_tried_again_as_often_as_the_batch_says_and_one_of_the_package_is_not()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(new NewBatch(BatchKind.MassRebuild, "all of it", 0, 1, Retries: 1), ("alpha", []), ("beta", []));
        var builder = new PaperBuilder(site.LocalBuilder);
        var beta = 0;
        for (var i = 0; i < 7; i++)
        {
            var run = await builder.Lease();
            if (NameOf(run) == "beta") await builder.Report(run.RunId, RunOutcome.Failed, $"It does not compile ({++beta}).");
            else await builder.Report(run.RunId, RunOutcome.Lost, "The mirror was away.");
        }
        var ended = await site.UntilBatch(batch, now => now.State != BatchState.Running);
        var members = await site.Members(batch);

        Assert.Equal((BatchState.Failed, 2, 1), (ended.State, ended.Counts.Failed, beta));
        Assert.Equal((2, 1), (members["alpha"].Tries, members["beta"].Tries));
    }

    [Fact]
    public async Task No_more_builds_are_open_than_the_batch_says()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(new NewBatch(BatchKind.ScheduledRun, "some at a time", 0, 1, Scratch: true, MostOpen: 2), ("alpha", []), ("beta", []), ("gamma", []));
        var before = await site.UntilBatch(batch, now => now.Counts.Building == 2);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();

        await builder.Deliver(run, BatchSite.Results(run));
        var after = await site.UntilBatch(batch, now => now.Counts.Done == 1 && now.Counts.Building == 2);

        Assert.Equal((1, 0), (before.Counts.Waiting, after.Counts.Waiting));
    }

    [Fact]
    public async Task Only_its_owner_and_administrators_cancel_and_resume_a_batch()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(("alpha", []));
        var stranger = await site.Person("eve");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => stranger.CancelBatch(batch, Ct));
        var early = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.ResumeBatch(batch, Ct));
        var missing = await Assert.ThrowsAsync<RefusedException>(() => stranger.ResumeBatch(999, Ct));

        Assert.Equal((403, $"Batch {batch} is admin's: they or an administrator can cancel and resume it."), (refused.Status, refused.Message));
        Assert.Equal((409, $"Batch {batch} is running: there is nothing to resume."), (early.Status, early.Message));
        Assert.Equal((404, "There is no batch 999."), (missing.Status, missing.Message));
    }

    [Fact]
    public async Task A_server_that_starts_again_goes_on_where_it_was_and_queues_nothing_twice()
    {
        var site = await Site.Open();
        var batch = await site.Batch(("alpha", []), ("beta", [0]));
        await site.UntilBatch(batch, now => now.Counts.Building == 1);
        await site.Stop();
        await using var again = await Site.Open(site.Data);
        var builder = new PaperBuilder(again.LocalBuilder);

        var first = await builder.Lease();
        var twice = await builder.TryLease();
        await builder.Deliver(first, BatchSite.Results(first));
        var second = await builder.Lease();

        Assert.Equal(("alpha", null, "beta"), (NameOf(first), twice, NameOf(second)));
        Assert.All((await again.Members(batch)).Values, member => Assert.Equal(1, member.Tries));
    }

    [Fact]
    public async Task Its_page_shows_the_links_and_who_waits_for_whom()
    {
        await using var site = await Site.Open();
        var batch = await site.Batch(("alpha", []), ("beta", [0]));
        await site.UntilBatch(batch, now => now.Counts.Building == 1);

        var page = await site.Http().GetStringAsync($"batches/{batch}", Ct);
        var list = await site.Http().GetStringAsync("batches", Ct);

        Assert.Contains("Link 2", page);
        Assert.Contains("Waiting for alpha.", page);
        Assert.Contains($"href=\"/chains/{batch}\"", list);
        Assert.Contains("0 of 2", list);
    }
}
