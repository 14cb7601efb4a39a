namespace Skyline.Server.Backups;

/// <summary>Backups by the clock: `Skyline:Backup:Folder` and so on. Off without a folder.</summary>
public sealed class BackupSettings
{
    /// <summary>The folder of backups, on another disk than the data folder; empty: none are made by the clock.</summary>
    public string Folder { get; set; } = "";

    /// <summary>When, as Quartz writes it: seconds, minutes, hours, day of the month, month, day of the week; by the server's clock.</summary>
    public string Cron { get; set; } = "0 40 4 * * ?";

    /// <summary>How many backups stay; the oldest go.</summary>
    public int Keep { get; set; } = 7;

    /// <summary>Whether the key file, which opens the signing keys, and the files with tokens are part of it.</summary>
    public bool Keys { get; set; } = true;
}
