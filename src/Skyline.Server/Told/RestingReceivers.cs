namespace Skyline.Server.Told;

/// <summary>Receivers that were not there just now: what goes to them waits, so that nobody is asked a thousand times in vain. Forgotten by a stop, which asks them once more.</summary>
sealed class RestingReceivers
{
    const int Most = 10_000;
    readonly Dictionary<string, (int Fails, long Until)> resting = [];

    /// <returns>Until when; 0: it does not rest.</returns>
    public long Until(string receiver) => resting.TryGetValue(receiver, out var rest) ? rest.Until : 0;

    /// <param name="asked">As long as it asked to be left alone.</param>
    public void Failed(string receiver, TimeSpan? asked, long now)
    {
        if (resting.Count >= Most) resting.Clear();
        var before = resting.GetValueOrDefault(receiver);
        // Of several that were under way when it went, the first counts.
        var fails = before.Until > now ? before.Fails : before.Fails + 1;
        resting[receiver] = (fails, now + (long)Math.Max(Retry.Rest(fails).TotalMilliseconds, asked?.TotalMilliseconds ?? 0));
    }

    public void Answered(string receiver) => resting.Remove(receiver);
}
