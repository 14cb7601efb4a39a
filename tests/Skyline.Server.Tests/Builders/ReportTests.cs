using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Builders;

namespace Skyline.Server.Tests.Builders;

/// <summary>What builders say of themselves, and what becomes of it.</summary>
public sealed class ReportTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_limited_to_a_slots_share_of_its_builders_machine()
    {
        await using var site = await Site.Open();
        var large = await site.Machine("large", Fleet.Sound with { Cores = 32, Slots = 4 });
        var small = await site.Machine("small", Fleet.Sound with { Cores = 3, MemoryBytes = 3L << 30, Slots = 2 });
        await site.Submit("one");
        await site.Submit("two");

        var (onLarge, onSmall) = ((await large.Lease()).Limits, (await small.Lease()).Limits);

        Assert.Equal((8.0, 4L << 30), (onLarge.Cpus, onLarge.MemoryBytes));
        Assert.Equal((1.5, (3L << 30) / 2), (onSmall.Cpus, onSmall.MemoryBytes));
        Assert.Equal(onLarge.Processes, onSmall.Processes);
    }

    [Theory]
    [InlineData(16, 64, 8, 2.0, 4096)]
    [InlineData(2, 4, 1, 2.0, 4096)]
    [InlineData(2, 16, 8, 1.0, 2048)]
    [InlineData(64, 8, 16, 4.0, 512)]
    [InlineData(1, 1, 64, 1.0, 256)]
    [InlineData(8, 0, 4, 2.0, 4096)]
    public void A_slots_share(int cores, int gibibytes, int slots, double cpus, int mebibytes)
    {
        var limits = SlotShare.Of(new SkylineSettings(), Fleet.Sound with { Cores = cores, MemoryBytes = (long)gibibytes << 30, Slots = slots });

        Assert.Equal((cpus, (long)mebibytes << 20), (limits.Cpus, limits.MemoryBytes));
    }

    [Fact]
    public async Task Page_and_api_show_what_machine_a_builder_is_and_what_it_runs_and_ran()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("big", Fleet.Sound);
        await site.Submit("lost");
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Lost, "its mirror was away.");
        await site.Admin.Cancel(1, Ct);
        var running = await site.Submit("running");
        var run = await builder.Lease();

        var shown = await site.Admin.Builder("big", Ct);
        var page = WebUtility.HtmlDecode(await site.Http().GetStringAsync("/builders/big", Ct) + await site.Http().GetStringAsync("/builders/big?show=runs", Ct));

        Assert.Equal(("Fedora Linux 43", 16, 8), (shown.Report!.Distribution, shown.Report.Cores, shown.Builder.Slots));
        Assert.Equal([(run.RunId, RunState.Running), (run.RunId - 2, RunState.Lost)], shown.Runs.Select(one => (one.RunId, one.State)));
        Assert.Equal(running.Id, shown.Runs[0].BuildId);
        Assert.InRange(shown.ClockSkewSeconds!.Value, -60, 60);
        foreach (var text in new[] { "Fedora Linux 43", "6.12.0", "64 GiB", "500 GiB", "1 of 8", "its mirror was away.", "running-1-1" }) Assert.Contains(text, page);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("/builders/none", Ct)).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Builder("none", Ct))).Status);
    }

    [Fact]
    public async Task A_builder_whose_engine_does_not_answer_gets_no_work_and_everybody_is_told_why()
    {
        await using var site = await Site.Open();
        await site.Admin.SetBuilderEnabled("local", false, Ct);
        var builder = await site.Machine("stuck", Fleet.Sound with { Trouble = "the container engine does not answer\u001b[2J" });
        var build = await site.Submit();

        Assert.Null(await builder.TryLease());

        Assert.Equal("Waiting: builder 'stuck' takes no work: the container engine does not answer[2J.", (await site.Admin.Build(build.Id, Ct)).Why);
        Assert.Equal("It takes no work: the container engine does not answer[2J.", (await site.Admin.Builder("stuck", Ct)).Builder.NoWork);
        builder.Says = Fleet.Sound;
        Assert.NotNull(await builder.TryLease());
    }

    [Fact]
    public async Task What_a_builder_says_is_bounded_and_harmless()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("odd", new BuilderReport([.. Enumerable.Range(0, 5000).Select(n => $"arch{n}")], "\u001b[31m\u202e" + new string('k', 100_000), "<script>alert(1)</script>", null,
            -5, long.MinValue, long.MaxValue, -1, int.MaxValue, TimeProvider.System.GetUtcNow()));

        await builder.TryLease();

        var report = (await site.Admin.Builder("odd", Ct)).Report!;
        Assert.Equal("[31m" + new string('k', 96), report.Kernel);
        Assert.Equal((1, 0L, 0L, 1024, 32), (report.Cores, report.MemoryBytes, report.KeepsFreeBytes, report.Slots, report.ForeignArches!.Count));
        Assert.DoesNotContain("<script>alert", await site.Http().GetStringAsync("/builders/odd", Ct));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-6)]
    public async Task A_builder_whose_clock_is_wrong_is_refused_and_both_clocks_are_named(int minutes)
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("late", Fleet.Sound with { Clock = TimeProvider.System.GetUtcNow().AddMinutes(minutes) });
        await site.Admin.SetBuilderEnabled("local", false, Ct);
        var build = await site.Submit();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.TryLease());

        Assert.Equal(409, refused.Status);
        Assert.Matches(@"its clock says \d{4}-.* UTC and this server's \d{4}-.* UTC; they are more than 5 minutes apart, so set the one that is wrong, as with chrony\.", refused.Message);
        Assert.Contains("It takes no work: its clock says", WebUtility.HtmlDecode(await site.Http().GetStringAsync("/builders", Ct)));
        Assert.StartsWith("Waiting: builder 'late' takes no work: its clock says", (await site.Admin.Build(build.Id, Ct)).Why);
        Assert.InRange((await site.Admin.Builder("late", Ct)).ClockSkewSeconds!.Value / 60, minutes - 0.5, minutes + 0.5);
        builder.Says = Fleet.Sound with { Clock = TimeProvider.System.GetUtcNow().AddMinutes(minutes / 2.0) };
        Assert.NotNull(await builder.TryLease());
    }

    [Fact]
    public async Task A_builder_without_room_gets_no_work_until_it_has_some_and_everybody_is_told_why()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("full", Fleet.Sound with { FreeDiskBytes = 120L << 20 });
        await site.Admin.SetBuilderEnabled("local", false, Ct);
        var build = await site.Submit();

        Assert.Null(await builder.TryLease());

        Assert.Equal("Waiting: builder 'full' takes no work: 120 MiB free of the 2 GiB that it keeps free.", (await site.Admin.Build(build.Id, Ct)).Why);
        Assert.Contains("It takes no work: 120 MiB free of the 2 GiB that it keeps free.", WebUtility.HtmlDecode(await site.Http().GetStringAsync("/builders/full", Ct)));
        builder.Says = Fleet.Sound;
        Assert.NotNull(await builder.TryLease());
        Assert.Null((await site.Admin.Builder("full", Ct)).Builder.NoWork);
    }

    [Fact]
    public async Task A_builder_that_went_silent_or_never_spoke_says_so()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        var builder = await site.Machine("silent");
        Assert.Contains("never asked for work", (await site.Admin.Builder("silent", Ct)).Builder.NoWork);
        await builder.TryLease();
        Assert.Null((await site.Admin.Builder("silent", Ct)).Builder.NoWork);

        clock.Pass(TimeSpan.FromMinutes(3));

        Assert.Contains("not been heard of for more than 2 minutes", (await site.Admin.Builder("silent", Ct)).Builder.NoWork);
    }

    [Theory]
    [InlineData("0.1.0", "0.2.0", "This builder runs 0.1.0, the server's is 0.2.0: update it.")]
    [InlineData("0.10.0", "0.9.0", "This builder runs 0.10.0, newer than the server's 0.9.0: update the server.")]
    [InlineData("0.2.0", "0.2.0", null)]
    [InlineData(null, "0.2.0", null)]
    public void Versions_that_differ_are_told(string? builders, string servers, string? told) => Assert.Equal(told, VersionNotice.Of(builders, servers)?.ToString());

    [Fact]
    public async Task An_old_builder_and_its_owner_are_told()
    {
        await using var site = await Site.Open();
        string? told = null;

        await (await site.Enrol("old")).Lease(new LeaseRequest(["x86_64"], "0.0.9", "paper", 0), Ct, notice => told = notice);

        Assert.StartsWith("This builder runs 0.0.9, the server's is ", told);
        Assert.Contains("This builder runs 0.0.9", WebUtility.HtmlDecode(await site.Http().GetStringAsync("/builders", Ct)));
    }
}
