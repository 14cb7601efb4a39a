using Quartz;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Shell;

namespace Skyline.Server.Backups;

/// <summary>The server's own backups: by the clock, or because an administrator asks. How the last went is kept with the work of keeping.</summary>
public sealed class BackUpNow(SkylineSettings settings, KeepingReports reports, TimeProvider time, ILogger<BackUpNow> log)
{
    public const string Off = "This server makes no backups by itself: Skyline__Backup__Folder names the folder that they go to. `skyline-server backup FOLDER` makes one on its host.";

    public const string NotHere = "The database is a PostgreSQL, and a backup of the data folder without it would be of no use. Back up both: first PostgreSQL with its own means (pg_dump, or the archive of its log), then the data folder.";

    public bool IsOn => settings.Backup.Folder.Length > 0;

    /// <returns>What was made, or why it was not.</returns>
    public async Task<(BackupMade? Made, Refusal? Why)> Try(CancellationToken ct)
    {
        try
        {
            return (await Run(ct), null);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return (null, new(503, $"The backup did not come to its end: {fault.Message} See that the folder {settings.Backup.Folder} is there, has room, and that the server's user may write into it."));
        }
    }

    public async Task<BackupMade> Run(CancellationToken ct)
    {
        var made = await reports.Note(KeepingWork.Backup, "", () => settings.Database.Length > 0 ? throw new InvalidOperationException(NotHere) : MakeBackup.Run(settings.Data, new(settings.Backup.Folder), settings.Backup.Keys, settings.Backup.Keep, time, ct),
            made => (made, made.MissingCount == 0 ? null : $"Blobs that are missing or damaged: {made.MissingCount}."), SkylineJson.Default.BackupMade, ct);
        log.LogInformation("{Backup}", BackupCommand.Sentence(made));
        return made;
    }
}

/// <summary>By the clock, where a folder is set.</summary>
[DisallowConcurrentExecution]
public sealed class BackUpByClock(BackUpNow backup, KeepingTurns turns) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (!backup.IsOn) return;
        using var turn = await turns.Take("backup", cancellationToken);
        await backup.Run(cancellationToken);
    }
}
