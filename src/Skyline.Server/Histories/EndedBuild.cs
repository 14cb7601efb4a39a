using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Histories;

/// <summary>A build that has ended, and what it says of its package in its tag.</summary>
sealed record EndedBuild
{
    public long Id { get; init; }
    public required string Package { get; init; }
    public required string State { get; init; }
    public string? Why { get; init; }
    public long Owner { get; init; }
    public long EndedAt { get; init; }
    public long TagId { get; init; }
    public required string Tag { get; init; }
    public bool Scheduled { get; init; }
    public bool Real { get; init; }
    /// <summary>Whether it was a builder's word that the package does not build.</summary>
    public bool Packagers { get; init; }
    /// <summary>Whether its schedule wants to know what makes a package fail.</summary>
    public bool Bisects { get; init; }

    public PackageResult Result => State switch
    {
        "Complete" => PackageResult.Good,
        "Failed" when Packagers => PackageResult.Bad,
        _ => PackageResult.Unknown,
    };

    /// <summary>A real build that fails is of sources that the tag does not hold: it says nothing of those that it does.</summary>
    public bool Counts => Scheduled || (Real && Result == PackageResult.Good);

    /// <summary>In the order in which they ended. Those that say nothing are noted all at once: imported ones, which have no target, and what <see cref="Counts"/> leaves out.</summary>
    public static IReadOnlyList<EndedBuild> Unnoted(IDbTransaction tx, int most)
    {
        tx.Execute("""
            UPDATE builds SET noted_at = ended_at
            WHERE noted_at IS NULL AND ended_at IS NOT NULL
              AND (target_id IS NULL OR ((scratch = 1 OR draft = 1 OR state <> 'Complete') AND NOT EXISTS (SELECT 1 FROM batches x WHERE x.id = batch_id AND x.kind = 'ScheduledRun')))
            """);
        return tx.All<EndedBuild>("""
            SELECT b.id AS Id, b.package AS Package, b.state AS State, b.why AS Why, b.owner_id AS Owner, b.ended_at AS EndedAt, t.id AS TagId, t.name AS Tag,
              coalesce(x.kind, '') = 'ScheduledRun' AS Scheduled, (b.scratch = 0 AND b.draft = 0) AS Real,
              EXISTS (SELECT 1 FROM build_tasks k JOIN task_runs r ON r.task_id = k.id WHERE k.build_id = b.id AND r.state = 'Failed') AS Packagers,
              EXISTS (SELECT 1 FROM schedule_runs n JOIN schedules s ON s.id = n.schedule_id WHERE n.batch_id = b.batch_id AND s.bisects = 1) AS Bisects
            FROM builds b JOIN targets g ON g.id = b.target_id JOIN tags t ON t.id = g.destination_tag_id LEFT JOIN batches x ON x.id = b.batch_id
            WHERE b.noted_at IS NULL AND b.ended_at IS NOT NULL ORDER BY b.ended_at, b.id LIMIT @most
            """, new { most });
    }
}
