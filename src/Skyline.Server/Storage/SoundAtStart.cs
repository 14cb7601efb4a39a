using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>
/// SQLite's own check of a database before anything relies on it. It may do so much work only: a small database is looked through whole, of a large
/// one the beginning, and the rest by the page of health and `skyline repo verify`.
/// </summary>
static class SoundAtStart
{
    /// <summary>Ten thousand steps of SQLite's machine, about half a millisecond.</summary>
    const int Portion = 10_000;
    const int Interrupted = 9;
    public const int AtStart = 300, Patient = 100_000;

    /// <param name="portions">How much may be done.</param>
    /// <exception cref="DamagedDatabaseException">It is not sound.</exception>
    public static void Check(SqliteConnection connection, string file, int portions)
    {
        var done = 0;
        SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, Portion, _ => ++done > portions ? 1 : 0, null);
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
