using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Chains;

/// <summary>A source package of a draft.</summary>
/// <param name="Nvr">Null: it is not kept any more.</param>
public sealed record DraftSource(string Sha256, string? Nvr)
{
    public string Short => Sha256[..KeptChoice.ShortLength];

    public string Name => Nvr ?? Short;
}

/// <summary>A chain that somebody arranges and has not begun; nobody else sees it.</summary>
/// <param name="Plan">Where the order was found; null: it is as it was arranged by hand.</param>
public sealed record ChainDraft(long Id, string Target, string? Title, bool Scratch, bool Background, BuildOptions? Options, IReadOnlyList<IReadOnlyList<DraftSource>> Links, ChainPlan? Plan, DateTimeOffset ChangedAt)
{
    public const int MostSources = 250;

    public IEnumerable<DraftSource> Sources => Links.SelectMany(link => link);

    public NewChain Wanted(bool auto) => new(Target, [.. Links.Select(link => (IReadOnlyList<string>)[.. link.Select(source => source.Sha256)])], Scratch, auto, Options, Background, Title);

    sealed record Row(long Id, string Target, string? Title, long Scratch, long Background, string? Options, string Links, string? Plan, long ChangedAt);

    sealed record Known(string Sha256, string Nvr);

    const string Select = """
        SELECT d.id AS Id, g.name AS Target, d.title AS Title, d.scratch AS Scratch, d.background AS Background, d.options AS Options, d.links AS Links, d.plan AS Plan, d.changed_at AS ChangedAt
        FROM chain_drafts d JOIN targets g ON g.id = d.target_id WHERE d.person_id = @person
        """;

    public static ChainDraft? Find(IDbConnection db, long id, long person) => db.One<Row>(Select + " AND d.id = @id", new { id, person }) is { } row ? Of(db, row) : null;

    /// <summary>The one that was changed last first.</summary>
    public static IReadOnlyList<ChainDraft> All(IDbConnection db, long person) => [.. db.All<Row>(Select + " ORDER BY d.changed_at DESC LIMIT 20", new { person }).Select(row => Of(db, row))];

    static ChainDraft Of(IDbConnection db, Row row)
    {
        var links = Read(row.Links);
        var names = db.All<Known>("SELECT srpm_sha256 AS Sha256, nvr AS Nvr FROM kept_sources WHERE srpm_sha256 IN @all", new { all = links.SelectMany(link => link) }).ToDictionary(one => one.Sha256, one => one.Nvr);
        return new(row.Id, row.Target, row.Title, row.Scratch == 1, row.Background == 1, KeptOptions.Read(row.Options),
            [.. links.Select(link => (IReadOnlyList<DraftSource>)[.. link.Select(one => new DraftSource(one, names.GetValueOrDefault(one)))])],
            row.Plan is null ? null : JsonSerializer.Deserialize(row.Plan, SkylineJson.Default.ChainPlan), row.ChangedAt.ToTime());
    }

    /// <summary>As a row has them: a link a line, its sources' hashes with blanks between.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (IReadOnlyList<string>)line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    public static string Text(IReadOnlyList<IReadOnlyList<string>> links) => string.Join('\n', links.Select(link => string.Join(' ', link)));
}
