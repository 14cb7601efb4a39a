using System.Globalization;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <param name="Snapshots">So many of a tag's newest stay,</param>
/// <param name="Days">and all that were its newest at some moment of so many days.</param>
sealed record RetentionPolicy(int Snapshots, int Days)
{
    public const int MostSnapshots = 100_000, MostDays = 36_500;

    public string? WhyNot() =>
        Snapshots is < 1 or > MostSnapshots ? $"A tag keeps from 1 to {MostSnapshots} snapshots; the newest always stays."
        : Days is < 0 or > MostDays ? $"A tag keeps its snapshots for 0 to {MostDays} days."
        : null;
}

/// <summary>A snapshot as retention sees it.</summary>
public sealed record PastSnapshot(long Id, string Hash, long CreatedAt, long Packages);

/// <summary>A run that reads the snapshot which was the tag's newest when it was leased.</summary>
sealed record ReadingRun(long Run, string Nvr, long LeasedAt);

/// <param name="Stays">Why; null: it goes.</param>
public sealed record Fate(PastSnapshot Snapshot, FormattableString? Stays);

/// <summary>
/// Which of a tag's snapshots stay, decided purely. A snapshot's age counts from when the next one took its place: with 14 days kept,
/// the tag as it was at any moment of the last 14 days can be had, however long that state had lasted.
/// </summary>
static class Retention
{
    /// <summary>A snapshot is dated when its making ends, and seen by readers a moment later.</summary>
    const long Moment = 60_000;

    /// <param name="newestFirst">All the tag's snapshots.</param>
    public static IReadOnlyList<Fate> Decide(RetentionPolicy policy, IReadOnlyList<PastSnapshot> newestFirst, IReadOnlyList<ReadingRun> runs, DateTimeOffset now)
    {
        var since = (now - TimeSpan.FromDays(policy.Days)).ToUnixTimeMilliseconds();
        return [.. newestFirst.Select((snapshot, at) => new Fate(snapshot, Why(at, replacedAt: at == 0 ? now.ToUnixTimeMilliseconds() : newestFirst[at - 1].CreatedAt)))];

        FormattableString? Why(int at, long replacedAt) => at switch
        {
            0 => $"It is the newest.",
            _ when at < policy.Snapshots => $"It is one of the {policy.Snapshots} newest.",
            _ when replacedAt > since => $"It was the newest until {Minute(replacedAt)}, and {policy.Days} days are kept.",
            _ when runs.FirstOrDefault(run => run.LeasedAt <= replacedAt + Moment) is { } reading => $"Run {reading.Run} ({reading.Nvr}) builds with it.",
            _ => null,
        };
    }

    public static string Minute(long stamp) => stamp.ToTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
