using Microsoft.Data.Sqlite;
using Npgsql;
using Quartz;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Backups;
using Skyline.Server.Builders;
using Skyline.Server.Chains;
using Skyline.Server.Externals;
using Skyline.Server.Health;
using Skyline.Server.Keeping;
using Skyline.Server.Mail;
using Skyline.Server.People;
using Skyline.Server.Pools;
using Skyline.Server.Schedules;
using Skyline.Server.SideTags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Setup;

/// <summary>
/// What happens by the clock, all in one place. Quartz keeps it in a database file of its own, or in a schema of its own of the PostgreSQL that several servers share: each
/// firing is then one server's. Jobs are idempotent, for it fires at least once.
/// </summary>
static class Clock
{
    public static void AddClock(this IServiceCollection services, SkylineSettings settings)
    {
        LocalZone.HaveOneThatIsFound();
        if (settings.Backup.Cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length is not (6 or 7) || !Cron.TryRead(settings.Backup.Cron, "UTC", out _, out _))
            throw new InvalidOperationException($"Skyline__Backup__Cron is '{settings.Backup.Cron}', and is to be six or seven words: seconds, minutes, hours, day of the month, month, day of the week, such as '0 40 4 * * ?'.");
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "skyline");
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 2);
            quartz.UsePersistentStore(persistent =>
            {
                persistent.ConfigureStore(options => options.StoreJobDataAsStrings = true);
                persistent.ProvisionSchema();
                if (settings.Database.Length == 0) persistent.UseSqlite(SqliteFactory.Instance, new SqliteConnectionStringBuilder { DataSource = Path.Combine(settings.Data, "quartz.db"), DefaultTimeout = 30 }.ToString());
                else Shared(persistent, settings.Database);
            });
            quartz.ScheduleJob<ExpireLeases>(trigger => trigger.WithIdentity("expire-leases").WithCronSchedule("0/10 * * * * ?"));
            quartz.ScheduleJob<NoteUse>(trigger => trigger.WithIdentity("note-use").WithCronSchedule(NoteUse.Cron));
            quartz.ScheduleJob<NoteLoad>(trigger => trigger.WithIdentity("note-load").WithCronSchedule(NoteLoad.Cron));
            quartz.ScheduleJob<RefreshDue>(trigger => trigger.WithIdentity("refresh-externals").WithCronSchedule("30 * * * * ?"));
            quartz.ScheduleJob<SweepSources>(trigger => trigger.WithIdentity("sweep-sources").WithCronSchedule(SweepSources.Cron));
            quartz.ScheduleJob<KeepTidy>(trigger => trigger.WithIdentity("keep-tidy").WithCronSchedule(KeepTidy.Cron));
            quartz.ScheduleJob<BackUpByClock>(trigger => trigger.WithIdentity("back-up").WithCronSchedule(settings.Backup.Cron));
            quartz.ScheduleJob<WarnOfTokens>(trigger => trigger.WithIdentity("warn-of-tokens").WithCronSchedule(WarnOfTokens.Cron));
            quartz.ScheduleJob<ExpireApprovals>(trigger => trigger.WithIdentity("expire-approvals").WithCronSchedule(ExpireApprovals.Cron));
            quartz.ScheduleJob<TellHead>(trigger => trigger.WithIdentity("tell-audit-head").WithCronSchedule(TellHead.Cron));
            quartz.ScheduleJob<ExpireSideTags>(trigger => trigger.WithIdentity("expire-side-tags").WithCronSchedule(ExpireSideTags.Cron));
            quartz.ScheduleJob<RingPools>(trigger => trigger.WithIdentity("ring-pools").WithCronSchedule(RingPools.Cron));
            quartz.ScheduleJob<TellHealth>(trigger => trigger.WithIdentity("tell-health").WithCronSchedule(TellHealth.Cron));
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    /// <summary>A server that says nothing for 20 seconds is taken for gone, and what it was about is done by another.</summary>
    static void Shared(IPersistentStoreBuilder persistent, string database)
    {
        persistent.UsePostgres(NpgsqlFactory.Instance, Storage.Postgresql.ConnectTo.ForClock(database));
        persistent.UseClustering(cluster =>
        {
            cluster.CheckinInterval = TimeSpan.FromSeconds(5);
            cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(15);
        });
    }
}
