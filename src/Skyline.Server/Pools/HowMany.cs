using System.Globalization;
using Skyline.Server.Shell;

namespace Skyline.Server.Pools;

/// <summary>What wants to be built by a pool's builders.</summary>
/// <param name="What">In words: "mass rebuild 601".</param>
/// <param name="Builds">How many builds are left.</param>
/// <param name="Seconds">What they take together, one after another.</param>
/// <param name="Ready">How many runs could be under way at this moment: those that wait for a builder, and those that have one.</param>
/// <param name="Left">Seconds until it is to be done; null: it has no deadline.</param>
/// <param name="By">When that is; null: as above.</param>
/// <param name="Most">Its budget: how many of the pool's builders it may have; null: as many as the pool has.</param>
sealed record Wish(string What, int Builds, double Seconds, int Ready, double? Left = null, DateTimeOffset? By = null, int? Most = null);

/// <summary>A pool as it stands.</summary>
/// <param name="OtherSlots">Of builders that are there anyway and can build the same.</param>
/// <param name="Busy">How many of its builders have a run and are not on their way out.</param>
/// <param name="StartSeconds">How long one takes from being wanted to being there.</param>
sealed record PoolNow(int Least, int Most, int Slots, int OtherSlots, int Busy, double StartSeconds);

/// <param name="Why">A sentence.</param>
sealed record Wanted(int Builders, string Why);

/// <summary>How many builders a pool shall have, purely.</summary>
static class HowMany
{
    /// <summary>What has no deadline is to be done in this time.</summary>
    const double Patience = 1800;

    /// <summary>Of the time that is left so much is not reckoned with: the last builds of a wave do not fill all slots.</summary>
    const double Reserve = 0.2;

    public static Wanted Of(PoolNow pool, IReadOnlyList<Wish> wishes)
    {
        var (spare, sum, asked) = (pool.OtherSlots, 0, new List<(Wish Wish, int Builders, bool IsBound)>());
        foreach (var wish in wishes.Where(wish => wish.Ready > 0))
        {
            var slots = Slots(wish, pool.StartSeconds);
            var (own, taken) = (Math.Max(0, slots - spare), Math.Min(slots, spare));
            spare -= taken;
            var (needed, budget) = ((own + pool.Slots - 1) / pool.Slots, wish.Most ?? pool.Most);
            sum += Math.Min(needed, budget);
            asked.Add((wish, Math.Min(needed, budget), wish.Most < needed));
        }
        var wanted = Math.Max(Math.Clamp(sum, pool.Least, pool.Most), Math.Min(pool.Busy, pool.Most));
        return new(wanted, Why(pool, wanted, sum, asked));
    }

    /// <summary>Fewer are only wanted when that has been enough for a while: what is let go and started again builds nothing meanwhile.</summary>
    /// <param name="held">How many were wanted.</param>
    /// <param name="since">When as many as that were last asked for, in milliseconds as <paramref name="now"/>.</param>
    public static (int Builders, long Since) Hold(int asked, int held, long since, long now, long calm) =>
        asked >= held ? (asked, now) : now - since < calm ? (held, since) : (asked, now);

    /// <summary>No more than there are runs to fill them; one, however little there is to do.</summary>
    static int Slots(Wish wish, double startSeconds)
    {
        var time = wish.Left is { } left ? (left - startSeconds) * (1 - Reserve) : Patience;
        return time <= 0 ? wish.Ready : (int)Math.Clamp(Math.Ceiling(wish.Seconds / time), 1, wish.Ready);
    }

    static string Why(PoolNow pool, int wanted, int sum, List<(Wish Wish, int Builders, bool IsBound)> asked)
    {
        var number = $"{wanted} builder{(wanted == 1 ? "" : "s")}";
        if (asked.Count == 0) return wanted == 0 ? "No builder: nothing waits that this pool can build." : wanted <= pool.Least ? $"{number}: it never has fewer." : $"{number}: that many are at work.";
        var says = string.Join("; ", asked.Take(3).Select(one => Of(one.Wish))) + (asked.Count > 3 ? $"; and {asked.Count - 3} more" : "");
        var bound = sum > pool.Most && wanted == pool.Most ? $" It may have no more than {pool.Most}, where {sum} were asked for." : asked.FirstOrDefault(one => one.IsBound) is { Wish: { } held } ? $" More than {held.Most} are not in the budget of {held.What}." : "";
        return $"{number}: {says}{(pool.OtherSlots > 0 ? $", beside {Count(pool.OtherSlots, "slot")} of builders that are there anyway" : "")}, with {Count(pool.Slots, "slot")} each.{bound}";
    }

    static string Of(Wish wish) => $"{wish.What} has {Count(wish.Builds, "build")} left, about {Sizes.Seconds(wish.Seconds / Math.Max(1, wish.Builds))} each{(wish.By is { } by ? $", until {Until(by)}" : "")}";

    static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    public static string Until(DateTimeOffset by) => by.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
