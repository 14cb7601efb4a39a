using System.Data;
using System.Data.Common;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;

namespace Skyline.Server.Storage;

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
