namespace Skyline.Server.Storage;

/// <summary>Of what is kept in memory of the database: whether it is what the database says. This server's own writes tell, and those of others.</summary>
sealed class Known
{
    long commits, sights;
    bool sightsChange;

    public ChangedBuilds Builds { get; } = new();

    /// <summary>As long as it is the same, nothing has been written.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>Grows by one before a commit that changes who may read what, and by one after. What others write is not heard of: then it is odd for as long.</summary>
    public long Sights => IsDeaf ? Interlocked.Read(ref sights) | 1L : Interlocked.Read(ref sights);

    /// <summary>What other servers write is not heard of.</summary>
    public bool IsDeaf { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>Another server has recorded a snapshot of a tag; with its number.</summary>
    public event Action<long, long>? Snapshot;

    /// <summary>Of the transaction that is open; one at a time writes.</summary>
    public void SightsChange() => sightsChange = true;

    public void Committing()
    {
        if (sightsChange) Interlocked.Increment(ref sights);
    }

    /// <summary>Whether it has come to anything or not.</summary>
    public void Ended()
    {
        // Odd, it says that one is being written.
        if (Interlocked.Read(ref sights) % 2 != 0) Interlocked.Increment(ref sights);
        sightsChange = false;
        Builds.Committed();
    }

    public void Committed() => Interlocked.Increment(ref commits);

    public void OthersSightsChange() => Interlocked.Add(ref sights, 2);

    public void OthersSnapshot(long tag, long snapshot) => Snapshot?.Invoke(tag, snapshot);

    /// <summary>Nothing was heard for so long that it is not known what changed.</summary>
    public void OthersChangedAll()
    {
        OthersSightsChange();
        Builds.HeardOfTooMany();
        Everything?.Invoke();
    }

    /// <summary>Other servers have changed more than is known.</summary>
    public event Action? Everything;
}
