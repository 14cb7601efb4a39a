using Microsoft.Data.Sqlite;
using Skyline.Server.Backups;

namespace Skyline.Server.Storage;

/// <summary>A database that its file no longer is. Reading goes on as far as it can; nothing is written into it any more.</summary>
public sealed class DamagedDatabaseException(string message) : InvalidOperationException(message);

/// <summary>What SQLite says of a file, as a sentence with the cure. Pure.</summary>
static class DatabaseFault
{
    const int Io = 10, Corrupt = 11, Full = 13, CannotOpen = 14, ReadOnly = 8, NoDatabase = 26;

    static string Restore(string file) => $"Stop the server, put the data folder aside, and restore a backup into an empty one: {LastBackup.HowToRestore(Path.GetDirectoryName(file) ?? "")}; the manual's page \"Back up and restore\" says how.";

    public static bool IsDamage(SqliteException fault) => fault.SqliteErrorCode is Corrupt or NoDatabase;

    public static DamagedDatabaseException Damaged(string file, string what) => new($"The database {file} is damaged: {what} Nothing is written into it as it is. {Restore(file)}");

    /// <summary>What stops a start; null: that is a defect of ours, not the machine's.</summary>
    public static Exception? AtStart(string file, SqliteException fault) => fault.SqliteErrorCode switch
    {
        Corrupt or NoDatabase => Damaged(file, Sentence(fault)),
        Full => new IOException($"The disk is full, so the database {file} could not be opened for writing. Nothing of it is lost: free space on that disk, and start again."),
        CannotOpen or ReadOnly => new IOException($"The database {file} cannot be opened for writing ({Sentence(fault)}). See that the user which the server runs as owns it and the folder that it is in."),
        Io => new IOException($"The disk did not read or write the database {file} ({Sentence(fault)}). See what the kernel's log says of that disk; where the file is damaged: {Restore(file)}"),
        _ => null,
    };

    public static string Sentence(SqliteException fault) => fault.Message.TrimEnd('.') + ".";
}
