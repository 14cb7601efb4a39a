using System.Collections.Concurrent;

namespace Skyline.Server.People;

/// <summary>A secret on its way from the form that made it to the page that shows it: to who made it, once, within a minute; never in an address, which browsers keep.</summary>
sealed class ShownOnce(TimeProvider time)
{
    const int Most = 1000;
    const long Minute = 60_000;

    readonly ConcurrentDictionary<(long Person, string What), (string Secret, long At)> waiting = new();

    public void Put(long person, string what, string secret)
    {
        if (waiting.Count >= Most) waiting.Clear();
        waiting[(person, what)] = (secret, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public string? Take(long person, string what) =>
        waiting.TryRemove((person, what), out var kept) && time.GetUtcNow().ToUnixTimeMilliseconds() - kept.At < Minute ? kept.Secret : null;
}
