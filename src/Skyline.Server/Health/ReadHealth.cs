using System.Data;
using Skyline.Protocol;
using Skyline.Server.Backups;
using Skyline.Server.Builders;
using Skyline.Server.Keeping;
using Skyline.Server.Mail;
using Skyline.Server.Privacy;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>Looks at everything that the appliance needs, for its administrators: each check says what it found, and what to do about it.</summary>
sealed class ReadHealth(Database database, Blobs blobs, SigningKeys keys, KeepingReports reports, SkylineSettings settings, IConfiguration configuration, IServiceProvider services, TimeProvider time)
{
    /// <summary>What is larger is not read whole because somebody opens a page; and what was read is believed for a while.</summary>
    const long SmallDatabase = 256L << 20;
    static readonly TimeSpan believed = TimeSpan.FromMinutes(10);

    sealed record Sound(DateTimeOffset At, string? Damage);

    volatile Sound? sound;

    public ServerHealth OnTheWire()
    {
        var findings = Look();
        return new(Worst(findings), time.GetUtcNow(), VersionNotice.Own, [.. findings.Select(finding => finding.OnTheWire())]);
    }

    public static HealthState Worst(IEnumerable<Finding> findings) => findings.Select(finding => finding.State).DefaultIfEmpty().Max();

    /// <summary>Of all tags, whoever looks: administrators see them all.</summary>
    public IReadOnlyList<Finding> Look() => Sight.Everything(() =>
    {
        var now = time.GetUtcNow();
        try
        {
            var (storage, unsigned) = (Storage(now), keys.WhyNot());
            return database.Read(db => (IReadOnlyList<Finding>)[
                .. CheckStorage.Judge(storage), .. CheckPublishing.Look(db, unsigned, now), .. CheckBuilders.Look(db, now), .. CheckPools.Look(db),
                .. CheckTelling.Look(db, WriteLetters.WhyOff(settings), settings.Mail.IsOn, now), .. CheckCertificates.Look(settings, Certificates(), now), .. CheckHost.Programs(settings, CheckHost.Find), .. CheckHost.Settings(configuration), .. Shown(now)]);
        }
        catch (System.Data.Common.DbException fault)
        {
            return [new("database", HealthState.Fault, $"The database cannot be read: {fault.Message}", $"See that the disk of the data folder is there, and that the user which the server runs as may read and write it. The server's log says more.")];
        }
    });

    StorageFacts Storage(DateTimeOffset now)
    {
        var folder = new DirectoryInfo(settings.Data);
        var bytes = database.Bytes;
        var log = folder.EnumerateFiles("skyline.db-wal").Sum(file => file.Length);
        var small = bytes <= SmallDatabase;
        var all = reports.All();
        return new(bytes, log, small ? Damage(now) : database.Damage, !small, blobs.RoomLeft(), settings.WarnFreeBytes, Last(all, KeepingWork.Check), Last(all, KeepingWork.Retention),
            database.Read(db => db.One<long>("SELECT coalesce(min(created_at), 0) FROM users")).ToTime(), now)
        {
            StopsBelow = blobs.StopsBelow(), Backup = LastBackup.Of(settings.Data), BackupFolder = settings.Backup.Folder, BackupTried = Last(all, KeepingWork.Backup),
        };
    }

    static LastReport? Last(IEnumerable<KeptReport> all, KeepingWork work) => all.FirstOrDefault(one => one.Work == work.ToString() && one.Subject.Length == 0) is { } last
        ? new(last.EndedAt.ToTime(), last.TriedAt.ToTime(), last.Why, work == KeepingWork.Check ? last.As(SkylineJson.Default.CheckSummary)?.Result.Findings ?? 0 : 0) : null;

    string? Damage(DateTimeOffset now)
    {
        if (sound is { } known && now - known.At < believed) return known.Damage;
        var damage = database.Damage ?? (database.IsShared ? null : database.Read(CheckStorage.Damage));
        sound = new(now, damage);
        return damage;
    }

    IEnumerable<Finding> Shown(DateTimeOffset now) => services.GetService<Edge.ICertificateSource>() is { } source ? [source.Look(now)] : [];

    IEnumerable<(FormattableString What, string File)> Certificates()
    {
        if (configuration["Kestrel:Certificates:Default:Path"] is { Length: > 0 } own && !own.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)) yield return ($"the certificate of this server", own);
        if (settings.ClientCertificates.Authority is { Length: > 0 } authority) yield return ($"the certificate of the authority for people's certificates", authority);
        if (settings.Mail.CertificateFile is { Length: > 0 } mail) yield return ($"the certificate of the mail server's authority", mail);
    }
}
