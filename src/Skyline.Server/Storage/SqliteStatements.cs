using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>SQLite's form: a statement goes out to one who asks, and comes back to be used again.</summary>
sealed class SqliteStatements(SqliteConnection inner) : KeptStatements(inner)
{
    readonly Dictionary<string, SqliteCommand> kept = new(StringComparer.Ordinal);

    /// <summary>SQLite ends a transaction by itself when a disk is full.</summary>
    public override bool IsIdle => SQLitePCL.raw.sqlite3_get_autocommit(inner.Handle) != 0;

    public override long Changes => SQLitePCL.raw.sqlite3_total_changes(inner.Handle);

    public override void Do(string statement)
    {
        var command = Rent(statement);
        try
        {
            command.ExecuteNonQuery();
        }
        finally
        {
            Return(statement, command);
        }
    }

    internal SqliteCommand Rent(string text)
    {
        if (kept.Remove(text, out var known)) return known;
        var command = inner.CreateCommand();
        command.CommandText = text;
        return command;
    }

    internal void Return(string text, SqliteCommand command)
    {
        command.Parameters.Clear();
        if (kept.Count >= MostKept) Forget();
        if (!kept.TryAdd(text, command)) command.Dispose();
    }

    void Forget()
    {
        foreach (var command in kept.Values) command.Dispose();
        kept.Clear();
    }

    protected override DbCommand CreateDbCommand() => new KeptCommand(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Forget();
        base.Dispose(disposing);
    }
}
