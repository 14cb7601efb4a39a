using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>What is known for minutes, in memory, by a secret that one browser has; a restart forgets it. Of too many the oldest goes.</summary>
sealed class ShortLived<T>(TimeProvider time, TimeSpan lasting, int most) where T : class
{
    readonly Lock gate = new();
    readonly Dictionary<string, (T Value, long Until)> kept = new(StringComparer.Ordinal);
    readonly Queue<(string Key, long Until)> oldest = new();

    /// <returns>The secret.</returns>
    public string Put(T value)
    {
        var (secret, now) = (Token.New(), time.Stamp());
        lock (gate)
        {
            while (oldest.TryPeek(out var first) && (first.Until <= now || oldest.Count >= most)) kept.Remove(oldest.Dequeue().Key);
            var (key, until) = (Token.Hash(secret), now + (long)lasting.TotalMilliseconds);
            kept[key] = (value, until);
            oldest.Enqueue((key, until));
        }
        return secret;
    }

    public T? Find(string? secret)
    {
        if (secret is not { Length: > 0 and <= 200 }) return null;
        lock (gate) return kept.TryGetValue(Token.Hash(secret), out var found) && found.Until > time.Stamp() ? found.Value : null;
    }

    /// <summary>It is good once.</summary>
    public T? Take(string? secret)
    {
        if (secret is not { Length: > 0 and <= 200 }) return null;
        lock (gate) return kept.Remove(Token.Hash(secret), out var found) && found.Until > time.Stamp() ? found.Value : null;
    }
}
