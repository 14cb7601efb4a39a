namespace Skyline.Server.Storage;

/// <summary>
/// What is committed stands in SQLite's write-ahead log, and is on the disk once that has been flushed. That takes milliseconds in which
/// SQLite itself would let nobody write; so it is told not to (synchronous=NORMAL), and this flushes the log beside the next commits. Whoever
/// wrote is told after a flush that began after their commit, so what is answered survives a power cut. A log is read again from its start to
/// the first page that is not whole: a write that is on the disk has all before it there too. (https://sqlite.org/wal.html,
/// https://sqlite.org/pragma.html#pragma_synchronous)
/// </summary>
sealed class Flushes(Action flush)
{
    readonly Lock adding = new();
    List<PendingWrite> committed = [];
    bool isFlushing;

    /// <param name="changed">Whether they wrote anything. If not, they wait for what they may have read all the same.</param>
    public void Add(List<PendingWrite> writes, bool changed)
    {
        lock (adding)
        {
            if (changed || isFlushing || committed.Count > 0)
            {
                committed.AddRange(writes);
                return;
            }
        }
        foreach (var write in writes) write.Tell();
    }

    /// <summary>Flushes what has been committed, unless somebody does already, who will go on with it.</summary>
    public void Flush()
    {
        lock (adding)
        {
            if (isFlushing || committed.Count == 0) return;
            isFlushing = true;
        }
        if (Once()) ThreadPool.UnsafeQueueUserWorkItem(static flushes => flushes.Rest(), this, preferLocal: false);
    }

    void Rest()
    {
        while (Once()) { }
    }

    /// <returns>Whether more has been committed meanwhile.</returns>
    bool Once()
    {
        List<PendingWrite> now;
        lock (adding) (now, committed) = (committed, []);
        Exception? fault = null;
        try
        {
            flush();
        }
        catch (Exception e)
        {
            fault = e;
        }
        foreach (var write in now)
            if (fault is null) write.Tell();
            else write.Fail(fault);
        lock (adding) return isFlushing = committed.Count > 0;
    }
}
