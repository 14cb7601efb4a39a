using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>Bisections as the API and the pages show them.</summary>
static class ShowBisections
{
    public static Refusal None(long id) => new(404, $"There is no bisection {id}.");

    sealed record Row(
        long Id, long Revision, string Tag, string Package, long Good, long Bad, string State, string? Why, string Owner, long CreatedAt, long? EndedAt, string? Updates, string? Guilty);

    const string Select = """
        SELECT x.id AS Id, x.revision AS Revision, t.name AS Tag, x.package AS Package, x.good_build_id AS Good, x.bad_build_id AS Bad, x.state AS State, x.why AS Why, u.name AS Owner,
          x.created_at AS CreatedAt, x.ended_at AS EndedAt, x.updates AS Updates, x.guilty AS Guilty
        FROM bisections x JOIN tags t ON t.id = x.tag_id JOIN users u ON u.id = x.owner_id
        """;

    sealed record ProbeRow(long Build, string Updates, string? Result, string? Why);

    public static BisectionPage List(IDbConnection db, long? before, int limit)
    {
        var rows = db.All<Row>(Select + " WHERE (@before IS NULL OR x.id < @before) ORDER BY x.id DESC LIMIT @limit", new { before, limit });
        return new([.. rows.Select(row => Summary(db, row))], rows.Count == limit ? rows[^1].Id : null);
    }

    public static BisectionDetails? Find(IDbConnection db, long id)
    {
        if (db.One<Row>(Select + " WHERE x.id = @id", new { id }) is not { } row) return null;
        var probes = db.All<ProbeRow>("SELECT build_id AS Build, updates AS Updates, result AS Result, why AS Why FROM bisection_probes WHERE bisection_id = @id ORDER BY id", new { id });
        return new(Summary(db, row), [.. UpdatesOf(row).Select(update => update.OnTheWire())], [.. probes.Select(probe => new BisectionProbe(
            probe.Build, [.. probe.Updates.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture))],
            probe.Result is null ? null : Enum.Parse<ProbeOutcome>(probe.Result), probe.Why))]);
    }

    public static BisectionSummary? NewestOf(IDbConnection db, long tag, string package) =>
        db.One<Row>(Select + " WHERE x.tag_id = @tag AND x.package = @package ORDER BY x.id DESC LIMIT 1", new { tag, package }) is { } row ? Summary(db, row) : null;

    public static long? Revision(IDbConnection db, long id) => db.One<long?>("SELECT revision FROM bisections WHERE id = @id", new { id });

    /// <summary>Each set by its updates' titles.</summary>
    public static IReadOnlyList<string> Named(IReadOnlyList<Update> updates, IReadOnlyList<IReadOnlyList<int>> sets) => [.. sets.Select(set => string.Join(" together with ", set.Select(number => updates[number].Title)))];

    static BisectionSummary Summary(IDbConnection db, Row row)
    {
        var (updates, guilty) = (UpdatesOf(row), row.Guilty is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<IReadOnlyList<int>>>(row.Guilty)!);
        return new(row.Id, row.Revision, row.Tag, row.Package, row.Good, row.Bad, Enum.Parse<BisectionState>(row.State), row.Why, row.Owner, row.CreatedAt.ToTime(), row.EndedAt.ToTime(),
            updates.Count, db.One<int>("SELECT count(*) FROM bisection_probes WHERE bisection_id = @Id", row), Named(updates, guilty));
    }

    static IReadOnlyList<Update> UpdatesOf(Row row) => row.Updates is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<Update>>(row.Updates)!;
}
