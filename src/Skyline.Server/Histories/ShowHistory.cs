using System.Data;
using Skyline.Protocol;
using Skyline.Server.Bisections;
using Skyline.Server.MassRebuilds;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Histories;

/// <summary>What came of the builds of a package in a tag, and which packages of a tag do not build.</summary>
static class ShowHistory
{
    /// <summary>The page of it.</summary>
    public static string Page(string tag, string package) => $"/tags/{TagAddress.Of(tag)}/packages/{Uri.EscapeDataString(package)}/history";

    sealed record OutcomeRow
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public long? Batch { get; init; }
        public required string State { get; init; }
        public bool Packagers { get; init; }
        public long EndedAt { get; init; }
        public string? Why { get; init; }

        public PackageOutcome OnTheWire() => new(Id, Nvr, Batch, State == "Complete" ? PackageResult.Good : State == "Failed" && Packagers ? PackageResult.Bad : PackageResult.Unknown, EndedAt.ToTime(), State == "Complete" ? null : Why);
    }

    /// <summary>Real builds for the tag, or that came into it from another, and scheduled ones; other scratch builds and drafts are somebody's own affair.</summary>
    const string SelectOutcomes = """
        SELECT b.id AS Id, b.nvr AS Nvr, CASE x.kind WHEN 'ScheduledRun' THEN b.batch_id END AS Batch, b.state AS State, b.ended_at AS EndedAt, b.why AS Why,
          EXISTS (SELECT 1 FROM build_tasks k JOIN task_runs r ON r.task_id = k.id WHERE k.build_id = b.id AND r.state = 'Failed') AS Packagers
        FROM builds b JOIN targets g ON g.id = b.target_id LEFT JOIN batches x ON x.id = b.batch_id
        WHERE b.package = @package AND (g.destination_tag_id = @tag OR EXISTS (SELECT 1 FROM tag_builds y WHERE y.build_id = b.id AND y.tag_id = @tag)) AND b.ended_at IS NOT NULL AND (x.kind = 'ScheduledRun' OR (b.scratch = 0 AND b.draft = 0)) AND (@before IS NULL OR b.id < @before)
        ORDER BY b.id DESC LIMIT @limit
        """;

    public static PackageHistory? Of(IDbConnection db, string tagName, string package, long? before = null, int limit = 50)
    {
        if (Tag.Find(db, tagName) is not { } tag) return null;
        var outcomes = db.All<OutcomeRow>(SelectOutcomes, new { tag = tag.Id, package, before, limit });
        var state = PackageState.Find(db, tag.Id, package);
        return new(tag.Name, package, state is null ? PackageResult.Unknown : Enum.Parse<PackageResult>(state.Result), state?.Since.ToTime(), state?.GoodBuildId, state?.BadBuildId,
            ShowBisections.NewestOf(db, tag.Id, package), [.. outcomes.Select(outcome => outcome.OnTheWire())], outcomes.Count == limit ? outcomes[^1].Id : null);
    }

    const int MostFailing = 5000;

    sealed record FailingRow
    {
        public required string Package { get; init; }
        public required string Nvr { get; init; }
        public long Since { get; init; }
        public long FirstBad { get; init; }
        public long LastBad { get; init; }
        public long? LastGood { get; init; }
        public string? Why { get; init; }
        public string? Lines { get; init; }
    }

    /// <summary>Those that the tag, or one that it inherits from, still has.</summary>
    const string SelectFailing = """
        SELECT s.package AS Package, b.nvr AS Nvr, s.since AS Since, s.bad_build_id AS FirstBad, s.last_build_id AS LastBad, s.good_build_id AS LastGood, b.why AS Why,
          (SELECT r.failing_lines FROM build_tasks k JOIN task_runs r ON r.task_id = k.id WHERE k.build_id = b.id AND r.state = 'Failed' ORDER BY r.id LIMIT 1) AS Lines
        FROM package_states s JOIN builds b ON b.id = s.last_build_id
        WHERE s.tag_id = @tag AND s.result = 'Bad'
          AND EXISTS (SELECT 1 FROM builds o JOIN tag_builds g ON g.build_id = o.id WHERE o.package = s.package AND g.tag_id IN @order AND g.untagged_at IS NULL)
        ORDER BY s.since DESC, s.package LIMIT @MostFailing
        """;

    public static FailingPackages? Failing(IDbConnection db, string tagName)
    {
        if (Tag.Find(db, tagName) is not { } tag) return null;
        var rows = db.All<FailingRow>(SelectFailing, new { tag = tag.Id, order = Inheritance.Order(db, tag.Id), MostFailing });
        var of = rows.ToDictionary(row => row.Package);
        var causes = FailureCauses.Of(rows.Select(row => new FailedMember(row.Package, row.LastBad, row.Why, FailingLinesKept.Read(row.Lines).Lines)))
            .Select(alike => new FailingCause(alike.Kind, alike.Cause, [.. alike.Packages.Select(failed => OnTheWire(db, tag.Id, of[failed.Package]))])).ToList();
        return new(tag.Name, db.One<int>("SELECT count(*) FROM package_states WHERE tag_id = @Id", new { tag.Id }), rows.Count, causes);
    }

    static FailingPackage OnTheWire(IDbConnection db, long tag, FailingRow row) =>
        new(row.Package, row.Nvr, row.Since.ToTime(), row.FirstBad, row.LastBad, row.LastGood, row.Why, ShowBisections.NewestOf(db, tag, row.Package));
}
