namespace Skyline.Builder;

/// <summary>
/// Where kept buildroots are or may come to be, by key, as long as anybody looks at one: who holds it, and the gate for who makes,
/// mounts or drops it. One buildroot's gate is nobody else's business.
/// </summary>
sealed class Places
{
    readonly Dictionary<string, Place> known = [];

    /// <summary>Counts as a holder until left.</summary>
    public Place Enter(string key)
    {
        lock (known)
        {
            if (!known.TryGetValue(key, out var place)) known[key] = place = new Place(key);
            place.Holders++;
            return place;
        }
    }

    public void Leave(Place place)
    {
        lock (known)
        {
            if (--place.Holders > 0) return;
            known.Remove(place.Key);
            place.Dispose();
        }
    }

    public int HoldersOf(string key)
    {
        lock (known) return known.TryGetValue(key, out var place) ? place.Holders : 0;
    }
}

sealed class Place(string key) : IDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);

    public string Key => key;
    public int Holders { get; set; }

    public async Task<T> Gated<T>(Func<Task<T>> act, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        return await ThenRelease(act);
    }

    /// <summary>As <see cref="Gated"/>, but does nothing where another is at it.</summary>
    public Task<T?> IfFree<T>(Func<Task<T?>> act) where T : class => gate.Wait(0, CancellationToken.None) ? ThenRelease(act) : Task.FromResult<T?>(null);

    public void Dispose() => gate.Dispose();

    async Task<T> ThenRelease<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }
}
