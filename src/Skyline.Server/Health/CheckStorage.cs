using System.Data;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>What is on the disk, in numbers; and what the nightly work said of it last.</summary>
/// <param name="Damage">What SQLite's own check said last; null: nothing is wrong, or it was not looked (<paramref name="TooLarge"/>).</param>
sealed record StorageFacts(long DatabaseBytes, long LogBytes, string? Damage, bool TooLarge, long RoomLeft, long WarnBelow, LastReport? Checked, LastReport? Retention, DateTimeOffset Since, DateTimeOffset Now)
{
    /// <summary>Null: nobody made one yet.</summary>
    public BackupMade? Backup { get; init; }

    /// <summary>Where they go by the clock; empty: none are made so.</summary>
    public string BackupFolder { get; init; } = "";

    /// <summary>Below so much room nothing new is begun.</summary>
    public long StopsBelow { get; init; }

    /// <summary>Of those by the clock.</summary>
    public LastReport? BackupTried { get; init; }
}

/// <param name="Findings">Of a check of everything that is kept.</param>
sealed record LastReport(DateTimeOffset? EndedAt, DateTimeOffset TriedAt, string? Why, int Findings);

/// <summary>Database, disk and files, judged purely.</summary>
static class CheckStorage
{
    const long LargeLog = 1L << 30;
    static readonly TimeSpan nightly = TimeSpan.FromHours(50), weekly = TimeSpan.FromDays(8), longUnchecked = TimeSpan.FromDays(90);

    public static IEnumerable<Finding> Judge(StorageFacts facts)
    {
        yield return Database(facts);
        if (facts.LogBytes > LargeLog)
            yield return new("database", HealthState.Warning, $"The database's write-ahead log has grown to {Sizes.Bytes(facts.LogBytes)}: something has been reading for very long, so it cannot be written back.", $"It is written back by itself when that ends. If it goes on growing, restart the server, which ends it at once.");
        yield return Disk(facts.RoomLeft, facts.WarnBelow, facts.StopsBelow);
        yield return Files(facts);
        yield return Nightly(facts);
        yield return Backups(facts);
    }

    static Finding Database(StorageFacts facts) => facts switch
    {
        { Damage: { } damage } => new("database", HealthState.Fault, $"The database is damaged: {damage}", $"Stop the server, put a copy of the data folder aside, and restore the last backup into an empty one: `skyline-server restore {facts.Backup?.Folder ?? "BACKUPS"}`."),
        { TooLarge: true } => Finding.Ok("database", $"The database takes {Sizes.Bytes(facts.DatabaseBytes)}, too much to be checked whole for this page; `skyline repo verify` checks it."),
        _ => Finding.Ok("database", $"The database takes {Sizes.Bytes(facts.DatabaseBytes)} and is sound."),
    };

    public static Finding Disk(long roomLeft, long warnBelow, long stopsBelow) => roomLeft switch
    {
        <= 0 => new("disk", HealthState.Fault, $"The disk is full, so builds and uploads are refused.", $"Free space on the disk of the data folder, or have tags keep less: what each keeps is on the page of keeping.", "/keeping"),
        var room when room <= stopsBelow => new("disk", HealthState.Fault, $"Only {Sizes.Bytes(room)} are left on the disk, so no new builds and uploads are begun; those under way may end.", $"Free space on the disk of the data folder, or have tags keep less: what each keeps is on the page of keeping. Above {Sizes.Bytes(stopsBelow)} they are taken again by themselves.", "/keeping"),
        var room when room < warnBelow => new("disk", HealthState.Warning, $"Only {Sizes.Bytes(room)} are left on the disk, which is less than the {Sizes.Bytes(warnBelow)} below which it is warned. When it is full, builds and uploads are refused.", $"Free space on the disk of the data folder, or have tags keep less: what each keeps is on the page of keeping.", "/keeping"),
        var room => Finding.Ok("disk", $"There is room for {Sizes.Bytes(room)} on the disk.", "/keeping"),
    };

    static Finding Files(StorageFacts facts) => facts.Checked switch
    {
        { Findings: > 0 and var found } => new("files", HealthState.Fault, $"The last check of all that is kept found damage. Findings: {found}.", $"The page of keeping lists them. Restore what is damaged from a backup, or build it again.", "/keeping"),
        { EndedAt: { } at } when facts.Now - at < longUnchecked => Finding.Ok("files", $"All that is kept was compared with its digests on {at:yyyy-MM-dd}, and nothing was wrong.", "/keeping"),
        { EndedAt: { } at } => new("files", HealthState.Warning, $"All that is kept was last compared with its digests on {at:yyyy-MM-dd}: a failing disk would be noticed late.", $"Begin a check on the page of keeping, or with `skyline repo verify`; builds go on meanwhile.", "/keeping"),
        _ when facts.Now - facts.Since < longUnchecked => Finding.Ok("files", $"Files are checked when they come and when they are published. `skyline repo verify` checks all of them at once."),
        _ => new("files", HealthState.Warning, $"All that is kept was never compared with its digests: a failing disk would be noticed late.", $"Begin a check on the page of keeping, or with `skyline repo verify`; builds go on meanwhile.", "/keeping"),
    };

