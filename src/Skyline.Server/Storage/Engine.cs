namespace Skyline.Server.Storage;

/// <summary>What the tables are kept in: SQLite's file (<see cref="SqliteFile"/>), or a PostgreSQL that several servers share (<see cref="Postgresql.SharedDatabase"/>).</summary>
abstract class Engine : IDisposable
{
    /// <summary>What it said when it met damage while the server ran; null: it met none. Since then nothing is written.</summary>
    public virtual string? Damage => null;

    /// <summary>What damage a write is refused with.</summary>
    public virtual Exception Damaged(string found) => throw new NotSupportedException();

    /// <summary>The one connection that writes, its transaction begun: nobody else writes beside it, on any server.</summary>
    public abstract KeptStatements BeginWrite();

    /// <summary>All writes have been carried out; what they change of what is kept in memory is known after this.</summary>
    public virtual void Committing(KeptStatements writer, bool changed) { }

    /// <summary>Tells those who wrote when what they wrote is on the disk.</summary>
    public abstract void Committed(List<PendingWrite> writes, bool changed);

    /// <summary>Nobody waits for the writer any more.</summary>
    public virtual void Flush() { }

    public abstract KeptStatements OpenReader();

    /// <summary>From here on it reads as of one moment.</summary>
    public abstract void BeginRead(KeptStatements reader);

    /// <summary>Every column that refers to another table: what is hidden with what.</summary>
    public abstract string References { get; }

    /// <summary>How much it takes on a disk.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether a fault is of such a kind that the rest of a commit cannot be gone on with.</summary>
    public virtual bool IsDamage(Exception fault) => false;

    /// <summary>What is damaged is not written into: more of it would be, and what can still be read would be lost.</summary>
    public virtual void Meet(Exception fault) { }

    /// <summary>Whether the connection was lost, so that another may be tried.</summary>
    public virtual bool IsAway(Exception fault) => false;

    /// <summary>What is rung here is to be heard by every server.</summary>
    public virtual void Connect(Bells bells) { }

    public abstract void Dispose();
}
