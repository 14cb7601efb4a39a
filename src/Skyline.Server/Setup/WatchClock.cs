using Quartz;
using Skyline.Server.Schedules;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Setup;

/// <summary>
/// A machine's clock that is set, by hours or days, while builders build: leases begin anew as after a restart, so that no run is lost by it, and none
/// is held for a day by a builder that has gone; and what happens by the clock is reckoned anew, for Quartz would wait until the old time is reached again.
/// Noticed by a clock that nobody sets (the monotonic one).
/// </summary>
sealed class WatchClock(Database database, SkylineSettings settings, IServiceProvider services, TimeProvider time, ILogger<WatchClock> log) : BackgroundService
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(10), most = TimeSpan.FromSeconds(30);

    (DateTimeOffset Wall, long Steady) last = (time.GetUtcNow(), time.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A test's clock is moved on purpose.
        if (time != TimeProvider.System) return;
        using var tick = new PeriodicTimer(every, time);
        while (await tick.WaitForNextTickAsync(stoppingToken))
        {
            if (await Look() is not { } jump) continue;
            log.LogWarning("This machine's clock was set {Jump} {Way}: leases of runs begin anew, and what happens by the clock is reckoned anew", jump.Duration(), jump > TimeSpan.Zero ? "forward" : "back");
            try
            {
                await ReckonAnew(stoppingToken);
            }
            catch (SchedulerException fault)
            {
                log.LogError(fault, "What happens by the clock could not be reckoned anew: restart the server");
            }
        }
    }

    /// <returns>By how much it was set since the last look; null: not to speak of.</returns>
    internal async Task<TimeSpan?> Look()
    {
        var now = (Wall: time.GetUtcNow(), Steady: time.GetTimestamp());
        var jump = now.Wall - last.Wall - time.GetElapsedTime(last.Steady, now.Steady);
        last = now;
        if (jump.Duration() <= most) return null;
        await ExpireLeases.Forgive(database, settings, time);
        return jump;
    }

    async Task ReckonAnew(CancellationToken ct)
    {
        var scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler(ct);
        foreach (var known in (await scheduler.QueryTriggers(new TriggerQuery(), ct)).Items)
            if (await scheduler.GetTrigger(known.Key, ct) is ICronTrigger trigger)
                await scheduler.RescheduleJob(known.Key, trigger.GetTriggerBuilder().StartAt(time.GetUtcNow()).Build(), ct);
        await services.GetRequiredService<ScheduleClock>().Set(ct);
    }
}
