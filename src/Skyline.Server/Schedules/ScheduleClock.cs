using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>
/// The clock's triggers, one a schedule: made from the rows at start and at every change. A trigger only says that it is time to look;
/// whether a schedule is due, its row says, so that it does not matter how often a trigger fires or whether it was missed.
/// </summary>
public sealed class ScheduleClock(Database database, ISchedulerFactory schedulers, RunSchedule run, ILogger<ScheduleClock> log) : BackgroundService
{
    const string Group = "schedules";
    static readonly JobKey job = new("fire-schedules");
    readonly SemaphoreSlim one = new(1, 1);

    /// <summary>What was missed while the server was down is made up for, once.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // (A trigger of one that is gone fires for nobody.)
            if (database.Read(Schedule.All).Count == 0) return;
            await Set(stoppingToken);
            await run.Due(stoppingToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "The clock of the schedules was not set; it is when one of them is changed, or with the next start");
        }
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    public async Task Set(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            var scheduler = await schedulers.GetScheduler(ct);
            await scheduler.AddJob(JobBuilder.Create<FireSchedules>().WithIdentity(job).StoreDurably().Build(), new AddJobOptions { Replace = true }, ct);
            await scheduler.UnscheduleJobs(GroupMatcher<TriggerKey>.GroupEquals(Group), ct);
            foreach (var schedule in database.Read(Schedule.All).Where(schedule => schedule.Paused == 0 && schedule.NextAt is not null))
                await scheduler.ScheduleTrigger(TriggerBuilder.Create().WithIdentity($"schedule {schedule.Id}", Group).ForJob(job)
                    .WithSchedule(CronScheduleBuilder.Create(Cron.Kept(schedule.Cron, schedule.TimeZone))).Build(), TriggerConflict.Replace, ct);
        }
        finally
        {
            one.Release();
        }
    }
}

/// <summary>Twice is harmless.</summary>
[DisallowConcurrentExecution]
public sealed class FireSchedules(RunSchedule run) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await run.Due(cancellationToken);
}
