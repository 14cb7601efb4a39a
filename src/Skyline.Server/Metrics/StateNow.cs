using System.Data;
using System.Diagnostics.Metrics;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;

namespace Skyline.Server.Metrics;

/// <summary>
/// What is measured when somebody asks: the queue, builders, disk, what is to be told. One look serves all the gauges of a scrape. Labels are channels, architectures and states,
/// whose number an administrator decides; no package, tag or person is one.
/// </summary>
sealed class StateNow(Database database, Blobs blobs, WaitingBuilders waiting, TimeProvider time) : IDisposable
{
    /// <summary>Its own name: in tests several servers are one process.</summary>
    public string Meter { get; } = $"Skyline.State.{Guid.NewGuid():n}";

    static readonly TimeSpan packagesFresh = TimeSpan.FromMinutes(15);

    sealed record Queued
    {
        public required string Channel { get; init; }
        public required string Arch { get; init; }
        public long Runs { get; init; }
    }

    sealed record BuildersOf
    {
        public required string State { get; init; }
        public long Builders { get; init; }
        public long Slots { get; init; }
    }

    sealed record Outbox
    {
        public required string Kind { get; init; }
        public long Waiting { get; init; }
    }

    sealed record Look(IReadOnlyList<Queued> Queue, IReadOnlyList<BuildersOf> Builders, long Running, IReadOnlyList<Outbox> Outbox);

    readonly Lock looking = new();
    Meter? meter;
    Look? look;
    long packages, packagesAt;

    /// <summary>Another scrape begins.</summary>
    public void Anew()
    {
        lock (looking) look = null;
    }

    public void Begin()
    {
        meter = new(Meter);
        meter.CreateObservableGauge("skyline.queue.runs", () => Now().Queue.Select(line => new Measurement<long>(line.Runs, [new("channel", line.Channel), new("arch", line.Arch)])), null, "Runs that wait for a builder, by the channel and the architectures that can.");
        meter.CreateObservableGauge("skyline.builders", () => Each(["here", "away", "draining", "disabled"], state => Now().Builders.FirstOrDefault(one => one.State == state)?.Builders ?? 0), null, "Builders by state.");
        meter.CreateObservableGauge("skyline.slots", () => Each(["busy", "free"], state => state == "busy" ? Now().Running : Math.Max(0, Slots() - Now().Running)), null, "Slots of the builders that are here, by whether a run is in them.");
        meter.CreateObservableGauge("skyline.builders.waiting", () => (long)waiting.Count, null, "Questions for work that are held open.");
        meter.CreateObservableGauge("skyline.outbox.deliveries", () => Each(["webhook", "status", "mail"], kind => Now().Outbox.FirstOrDefault(one => one.Kind == kind)?.Waiting ?? 0, "kind"), null, "What is still to be told, by how.");
        meter.CreateObservableGauge("skyline.storage", () => Each(["database", "packages"], kind => kind == "database" ? database.Bytes : Packages(), "kind"), "By", "Room that is taken, by what.");
        meter.CreateObservableGauge("skyline.disk.free", () => blobs.RoomLeft(), "By", "Room on the disk that builds and uploads may take.");
        meter.CreateObservableCounter("skyline.database.writes", () => database.Commits, null, "Transactions that were committed.");
    }

    static IEnumerable<Measurement<long>> Each(IEnumerable<string> values, Func<string, long> of, string label = "state") => values.Select(value => new Measurement<long>(of(value), new KeyValuePair<string, object?>(label, value)));

    long Slots() => Now().Builders.Where(one => one.State is "here" or "draining").Sum(one => one.Slots);

    Look Now()
    {
        lock (looking)
        {
            return look ??= Sight.Everything(() => database.Read(Read));
        }
    }

    Look Read(IDbConnection db) => new(
        db.All<Queued>("""
            SELECT c.name AS Channel, n.hosts AS Arch, count(*) AS Runs FROM task_runs r JOIN lines n ON n.id = r.line_id JOIN targets t ON t.id = n.target_id JOIN channels c ON c.id = t.channel_id
            WHERE r.state = 'Waiting' GROUP BY c.name, n.hosts ORDER BY c.name, n.hosts
            """),
        db.All<BuildersOf>("""
            SELECT CASE WHEN enabled = 0 THEN 'disabled' WHEN last_seen_at IS NULL OR last_seen_at < @since THEN 'away' WHEN draining = 1 THEN 'draining' ELSE 'here' END AS State, count(*) AS Builders, sum(slots) AS Slots
            FROM builders WHERE removed_at IS NULL GROUP BY 1 ORDER BY 1
            """, new { since = (time.GetUtcNow() - WhyWaiting.Away).ToUnixTimeMilliseconds() }),
        db.One<long>("SELECT count(*) FROM task_runs WHERE state = 'Running'"),
        db.All<Outbox>("SELECT lower(kind) AS Kind, count(*) AS Waiting FROM deliveries WHERE next_at IS NOT NULL GROUP BY kind ORDER BY kind"));

    /// <summary>All of them are added up, so not at every scrape.</summary>
    long Packages()
    {
        lock (looking)
        {
            if (packagesAt != 0 && time.GetElapsedTime(packagesAt) < packagesFresh) return packages;
            packages = Sight.Everything(() => database.Read(db => db.One<long>("SELECT coalesce(sum(blob_size), 0) FROM rpms")));
            packagesAt = time.GetTimestamp();
            return packages;
        }
    }

    public void Dispose() => meter?.Dispose();
}
