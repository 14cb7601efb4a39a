using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>PostgreSQL's form of a connection that keeps its statements prepared: Npgsql prepares by itself what comes a second time.</summary>
sealed class Statements(NpgsqlConnection inner) : KeptStatements(inner)
{
    const int MostWords = 5000;

    static readonly ConcurrentDictionary<string, string> words = new(StringComparer.Ordinal);

    bool isOpen;
    long changes;

    public override bool IsIdle => !isOpen || State != ConnectionState.Open;

    public override long Changes => changes;

    public void Changed(int rows)
    {
        if (rows > 0) changes += rows;
    }

    /// <summary>It broke while it was at rest, or in the statement before.</summary>
    public void RefuseIfLost()
    {
        if (State != ConnectionState.Open) throw new NpgsqlException("The connection to PostgreSQL was lost.", new IOException("It is closed."));
    }

    public override void Do(string statement)
    {
        // Even where it fails, or the connection with it, its transaction is over.
        if (statement is "ROLLBACK" or "COMMIT") isOpen = false;
        using var command = CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
        if (statement.StartsWith("BEGIN", StringComparison.Ordinal)) isOpen = true;
    }

    protected override DbCommand CreateDbCommand() => new Command(this, inner.CreateCommand());

    /// <summary>A statement in PostgreSQL's words. (Lists in one make a text a length; those are not kept for ever.)</summary>
    public static string Words(string sqlite)
    {
        if (words.TryGetValue(sqlite, out var known)) return known;
        if (words.Count >= MostWords) words.Clear();
        return words[sqlite] = Dialect.Of(sqlite);
    }
}
