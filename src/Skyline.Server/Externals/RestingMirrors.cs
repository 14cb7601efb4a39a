using System.Collections.Concurrent;

namespace Skyline.Server.Externals;

/// <summary>Mirrors that failed a moment ago: they are asked last, until they have rested.</summary>
public sealed class RestingMirrors(TimeProvider time)
{
    static readonly TimeSpan rest = TimeSpan.FromMinutes(10);
    const int MostAtOnce = 1000;
    readonly ConcurrentDictionary<string, DateTimeOffset> resting = new();

    public void Rest(string mirror)
    {
        if (resting.Count >= MostAtOnce) resting.Clear();
        resting[mirror] = time.GetUtcNow() + rest;
    }

    public IEnumerable<string> BestFirst(IEnumerable<string> mirrors) => mirrors.OrderBy(mirror => resting.TryGetValue(mirror, out var until) && until > time.GetUtcNow());
}
