namespace Skyline.Server.Told;

/// <summary>When something is tried again that was not taken, purely: soon at first, for a receiver may just be starting anew; then seldom.</summary>
static class Retry
{
    static readonly TimeSpan[] waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(6),
    ];

    static readonly TimeSpan longestRest = TimeSpan.FromMinutes(10);

    /// <param name="tries">So far: 1 or more.</param>
    /// <param name="chance">0 to 1, so that what failed together does not come back together.</param>
    public static TimeSpan After(int tries, double chance) => waits[Math.Min(tries, waits.Length) - 1] * (0.8 + (0.4 * chance));

    /// <summary>How long all that goes to a receiver waits that was not there so often in a row.</summary>
    public static TimeSpan Rest(int fails) => TimeSpan.FromSeconds(Math.Min(longestRest.TotalSeconds, 5 * Math.Pow(2, Math.Min(fails, 20) - 1)));
}