    static Finding Nightly(StorageFacts facts) => facts.Retention switch
    {
        { Why: { } why } last when last.EndedAt is null || last.EndedAt < last.TriedAt => new("nightly work", HealthState.Warning, $"Retention did not finish on {last.TriedAt:yyyy-MM-dd HH:mm} UTC: {why}", $"Mend what it says. It is tried again every night at {KeepTidy.At}, and until it finishes the disk fills.", "/keeping"),
        { EndedAt: { } at } when facts.Now - at < nightly => Finding.Ok("nightly work", $"Retention and the collection of garbage ran last on {at:yyyy-MM-dd HH:mm} UTC.", "/keeping"),
        null when facts.Now - facts.Since < nightly => Finding.Ok("nightly work", $"Retention and the collection of garbage run every night at {KeepTidy.At}, by the server's clock."),
        _ => new("nightly work", HealthState.Warning, $"Retention has not run for more than two days, though it is to run every night at {KeepTidy.At}: the disk fills.", $"Is the server off at that time? Run it now on the page of keeping, or with `skyline repo retention --apply`.", "/keeping"),
    };

    static Finding Backups(StorageFacts facts) => facts switch
    {
        { BackupFolder.Length: > 0, BackupTried: { Why: { } why } tried } when (tried.EndedAt is null || tried.EndedAt < tried.TriedAt) && !(facts.Backup?.MadeAt >= tried.TriedAt) => new("backups", HealthState.Fault, $"The backup of {tried.TriedAt:yyyy-MM-dd HH:mm} UTC did not come to its end: {why}", $"See that the folder {facts.BackupFolder} is there, has room, and that the user which the server runs as may write into it (under systemd it must be among ReadWritePaths). `skyline backup` tries it again at once."),
        { Backup: { } last } when facts.BackupFolder.Length == 0 || facts.Now - last.MadeAt < nightly => Backups(last, facts.Now),
        { Backup: { } last } => new("backups", HealthState.Fault, $"The last backup is of {last.MadeAt:yyyy-MM-dd HH:mm} UTC, though they are to be made by the clock.", $"Is the server off at that time? `skyline backup` makes one now; Skyline__Backup__Cron says when they are made.", "/settings?show=Keeping#Backup:Cron"),
        _ when facts.Now - facts.Since < weekly => Finding.Ok("backups", $"No backup has been made yet. Skyline__Backup__Folder has them made every night.", "/settings?show=Keeping#Backup:Folder"),
        _ => Backups(null, facts.Now),
    };

    /// <summary>As far as can be said without a server.</summary>
    public static Finding Backups(BackupMade? made, DateTimeOffset now) => made switch
    {
        { MissingCount: > 0 } last => new("backups", HealthState.Fault, $"The backup of {last.MadeAt:yyyy-MM-dd HH:mm} UTC lacks packages that were missing or damaged already: {last.MissingCount}.", $"`skyline repo verify` says which. Restore them from an earlier backup, or build or import them again."),
        { } last when now - last.MadeAt < weekly => Finding.Ok("backups", $"The last backup is of {last.MadeAt:yyyy-MM-dd HH:mm} UTC, in {last.Folder}."),
        { } last => new("backups", HealthState.Warning, $"The last backup is of {last.MadeAt:yyyy-MM-dd HH:mm} UTC: what happened since is nowhere else.", $"Make one with `skyline-server backup FOLDER` on the server's host, or have them made every night: Skyline__Backup__Folder.", "/settings?show=Keeping#Backup:Folder"),
        _ => new("backups", HealthState.Warning, $"No backup was ever made: if this disk fails, all is lost.", $"Have them made every night: Skyline__Backup__Folder names the folder, on another disk.", "/settings?show=Keeping#Backup:Folder"),
    };

    /// <summary>What SQLite's own check says; null: that nothing is wrong.</summary>
    public static string? Damage(IDbConnection db) => db.All<string>("PRAGMA quick_check(3)") is ["ok"] ? null : string.Join("; ", db.All<string>("PRAGMA quick_check(3)"));
}
