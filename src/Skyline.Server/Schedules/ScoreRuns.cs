using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Locks;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>One source package of a self-hosting run.</summary>
/// <param name="Tried">Whether a builder has built it, or said that it cannot be built.</param>
/// <param name="Own">Of the packages in its buildroots, those of the tag itself.</param>
/// <param name="All">All of them; none if no buildroot was made.</param>
sealed record SelfBuilt(bool Built, bool Tried, int Own, int All);

/// <summary>Says of a self-hosting run that is over how far its tag can be built from itself.</summary>
public sealed class ScoreRuns(Database database, Blobs blobs, Bells bells, ILogger<ScoreRuns> log) : BackgroundService
{
    sealed record Over(long Run, long Batch, string Tag, long Unavailable);

    sealed record Member
    {
        public long Id { get; init; }
        public required string State { get; init; }
        public string? LockSha256 { get; init; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task[] rings = [bells.Next(Bells.Schedules), .. database.Read(Going).Select(batch => bells.Next(Bells.Batch(batch)))];
            try
            {
                foreach (var over in database.Read(Unscored)) await Score(over, stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "A self-hosting run has no score yet; that is tried again with the next change of a schedule");
            }
            await bells.WaitAny(rings, Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }

    static IReadOnlyList<long> Going(IDbConnection db) => db.All<long>("""
        SELECT r.batch_id FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id JOIN batches x ON x.id = r.batch_id WHERE s.kind = 'SelfHosting' AND r.score IS NULL AND x.state IN ('Planned', 'Running')
        """);

    static IReadOnlyList<Over> Unscored(IDbConnection db) => db.All<Over>("""
        SELECT r.id AS Run, r.batch_id AS Batch, t.name AS Tag, r.unavailable AS Unavailable
        FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id JOIN batches x ON x.id = r.batch_id JOIN targets g ON g.id = x.target_id JOIN tags t ON t.id = g.build_tag_id
        WHERE s.kind = 'SelfHosting' AND r.score IS NULL AND x.state IN ('Complete', 'Failed')
        """);

    async Task Score(Over over, CancellationToken ct)
    {
        var members = database.Read(db => db.All<Member>("""
            SELECT m.id AS Id, m.state AS State, r.lock_sha256 AS LockSha256 FROM batch_members m LEFT JOIN build_tasks t ON t.build_id = m.build_id AND t.kind = 'buildArch'
              LEFT JOIN task_runs r ON r.task_id = t.id AND r.state IN ('Succeeded', 'Failed')
            WHERE m.batch_id = @Batch
            """, over));
        var built = members.GroupBy(member => member.Id).Select(runs => Counted(over.Tag, [.. runs])).ToList();
        var score = JsonSerializer.Serialize(Of(built, (int)over.Unavailable), SkylineJson.Default.SelfHosting);
        // One that was resumed has another score when it ends again: this is the first.
        await database.Write(tx => tx.Execute("UPDATE schedule_runs SET score = @score WHERE id = @Run AND score IS NULL", new { over.Run, score }), ct);
        bells.Ring(Bells.Schedules);
    }

    SelfBuilt Counted(string tag, IReadOnlyList<Member> runs)
    {
        var packages = runs.Where(run => run.LockSha256 is { } sha256 && blobs.Has(sha256)).SelectMany(run => LockText.Read(File.ReadAllText(blobs.PathOf(run.LockSha256!)))).ToList();
        return new(runs[0].State == "Done", runs.Any(run => run.LockSha256 is not null), packages.Count(package => package.Repo == $"skyline-{tag}"), packages.Count);
    }

    /// <summary>Purely.</summary>
    internal static SelfHosting Of(IReadOnlyList<SelfBuilt> sources, int unavailable)
    {
        var (packages, built) = (sources.Count + unavailable, sources.Where(source => source.Built).ToList());
        var (contained, none) = (built.Count(source => source.All > 0 && source.Own == source.All), built.Count(source => source.Own == 0));
        long own = built.Sum(source => (long)source.Own), all = built.Sum(source => (long)source.All);
        return new(packages, built.Count, sources.Count(source => source is { Built: false, Tried: true, All: 0 }), unavailable, contained, none, Part(built.Count, packages), Part(contained, packages), Part(own, all));
    }

    static double Part(long some, long all) => all == 0 ? 0 : Math.Round((double)some / all, 4);
}
