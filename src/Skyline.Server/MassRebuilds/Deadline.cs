using System.Data;
using Skyline.Protocol;
using Skyline.Server.Pools;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.MassRebuilds;

/// <summary>Whether a mass rebuild is done when it shall be, with all the builders that it may have.</summary>
static class Deadline
{
    static readonly TimeSpan furthest = TimeSpan.FromDays(30);
    const int MostOfAll = 1000;
    /// <summary>Until a pool's builders are there, in seconds.</summary>
    const double Start = 60;

    public static Refusal? WhyNot(NewMassRebuild wanted, DateTimeOffset now) =>
        wanted.By is { } by && (by <= now || by - now > furthest) ? new(400, $"It cannot be done by {HowMany.Until(by)}: that is {(by <= now ? "past" : $"more than {furthest.TotalDays:0} days away")}.")
        : wanted.MostBuilders is < 1 or > MostOfAll ? new(400, $"A mass rebuild has 1 to {MostOfAll} builders of pools, or, where nothing is said, as many as the pools may have.")
        : null;

    sealed record Row
    {
        public long Others { get; init; }
        public long Pools { get; init; }
        public long PoolSlots { get; init; }
    }

    /// <summary>How many builds run at a time when pools have grown as far as they may.</summary>
    static (int Slots, int Builders) Full(IDbConnection db, long target, int? most, long now)
    {
        var row = db.One<Row>("""
            SELECT coalesce((SELECT sum(o.slots) FROM channel_builders m JOIN builders o ON o.id = m.builder_id WHERE m.channel_id = t.channel_id AND o.enabled = 1 AND o.pool_id IS NULL AND o.last_seen_at > @since), 0) AS Others,
              coalesce((SELECT sum(min(p.most, @most)) FROM pools p WHERE p.channel_id = t.channel_id), 0) AS Pools,
              coalesce((SELECT sum(min(p.most, @most) * p.slots) FROM pools p WHERE p.channel_id = t.channel_id), 0) AS PoolSlots
            FROM targets t WHERE t.id = @target
            """, new { target, most = most ?? MostOfAll, since = now - (long)Builds.WhyWaiting.Away.TotalMilliseconds })!;
        return ((int)Math.Max(1, row.Others + row.PoolSlots), (int)row.Pools);
    }

    /// <param name="seconds">Of each package; what each needs is in <paramref name="needs"/>.</param>
    /// <returns>A sentence; null: it has time.</returns>
    public static string? OfPlan(IDbConnection db, NewMassRebuild wanted, long target, IReadOnlyList<double> seconds, IReadOnlyList<IReadOnlyList<int>> needs, long now)
    {
        if (wanted.By is not { } by) return null;
        var (slots, builders) = Full(db, target, wanted.MostBuilders, now);
        var starting = builders > 0 ? Start : 0;
        var end = At(now, Estimate.Of(seconds, needs, slots) + starting);
        if (end <= by) return $"It will be done by {HowMany.Until(by)} with {Builders(builders)}: about {HowMany.Until(end)}.";
        return At(now, Estimate.Of(seconds, needs, seconds.Count) + starting) is var soonest && soonest > by
            ? $"It will not be done by {HowMany.Until(by)}, however many builders there are: packages that need each other to be built take until about {HowMany.Until(soonest)}. With {Builders(builders)}: about {HowMany.Until(end)}."
            : Late(by, builders, end);
    }

    /// <param name="work">What is left, in seconds, one build after another.</param>
    /// <returns>Null: it will be done by then, as far as can be told.</returns>
    public static string? OfRest(IDbConnection db, DateTimeOffset by, int? most, long target, double work, long now)
    {
        var (slots, builders) = Full(db, target, most, now);
        return At(now, work / slots) is var end && end > by ? Late(by, builders, end) : null;
    }

    static string Late(DateTimeOffset by, int builders, DateTimeOffset end) => $"It will not be done by {HowMany.Until(by)} with {Builders(builders)}: about {HowMany.Until(end)}.";

    static string Builders(int pools) => pools == 0 ? "the builders that are here" : $"at most {pools} builder{(pools == 1 ? "" : "s")} of pools";

    static DateTimeOffset At(long now, double seconds) => now.ToTime().AddSeconds(seconds);
}
