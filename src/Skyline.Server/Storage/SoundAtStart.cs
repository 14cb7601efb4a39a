using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>
/// SQLite's own check of a database before anything relies on it. It may take so long only: a small database is looked through whole, of a large
/// one the beginning, and the rest by the page of health and `skyline repo verify`.
/// </summary>
static class SoundAtStart
{
    static readonly TimeSpan most = TimeSpan.FromMilliseconds(150);
    const int Interrupted = 9, Every = 10_000;

    /// <exception cref="DamagedDatabaseException">It is not sound.</exception>
    public static void Check(SqliteConnection connection, string file, TimeSpan? within = null)
    {
        var longest = within ?? most;
        var begun = Stopwatch.GetTimestamp();
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, Every, _ => Stopwatch.GetElapsedTime(begun) > longest ? 1 : 0, null);
        try
        {
            if (connection.Query<string>("PRAGMA quick_check(3)").AsList() is not ["ok"] and var found) throw DatabaseFault.Damaged(file, string.Join("; ", found) + ".");
        }
        catch (SqliteException late) when (late.SqliteErrorCode == Interrupted)
        {
            // So far it is.
        }
        finally
        {
            SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }
}
