using System.Collections.Concurrent;

namespace Skyline.Server.Externals;

/// <summary>One act at a time on one thing: who asks meanwhile gets that one's outcome. It goes on when whoever began it has gone.</summary>
sealed class Flights<TKey, T> : IAsyncDisposable where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Lazy<Task<T>>> underWay = new();

    public bool IsUnderWay(TKey key) => underWay.ContainsKey(key);

    /// <summary>To be asked before what they write is read: one that ends in between would be neither under way nor done.</summary>
    public IReadOnlySet<TKey> UnderWay => underWay.Keys.ToHashSet();

    /// <param name="landed">When it is under way no more.</param>
    public Task<T> Join(TKey key, Func<Task<T>> act, Action<T>? landed = null) => underWay.GetOrAdd(key, _ => new(() => Task.Run(() => Fly(key, act, landed)))).Value;

    async Task<T> Fly(TKey key, Func<Task<T>> act, Action<T>? landed)
    {
        T outcome;
        try
        {
            outcome = await act();
        }
        finally
        {
            // Only here, and once: a moment later another one's may be under way.
            underWay.TryRemove(key, out _);
        }
        landed?.Invoke(outcome);
        return outcome;
    }

    /// <summary>For the server's end: those under way are told to stop by whoever began them, and waited for, so that nothing writes to what is closed.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(underWay.Values.Select(flight => flight.Value)).ContinueWith(_ => { }, TaskScheduler.Default);
}
