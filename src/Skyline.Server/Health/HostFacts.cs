using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>What is seen of a data folder from outside, with no server.</summary>
/// <param name="WhyNoFolder">Why it cannot be written into; null: it can.</param>
/// <param name="Owner">Who it belongs to, where that is somebody else than who asks; by number.</param>
/// <param name="Open">Whether others than its owner may look into it.</param>
/// <param name="Holder">Who runs on it; null: nobody.</param>
/// <param name="Schema">Of the database; null: there is none, or it cannot be read.</param>
/// <param name="Damage">Of the database.</param>
/// <param name="WhyNoKey">What is wrong with the key file; null: nothing is, or none is there yet.</param>
/// <param name="RoomLeft">Bytes beside the reserve.</param>
sealed record HostFacts(string Data, string? WhyNoFolder, uint? Owner, bool Open, string? Holder, bool HasDatabase, int? Schema, string? WrittenBy, string? Damage, string? WhyNoKey, long RoomLeft);

/// <summary>Looks, and changes nothing but for a file that it makes and removes.</summary>
static partial class ReadHost
{
    public static HostFacts Of(SkylineSettings settings)
    {
        var data = Path.GetFullPath(settings.Data);
        var why = WhyNotWritable(data);
        var there = Directory.Exists(data);
        var file = Path.Combine(data, "skyline.db");
        var (schema, by, damage) = File.Exists(file) ? Database(file) : default;
        return new(data, why, there ? OtherOwner(data) : null, there && (File.GetUnixFileMode(data) & (UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute)) != 0,
            why is null ? FolderLock.Holder(data) : null, File.Exists(file), schema, by, damage, WhyNoKey(settings), there ? new DriveInfo(data).AvailableFreeSpace - settings.DiskReserveBytes : 0);
    }

    static string? WhyNotWritable(string data)
    {
        if (!Directory.Exists(data)) return "it is not there";
        try
        {
            var tried = Path.Combine(data, $".tried-{Guid.NewGuid():n}");
            File.WriteAllText(tried, "skyline");
            File.Delete(tried);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message.TrimEnd('.');
        }
    }

    static uint? OtherOwner(string data) => OwnFile.Owner(data) is var owner && owner != geteuid() ? owner : null;

    /// <summary>Read only; bounded in time as at a start.</summary>
    static (int? Schema, string? By, string? Damage) Database(string file)
    {
        try
        {
            using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            database.Open();
            var schema = Migrations.Of(database);
            SoundAtStart.Check(database, file, SoundAtStart.Patient);
            return (schema, schema > Migrations.Newest ? Migrations.TooNew(database, schema) : null, null);
        }
        catch (DamagedDatabaseException damaged)
        {
            return (null, null, damaged.Message);
        }
        catch (SqliteException fault)
        {
            return (null, null, DatabaseFault.AtStart(file, fault)?.Message ?? DatabaseFault.Sentence(fault));
        }
    }

    static string? WhyNoKey(SkylineSettings settings)
    {
        try
        {
            OwnFile.Read(KeyFile.PathOf(settings));
            return null;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    /// <returns>Null: a server could listen there; or why not.</returns>
    public static string? WhyNotListen(Uri address)
    {
        try
        {
            using var listener = new TcpListener(address.HostNameType switch
            {
                UriHostNameType.IPv4 or UriHostNameType.IPv6 => IPAddress.Parse(address.Host.Trim('[', ']')),
                _ when address.Host == "localhost" => IPAddress.Loopback,
                _ => IPAddress.Any,
            }, address.Port);
            listener.Start();
            return null;
        }
        catch (SocketException fault)
        {
            return fault.Message;
        }
    }

    [LibraryImport("libc")] private static partial uint geteuid();
}
