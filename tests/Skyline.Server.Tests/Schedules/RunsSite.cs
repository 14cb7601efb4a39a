using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;

namespace Skyline.Server.Tests.Schedules;

/// <summary>What every test of scheduled runs says first.</summary>
static class RunsSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<Site> Open(TimeProvider time, string? data = null, params string[] settings) =>
        // A run is not lost by the clock that the test moves on.
        Site.Open(data, services => services.AddSingleton(time), ["--Skyline:LeaseSeconds=100000000", .. settings]);

    /// <summary>What is looked for, as soon as it is so; the bell rings when it may be.</summary>
    public static async Task<T> When<T>(this Site site, string bell, Func<Task<T>> look, Func<T, bool> wanted)
    {
        while (true)
        {
            var rings = site.Part<Bells>().Next(bell);
            var now = await look();
            if (wanted(now)) return now;
            await rings.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
    }

    /// <summary>Its history, once it says so many outcomes.</summary>
    public static Task<PackageHistory> History(this Site site, string package, int outcomes, string tag = "paper") =>
        site.When(Bells.Histories, () => site.Admin.PackageHistory(tag, package, Ct), history => history.Outcomes.Count >= outcomes && (history.Result != PackageResult.Unknown || history.Outcomes.All(one => one.Result == PackageResult.Unknown)));

    public static Task<ScheduleDetails> Schedule(this Site site, string name = "nightly", string cron = "0 3 * * *", ScheduleScope what = ScheduleScope.All, ScheduleKind kind = ScheduleKind.Rebuild, bool bisect = false, int? share = null) =>
        site.Admin.CreateSchedule(new NewSchedule(name, "paper", cron, "UTC", kind, what, share, null, bisect), Ct);

    /// <summary>The run of a schedule, once it is over.</summary>
    public static async Task<ScheduledRun> Ended(this Site site, string name = "nightly")
    {
        var batch = (await site.Admin.Schedule(name, Ct)).Schedule.Last!.Batch;
        return await site.When(Bells.Batch(batch), async () => (await site.Admin.Schedule(name, Ct)).Schedule.Last!, run => run is { State: BatchState.Complete or BatchState.Failed });
    }

    /// <summary>A real build, noted in its package's history.</summary>
    public static async Task<BuildDetails> BuiltAndNoted(this Site site, IReadOnlyList<LockedPackage>? packages = null, string name = "hello", string version = "2.12")
    {
        var build = await site.Built(packages, name, version: version);
        await site.When(Bells.Histories, () => site.Admin.PackageHistory("paper", name, Ct), history => history.LastGood == build.Id);
        return build;
    }

    public static async Task Fail(this PaperBuilder builder, LeasedRun run, string why = "rpmbuild ended with 1.")
    {
        if (run.Lock is { } given) builder.Lock = given;
        await builder.Report(run.RunId, RunOutcome.Failed, why);
    }

    /// <summary>A package that the tag holds, as locks name it.</summary>
    public static async Task<LockedPackage> Imported(this Site site, string name, string version)
    {
        await site.Admin.Import(Papers.Binary(name, version, "1").Open(), "paper", Ct);
        await site.When(Bells.Snapshots, () => RepositoryReading.Packages(site, "paper", "x86_64"), files => files.Contains($"{name}-{version}-1.x86_64.rpm"));
        var signed = await RebuildTests.Signed(site, $"{name}-{version}-1");
        return new($"{name}-{version}-1.x86_64", signed.Sha256, "skyline-paper", signed.Size);
    }
}
