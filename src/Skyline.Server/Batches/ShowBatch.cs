using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <summary>Batches as the API and the pages show them.</summary>
static class ShowBatch
{
    public static Refusal None(long id) => new(404, $"There is no batch {id}.");

    sealed record Row(
        long Id, long Revision, string Kind, string Title, string Target, string? SideTag, long Scratch, string State, string? Why, string Owner, long CreatedAt, long? EndedAt, long Priority);

    const string Select = """
        SELECT x.id AS Id, x.revision AS Revision, x.kind AS Kind, x.title AS Title, g.name AS Target, t.name AS SideTag, x.scratch AS Scratch, x.state AS State, x.why AS Why, u.name AS Owner,
          x.created_at AS CreatedAt, x.ended_at AS EndedAt, x.priority AS Priority
        FROM batches x JOIN targets g ON g.id = x.target_id JOIN users u ON u.id = x.owner_id LEFT JOIN tags t ON t.id = x.side_tag_id
        """;

    /// <param name="owner">Those of one person.</param>
    public static BatchPage List(IDbConnection db, long? before, int limit, BatchKind? kind, BatchState? state = null, long? owner = null)
    {
        var rows = db.All<Row>(Select + """
             WHERE (@before IS NULL OR x.id < @before) AND (@kind IS NULL OR x.kind = @kind) AND (@state IS NULL OR x.state = @state) AND (@owner IS NULL OR x.owner_id = @owner) ORDER BY x.id DESC LIMIT @limit
            """, new { before, limit, kind = kind?.ToString(), state = state?.ToString(), owner });
        return new([.. rows.Select(row => new BatchSummary(row.Id, Enum.Parse<BatchKind>(row.Kind), row.Title, row.Target, row.SideTag, row.Scratch == 1, Enum.Parse<BatchState>(row.State), row.Why, row.Owner,
            row.CreatedAt.ToTime(), row.EndedAt.ToTime(), Counts(db, row.Id)))], rows.Count == limit ? rows[^1].Id : null);
    }

    public static BatchDetails? Find(IDbConnection db, long id)
    {
        if (db.One<Row>(Select + " WHERE x.id = @id", new { id }) is not { } row) return null;
        var waves = Waves(db, id);
        return new(row.Id, row.Revision, Enum.Parse<BatchKind>(row.Kind), row.Title, row.Target, row.SideTag, row.Scratch == 1, Enum.Parse<BatchState>(row.State), row.Why, row.Owner,
            row.CreatedAt.ToTime(), row.EndedAt.ToTime(), Sum(waves.Select(wave => wave.Counts)), waves, (int)row.Priority);
    }

    public static long? Revision(IDbConnection db, long id) => db.One<long?>("SELECT revision FROM batches WHERE id = @id", new { id });

    public static BatchCounts Counts(IDbConnection db, long id) => Sum(Waves(db, id).Select(wave => wave.Counts));

    sealed record Count
    {
        public int Wave { get; init; }
        public required string State { get; init; }
        public int Members { get; init; }
    }

    static IReadOnlyList<BatchWave> Waves(IDbConnection db, long id) =>
    [
        .. db.All<Count>("SELECT wave AS Wave, state AS State, count(*) AS Members FROM batch_members WHERE batch_id = @id GROUP BY wave, state ORDER BY wave", new { id })
            .GroupBy(count => count.Wave).Select(wave => new BatchWave(wave.Key, new(Of(wave, "Waiting"), Of(wave, "Building"), Of(wave, "Done"), Of(wave, "Failed"), Of(wave, "Blocked"), Of(wave, "Cancelled")))),
    ];

    static int Of(IEnumerable<Count> wave, string state) => wave.FirstOrDefault(count => count.State == state)?.Members ?? 0;

    static BatchCounts Sum(IEnumerable<BatchCounts> all) => all.Aggregate(new BatchCounts(0, 0, 0, 0, 0, 0), (sum, one) =>
        new(sum.Waiting + one.Waiting, sum.Building + one.Building, sum.Done + one.Done, sum.Failed + one.Failed, sum.Blocked + one.Blocked, sum.Cancelled + one.Cancelled));

    sealed record MemberRow
    {
        public long Id { get; init; }
        public required string Package { get; init; }
        public required string SrpmFile { get; init; }
        public int Wave { get; init; }
        public required string State { get; init; }
        public string? Why { get; init; }
        public long? BuildId { get; init; }
        public string? Nvr { get; init; }
        public int Tries { get; init; }
        public string? Needs { get; init; }
        public string? Missing { get; init; }
    }

    /// <param name="after">The last member that is known already.</param>
    public static BatchMemberPage Members(IDbConnection db, long id, long after, int limit, MemberState? state)
    {
        var rows = db.All<MemberRow>("""
            SELECT m.id AS Id, m.package AS Package, m.srpm_file AS SrpmFile, m.wave AS Wave, m.state AS State, m.why AS Why, m.build_id AS BuildId, b.nvr AS Nvr, m.tries AS Tries,
              (SELECT group_concat(o.package, ' ') FROM batch_needs n JOIN batch_members o ON o.id = n.needs_id WHERE n.member_id = m.id) AS Needs,
              (SELECT group_concat(o.package, ', ') FROM batch_needs n JOIN batch_members o ON o.id = n.needs_id WHERE n.member_id = m.id AND o.state <> 'Done') AS Missing
            FROM batch_members m LEFT JOIN builds b ON b.id = m.build_id
            WHERE m.batch_id = @id AND m.id > @after AND (@state IS NULL OR m.state = @state) ORDER BY m.id LIMIT @limit
            """, new { id, after, limit, state = state?.ToString() });
        return new([.. rows.Select(row => new BatchMember(row.Id, row.Package, row.Nvr ?? Bare(row.SrpmFile), row.Wave, Enum.Parse<MemberState>(row.State), Sentence(row), row.BuildId, row.Tries,
            row.Needs?.Split(' ') ?? []))], rows.Count == limit ? rows[^1].Id : null);
    }

    const int LongestList = 300;

    static string? Sentence(MemberRow row) => row switch
    {
        { State: "Waiting", Missing: { } missing } => $"Waiting for {(missing.Length > LongestList ? missing[..LongestList] + "…" : missing)}.",
        { State: "Waiting", Why: null, Needs: not null } => "Waiting for the repository that has all it needs.",
        _ => row.Why,
    };

    static string Bare(string file) => file.EndsWith(".src.rpm", StringComparison.Ordinal) ? file[..^8] : file;
}
