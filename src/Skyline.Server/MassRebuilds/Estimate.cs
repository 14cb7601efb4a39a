using System.Data;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.MassRebuilds;

/// <summary>How long builds took, and how long others will.</summary>
static class Estimate
{
    /// <summary>Where nothing has ever been built.</summary>
    const double Unknown = 120;

    sealed record Row
    {
        public required string Package { get; init; }
        public long Build { get; init; }
        public double Seconds { get; init; }
    }

    /// <summary>Of each package's newest build that succeeded here: the seconds of its slowest architecture. Packages without one are not among them.</summary>
    public static Dictionary<string, double> History(IDbConnection db, IReadOnlyCollection<string> packages)
    {
        var newest = new Dictionary<string, Row>(StringComparer.Ordinal);
        foreach (var some in packages.Distinct().Chunk(500))
            foreach (var row in db.All<Row>("""
                SELECT b.package AS Package, b.id AS Build, max(r.ended_at - r.leased_at) / 1000.0 AS Seconds
                FROM builds b JOIN build_tasks t ON t.build_id = b.id JOIN task_runs r ON r.task_id = t.id AND r.state = 'Succeeded' AND r.leased_at IS NOT NULL
                WHERE b.package IN @some AND b.state IN ('Complete', 'Publishing') GROUP BY b.id
                """, new { some }))
                if (!newest.TryGetValue(row.Package, out var known) || known.Build < row.Build) newest[row.Package] = row;
        return newest.ToDictionary(one => one.Key, one => one.Value.Seconds, StringComparer.Ordinal);
    }

    /// <summary>How many builds run at a time on the builders of a target's channel that are here now; at least one.</summary>
    public static int Slots(IDbConnection db, long target, long now) => (int)Math.Max(1, db.One<long?>("""
        SELECT sum(o.slots) FROM targets t JOIN channel_builders m ON m.channel_id = t.channel_id JOIN builders o ON o.id = m.builder_id
        WHERE t.id = @target AND o.enabled = 1 AND o.draining = 0 AND o.last_seen_at > @since
        """, new { target, since = now - (long)WhyWaiting.Away.TotalMilliseconds }) ?? 1);

    /// <summary>What one takes of which nobody knows: as long as most of the others.</summary>
    public static double Typical(IReadOnlyCollection<double> known) => known.Count == 0 ? Unknown : known.Order().ElementAt(known.Count / 2);

    /// <summary>When the last is done, if each begins as soon as a slot is free and all that it needs is done: purely, from now on, in seconds.</summary>
    /// <param name="seconds">Of each, in the order in which they go; what one needs is before it or in no order at all.</param>
    public static double Of(IReadOnlyList<double> seconds, IReadOnlyList<IReadOnlyList<int>> needs, int slots)
    {
        var free = new PriorityQueue<double, double>();
        for (var slot = 0; slot < Math.Min(slots, Math.Max(1, seconds.Count)); slot++) free.Enqueue(0, 0);
        var ready = new PriorityQueue<int, (double At, int Number)>();
        var (missing, users, at) = (new int[seconds.Count], new List<int>[seconds.Count], new double[seconds.Count]);
        for (var one = 0; one < seconds.Count; one++)
        {
            missing[one] = needs[one].Count;
            foreach (var need in needs[one]) (users[need] ??= []).Add(one);
            if (missing[one] == 0) ready.Enqueue(one, (0, one));
        }
        var last = 0.0;
        while (ready.TryDequeue(out var one, out var since))
        {
            var end = Math.Max(since.At, free.Dequeue()) + seconds[one];
            free.Enqueue(end, end);
            last = Math.Max(last, end);
            foreach (var user in users[one] ?? [])
            {
                at[user] = Math.Max(at[user], end);
                if (--missing[user] == 0) ready.Enqueue(user, (at[user], user));
            }
        }
        return last;
    }
}
