using System.Collections.Concurrent;

namespace Skyline.Server.Externals;

/// <summary>Room for so many at once, and for fewer of one external repository: an upstream that is slow holds up its own alone.</summary>
sealed class Room(int most, int mostOfOne) : IDisposable
{
    readonly SemaphoreSlim all = new(most, most);
    readonly ConcurrentDictionary<long, SemaphoreSlim> ofOne = new();

    public async Task<T> In<T>(long external, Func<Task<T>> act, CancellationToken ct)
    {
        // First the turn among its own: what waits for that takes no room from others.
        var own = ofOne.GetOrAdd(external, _ => new(mostOfOne, mostOfOne));
        await own.WaitAsync(ct);
        try
        {
            await all.WaitAsync(ct);
            try
            {
                return await act();
            }
            finally
            {
                all.Release();
            }
        }
        finally
        {
            own.Release();
        }
    }

    public void Dispose()
    {
        all.Dispose();
        foreach (var own in ofOne.Values) own.Dispose();
    }
}
