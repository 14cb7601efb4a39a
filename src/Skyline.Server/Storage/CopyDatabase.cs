using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>
/// A copy of a database as of one moment, whoever writes into it meanwhile: SQLite's backup, all pages in one step, which is one read transaction of
/// its log. (https://sqlite.org/backup.html) The copy is one file without a log, and on the disk when this returns.
/// </summary>
static class CopyDatabase
{
    public static void To(SqliteConnection from, string path)
    {
        using (var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            to.Open();
            from.BackupDatabase(to);
            to.Execute("PRAGMA journal_mode=DELETE");
        }
        using var file = OnDisk.OpenFile(path);
        OnDisk.SyncData(file, path);
    }
}
