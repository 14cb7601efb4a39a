using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;

namespace Skyline.Server.Storage;

/// <summary>
/// A connection that keeps its statements prepared: whoever asks the same again (the same text; values are parameters) pays for no
/// parsing and planning. Of one thread at a time, as any connection.
/// </summary>
sealed class KeptStatements(SqliteConnection inner) : DbConnection
{
    /// <summary>Lists in a statement (`IN @ids`) make a text a length; those do not crowd out the others for ever.</summary>
    const int MostKept = 400;

    /// <summary>Who may read what, for <see cref="Privacy.Hidden"/>.</summary>
    public Privacy.Readers? Readers { get; set; }

    readonly Dictionary<string, SqliteCommand> kept = new(StringComparer.Ordinal);

    /// <summary>Whether no transaction is open: SQLite ends one by itself when a disk is full.</summary>
    public bool IsIdle => SQLitePCL.raw.sqlite3_get_autocommit(inner.Handle) != 0;

    /// <summary>Rows that have been written through it since it was opened.</summary>
    public long Changes => SQLitePCL.raw.sqlite3_total_changes(inner.Handle);

    public void Do(string statement)
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

    public void UndoIfOpen()
    {
        if (!IsIdle) Do("ROLLBACK");
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
        if (disposing)
        {
            Forget();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    [AllowNull] public override string ConnectionString { get => "skyline"; set => throw new NotSupportedException(); }
    public override string Database => "main";
    public override string DataSource => inner.DataSource;
    public override string ServerVersion => inner.ServerVersion;
    public override ConnectionState State => inner.State;
    public override void Open() => inner.Open();
    public override void Close() => inner.Close();
    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException("Transactions are the database's: Write and Read.");
}

/// <summary>One use of a statement; disposed, it goes back to be used again.</summary>
sealed class KeptCommand(KeptStatements connection) : DbCommand
{
    /// <summary>Holds the parameters while Dapper adds them, and the text while it writes a list's names into it.</summary>
    readonly SqliteCommand given = new();
    SqliteCommand? rented;
    string text = "";

    SqliteCommand Rented
    {
        get
        {
            if (rented is not null) return rented;
            rented = connection.Rent(text);
            foreach (SqliteParameter parameter in given.Parameters) rented.Parameters.Add(parameter);
            return rented;
        }
    }

    [AllowNull]
    public override string CommandText
    {
        get => text;
        set => text = rented is null ? value ?? "" : throw new NotSupportedException("A command is used once.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && rented is { } used) connection.Return(text, used);
        rented = null;
        base.Dispose(disposing);
    }

    public override int ExecuteNonQuery() => Rented.ExecuteNonQuery();
    public override object? ExecuteScalar() => Rented.ExecuteScalar();
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Rented.ExecuteReader(behavior);
    protected override DbParameter CreateDbParameter() => new SqliteParameter();
    protected override DbParameterCollection DbParameterCollection => given.Parameters;
    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException(); }
    protected override DbTransaction? DbTransaction { get; set; }
    public override int CommandTimeout { get; set; } = 30;
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    public override void Cancel() => rented?.Cancel();
    public override void Prepare() { }
}

/// <summary>What a write is given: the one transaction that is open on its connection.</summary>
sealed class KeptTransaction(KeptStatements connection) : DbTransaction
{
    public KeptStatements On => connection;

    /// <summary>On whose behalf the present one of its writes is; null: the server's own.</summary>
    public Actor? By { get; private set; }

    /// <summary>What the present one of its writes has noted.</summary>
    public List<Change> Notes { get; private set; } = [];

    /// <summary>The present one need not be noted.</summary>
    public bool IsNoChange { get; set; }

    /// <summary>Tags that it has changed and that ask for a second person, and builds that came into tags or went out of them.</summary>
    public List<long> Held { get; } = [];
    public List<BuildMove> Moves { get; } = [];

    /// <summary>The first tag event that it has recorded.</summary>
    public long? FirstEvent { get; set; }

    /// <summary>Of all its writes: what is kept at hand of what they write, and how that is undone.</summary>
    public List<(Action Show, Action Undo)> Shown { get; } = [];

    public void LetGo()
    {
        Held.Clear();
        Moves.Clear();
        FirstEvent = null;
    }

    public void Begin(Actor? by)
    {
        (By, IsNoChange) = (by, false);
        LetGo();
        if (Notes.Count > 0) Notes = [];
    }

    protected override DbConnection DbConnection => connection;
    public override IsolationLevel IsolationLevel => IsolationLevel.Serializable;
    public override void Commit() => connection.Do("COMMIT");
    public override void Rollback() => connection.UndoIfOpen();
}
