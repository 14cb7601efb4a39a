using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Skyline.Server.Storage;

/// <summary>
/// A connection that keeps its statements prepared: whoever asks the same again (the same text; values are parameters) pays for no
/// parsing and planning. Of one thread at a time, as any connection.
/// </summary>
abstract class KeptStatements(DbConnection inner) : DbConnection
{
    /// <summary>Lists in a statement (`IN @ids`) make a text a length; those do not crowd out the others for ever.</summary>
    public const int MostKept = 400;

    /// <summary>Who may read what, for <see cref="Privacy.Hidden"/>.</summary>
    public Privacy.Readers? Readers { get; set; }

    /// <summary>Whether no transaction is open: one ends by itself when a disk is full, or the connection is lost.</summary>
    public abstract bool IsIdle { get; }

    /// <summary>Rows that have been written through it since it was opened.</summary>
    public abstract long Changes { get; }

    public abstract void Do(string statement);

    public void UndoIfOpen()
    {
        if (!IsIdle) Do("ROLLBACK");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
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
