namespace Skyline.Builder;

/// <summary>Longer and longer waits, with some chance in them so that a thousand builders do not come back at once.</summary>
sealed class Backoff(TimeProvider time)
{
    static readonly TimeSpan first = TimeSpan.FromMilliseconds(250), longest = TimeSpan.FromSeconds(15);
    TimeSpan next = first;

    public Task Wait(CancellationToken ct)
    {
        var wait = next * (0.75 + Random.Shared.NextDouble() / 2);
        next = next * 2 < longest ? next * 2 : longest;
        return Task.Delay(wait, time, ct);
    }

    public void Reset() => next = first;
}
