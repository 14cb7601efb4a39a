using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>A build that a builder has at the moment.</summary>
public sealed record BuildsNow(string Builder, long BuildId, string Nvr, string Arch);

/// <summary>A builder as the list shows it.</summary>
/// <param name="NoWork">Why it gets none; null: it gets what it can do.</param>
public sealed record FleetRow(BuilderSummary Builder, Standing Standing, IReadOnlyList<BuildsNow> Now, FormattableString? NoWork);

/// <summary>All builders and what they do, in three looks at the database.</summary>
static class ShowFleet
{
    public static IReadOnlyList<FleetRow> Of(IDbConnection db, DateTimeOffset now)
    {
        var (building, said) = (Building(db).ToLookup(run => run.Builder), WhyNoWork.Said(db));
        return [.. ShowBuilder.All(db, now.ToUnixTimeMilliseconds()).Select(builder => new FleetRow(builder, HowItStands.Of(builder, now), [.. building[builder.Name]], WhyNoWork.Of(builder, said.GetValueOrDefault(builder.Name), now)))];
    }

    /// <summary>What somebody may not see is not among them, as everywhere.</summary>
    static IReadOnlyList<BuildsNow> Building(IDbConnection db) => db.All<BuildsNow>("""
        SELECT o.name AS Builder, b.id AS BuildId, b.nvr AS Nvr, t.arch AS Arch
        FROM task_runs r JOIN builders o ON o.id = r.builder_id JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id
        WHERE r.state = 'Running' ORDER BY r.id
        """);
}
