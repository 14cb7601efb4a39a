using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tasks;

namespace Skyline.Server.Tests.Builders;

/// <summary>Which builder gets a run, of those that could have it.</summary>
public sealed class PreferenceTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_heaviest_is_asked_first_then_the_idlest_then_who_has_waited_longest() => Assert.Equal([4, 1, 5, 3, 2], Preference.Order(
    [
        new(Builder: 1, Weight: 10, Running: 0, Slots: 1, Since: 20),
        new(Builder: 2, Weight: 10, Running: 3, Slots: 4, Since: 10),
        new(Builder: 3, Weight: 10, Running: 4, Slots: 8, Since: 11),
        new(Builder: 4, Weight: 11, Running: 7, Slots: 8, Since: 99),
        new(Builder: 5, Weight: 10, Running: 0, Slots: 0, Since: 21),
    ]).Select(standing => standing.Builder));

    [Fact]
    public async Task Of_builders_that_wait_the_heaviest_gets_the_run_and_a_light_one_gets_what_is_left()
    {
        await using var site = await Site.Open();
        var waiting = new Dictionary<string, Task<LeasedRun?>>();
        foreach (var (name, weight) in new[] { ("light", 5), ("heavy", 50), ("middle", 20) })
        {
            var builder = await site.Machine(name);
            await site.Admin.EditBuilder(name, new BuilderEdit(weight), Ct);
            await builder.TryLease();
            waiting[name] = builder.TryLease(waitSeconds: 50);
            await Waits(site, waiting.Count);
        }

        foreach (var (package, taker) in new[] { ("first", "heavy"), ("second", "middle"), ("third", "light") })
        {
            await site.Submit(package);
            Assert.Equal($"{package}-1-1", (await waiting[taker])!.Nvr);
            waiting.Remove(taker);
            Assert.All(waiting.Values, one => Assert.False(one.IsCompleted));
        }
    }

    [Fact]
    public async Task A_heavy_builder_that_may_not_have_a_run_holds_nobody_up()
    {
        await using var site = await Site.Open();
        var (heavy, light) = (await site.Machine("heavy", null, "s390x"), await site.Machine("light"));
        await site.Admin.EditBuilder("heavy", new BuilderEdit(100), Ct);
        var idle = heavy.TryLease(waitSeconds: 3);
        await Waits(site, 1);
        var lease = light.Lease(waitSeconds: 50);

        await site.Submit();

        Assert.Equal("hello-1-1", (await lease).Nvr);
        Assert.Null(await idle);
    }

    /// <summary>Until so many questions for work are open.</summary>
    static async Task Waits(Site site, int count)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (site.Part<WaitingBuilders>().Count < count) await tick.WaitForNextTickAsync(Ct);
    }

    [Fact]
    public async Task A_run_that_is_lost_goes_to_every_other_builder_first_and_the_build_names_each_and_what_it_said()
    {
        await using var site = await Site.Open();
        await site.Admin.SetBuilderEnabled("local", false, Ct);
        var build = await site.Submit();
        var builders = new Dictionary<string, PaperBuilder>();
        foreach (var name in new[] { "anvil", "bellows", "chisel" })
        {
            builders[name] = await site.Machine(name);
            await site.Admin.SetBuilderEnabled(name, false, Ct);
            await builders[name].TryLease();
            await site.Admin.SetBuilderEnabled(name, true, Ct);
        }

        await builders["bellows"].Report((await builders["bellows"].Lease(0)).RunId, RunOutcome.Lost, "its disk is full.");
        Assert.Null(await builders["bellows"].TryLease());
        await builders["anvil"].Report((await builders["anvil"].Lease(0)).RunId, RunOutcome.Lost, "its mirror was away.");
        Assert.Null(await builders["bellows"].TryLease());
        Assert.Null(await builders["anvil"].TryLease());
        await builders["chisel"].Report((await builders["chisel"].Lease(0)).RunId, RunOutcome.Lost, "its engine hangs.");

        Assert.Equal("3 runs were lost through no fault of the package: bellows: its disk is full. anvil: its mirror was away. chisel: its engine hangs.", (await site.Admin.Build(build.Id, Ct)).Why);
    }

    /// <summary>What the clock makes possible rings no bell.</summary>
    [Fact]
    public async Task A_sleeping_question_that_is_given_a_run_by_anothers_is_answered_at_once()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock), "--Skyline:RetryLostAfterSeconds=60");
        await site.Submit();
        var (retries, asks) = (await site.Machine("retries"), await site.Machine("asks", null, "s390x"));
        await retries.Report((await retries.Lease()).RunId, RunOutcome.Lost, "its mirror was away.");
        var asleep = retries.TryLease(waitSeconds: 50);
        await Waits(site, 1);
        clock.Pass(TimeSpan.FromSeconds(61));

        Assert.Null(await asks.TryLease());

        Assert.NotNull(await asleep.WaitAsync(TimeSpan.FromSeconds(20), Ct));
    }

    [Fact]
    public async Task A_builder_that_cannot_do_the_task_does_not_keep_another_from_trying_again()
    {
        await using var site = await Site.Open();
        var broken = await site.Machine("broken");
        var lacks = new PaperBuilder(await site.Enrol("lacks")) { Engines = ["mock"] };
        var full = await site.Machine("full", Fleet.Sound with { FreeDiskBytes = 1 });
        Assert.Null(await lacks.TryLease());
        Assert.Null(await full.TryLease());
        await site.Submit();
        await broken.Report((await broken.Lease()).RunId, RunOutcome.Lost, "its mirror was away.");

        Assert.Null(await lacks.TryLease());
        Assert.NotNull(await broken.TryLease());
    }

    [Fact]
    public async Task A_build_says_that_no_builder_has_its_engine()
    {
        await using var site = await Site.Open();
        await site.Admin.SetBuilderEnabled("local", false, Ct);
        await new PaperBuilder(await site.Enrol("lacks")) { Engines = ["mock"] }.TryLease();

        var build = await site.Submit();

        Assert.StartsWith("Waiting: no builder for x86_64 has overlay, which makes its chroot", (await site.Admin.Build(build.Id, Ct)).Why);
    }

    [Fact]
    public async Task An_emulated_architecture_is_built_only_while_no_native_builder_is_here()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        await site.MakeTwoArches();
        BuilderReport Emulates() => Fleet.Sound with { ForeignArches = ["aarch64", "x86_64"], Clock = clock.GetUtcNow() };
        var emulator = await site.Machine("emulator", Emulates());
        var native = await site.Machine("native", null, "aarch64");
        await native.TryLease();
        var build = await site.Submit("arm", "two", "aarch64");

        Assert.Null(await emulator.TryLease());
        Assert.Equal(["x86_64", "aarch64"], (await site.Admin.Builder("emulator", Ct)).Builder.Arches);
        clock.Pass(TimeSpan.FromMinutes(3));
        emulator.Says = Emulates();
        var run = await emulator.Lease(0);

        Assert.Equal((build.Id, "aarch64", "aarch64"), (run.BuildId, run.Arch, run.Buildroot.BuildrootArch));
    }
}
