using System.Data;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Builds as a request names them: by NVR or number; drafts by number, or "NVR,draft_NUMBER".</summary>
static class NamedBuilds
{
    const int Most = 100_000;

    sealed record Row(long Id, string Nvr, string Package, string State, long Scratch, long? PackagesRemovedAt);

    const string Select = "SELECT id AS Id, nvr AS Nvr, package AS Package, state AS State, scratch AS Scratch, packages_removed_at AS PackagesRemovedAt FROM builds";

    /// <param name="problems">Gets a sentence for each that is unknown.</param>
    public static IReadOnlyList<KnownBuild> Find(IDbConnection db, IReadOnlyList<string>? names, List<Refusal> problems) =>
        Find(db, names, problems, _ => null);

    /// <summary>As Find, of those that can be tagged: they are complete.</summary>
    public static IReadOnlyList<KnownBuild> FindComplete(IDbConnection db, IReadOnlyList<string>? names, List<Refusal> problems) => Find(db, names, problems, row =>
        row.Scratch == 1 ? $"Build {row.Id} ({row.Nvr}) was a scratch build; such are published nowhere."
        : row.State != nameof(BuildState.Complete) ? $"{row.Nvr} (build {row.Id}) is not complete: it is {row.State.ToLowerInvariant()}."
        : row.PackagesRemovedAt is not null ? $"Retention has removed the packages of {row.Nvr} (build {row.Id}); build it anew with a higher release, or import them again."
        : null);

    public static KnownBuild? Find(IDbConnection db, string name) => RowOf(db, name) is { } row ? Known(row) : null;

    public static IReadOnlyList<KnownBuild> Of(IDbConnection db, IEnumerable<long> ids) =>
        [.. ids.Chunk(500).SelectMany(some => db.All<Row>(Select + " WHERE id IN @some", new { some })).Select(Known)];

    /// <summary>Those of the builds whose packages retention has removed.</summary>
    public static IReadOnlySet<KnownBuild> WithoutPackages(IDbConnection db, IEnumerable<long> ids) =>
        ids.Chunk(500).SelectMany(some => db.All<Row>(Select + " WHERE id IN @some AND packages_removed_at IS NOT NULL", new { some })).Select(Known).ToHashSet();

    static List<KnownBuild> Find(IDbConnection db, IReadOnlyList<string>? names, List<Refusal> problems, Func<Row, string?> why)
    {
        var found = new List<KnownBuild>();
        if (names is not { Count: > 0 and <= Most }) problems.Add(new(400, $"Name one build or several, up to {Most}, each by its NVR or number."));
        else
            foreach (var name in names.Distinct())
                if (RowOf(db, name) is not { } row) problems.Add(new(404, $"There is no build '{name}' here."));
                else if (why(row) is { } sentence) problems.Add(new(409, sentence));
                else found.Add(Known(row));
        return [.. found.Distinct()];
    }

    static KnownBuild Known(Row row) => new(row.Id, row.Nvr, row.Package);

    /// <summary>A draft shares its NVR with others, so it is named by its number too, as in Koji: "hello-1-1,draft_17".</summary>
    const string DraftEnd = ",draft_";

    /// <summary>Of several attempts at an NVR the one that succeeded, or the latest.</summary>
    static Row? RowOf(IDbConnection db, string? name) => Any(db, name) is { } row && !Hidden.Build(db, row.Id) ? row : null;

    static Row? Any(IDbConnection db, string? name)
    {
        if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return db.One<Row>(Select + " WHERE id = @id", new { id });
        if (name?.LastIndexOf(DraftEnd, StringComparison.Ordinal) is > 0 and var at)
            return long.TryParse(name[(at + DraftEnd.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var draft) ? db.One<Row>(Select + " WHERE id = @draft AND draft = 1 AND nvr = @nvr", new { draft, nvr = name[..at] }) : null;
        return PackageOf(name) is not { } package ? null : db.One<Row>(Select + """
             WHERE package = @package AND nvr = @name AND draft = 0 ORDER BY scratch, state IN ('Complete', 'Publishing') DESC, id DESC LIMIT 1
            """, new { package, name });
    }

    /// <summary>All before the last dash but one.</summary>
    static string? PackageOf(string? nvr)
    {
        if (nvr is null || nvr.LastIndexOf('-') is not (> 0 and var release)) return null;
        return nvr.LastIndexOf('-', release - 1) is > 0 and var version ? nvr[..version] : null;
    }
}
