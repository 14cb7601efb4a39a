using Quartz;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Shell;

namespace Skyline.Server.Backups;

/// <summary>The server's own backups: by the clock, or because an administrator asks. How the last went is kept with the work of keeping.</summary>
public sealed class BackUpNow(SkylineSettings settings, KeepingReports reports, TimeProvider time, ILogger<BackUpNow> log)
{
    public const string Off = "This server makes no backups by itself: Skyline__Backup__Folder names the folder that they go to. `skyline-server backup FOLDER` makes one on its host.";

    public bool IsOn => settings.Backup.Folder.Length > 0;

    public async Task<BackupMade> Run(CancellationToken ct)
    {
        var made = await reports.Note(KeepingWork.Backup, "", () => MakeBackup.Run(settings.Data, new(settings.Backup.Folder), settings.Backup.Keys, settings.Backup.Keep, time, ct),
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
