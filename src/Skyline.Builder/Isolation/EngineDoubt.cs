using System.Collections.Concurrent;

namespace Skyline.Builder;

/// <summary>
/// Which runs have a container, and whether the engine may have others that nobody knows of: it did not answer once, and may yet do
/// what it was asked.
/// </summary>
sealed class EngineDoubt(TimeSpan patience, TimeProvider time)
{
    readonly ConcurrentDictionary<long, int> underWay = new();
    /// <summary>Timestamp of the last call without an answer; 0: there is no doubt.</summary>
    long raised;

    public bool IsOver => Volatile.Read(ref raised) == 0;

    public void Raise() => Volatile.Write(ref raised, time.GetTimestamp());

    /// <summary>Nothing strange was found. Believed only when what was asked last has had the time to happen.</summary>
    public void Settle()
    {
        var since = Volatile.Read(ref raised);
        if (time.GetElapsedTime(since) > patience) Interlocked.CompareExchange(ref raised, 0, since);
    }

    public bool IsUnderWay(long run) => underWay.GetValueOrDefault(run) > 0;

    /// <summary>The run has a container, or is about to, until this is disposed.</summary>
    public IDisposable Begin(long run)
    {
        underWay.AddOrUpdate(run, 1, (_, count) => count + 1);
        return new Over(() =>
        {
            if (underWay.AddOrUpdate(run, 0, (_, count) => count - 1) == 0) underWay.TryRemove(new(run, 0));
        });
    }

    sealed class Over(Action act) : IDisposable
    {
        Action? act = act;

        public void Dispose() => Interlocked.Exchange(ref act, null)?.Invoke();
    }
}
