using System.Data;
using System.Text.RegularExpressions;
using Skyline.Rpm;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A named, ordered set of builds, and what buildroots made from it start with.</summary>
/// <param name="Arches">Those that count: its own, or inherited.</param>
/// <param name="Compression">Of its repositories' metadata.</param>
/// <param name="HoldsAll">Whether its repositories hold every build that is in the tag, not only each package's latest.</param>
public sealed record Tag(long Id, string Name, string Chroot, IReadOnlyList<string> Arches, MetadataCompression Compression, bool HoldsAll, DateTimeOffset CreatedAt)
{
    public string Description { get; init; } = "";

    /// <summary>Nothing goes into it or out of it, unless an administrator insists.</summary>
    public bool Locked { get; init; }

    /// <summary>A package must be listed, here or in what it inherits from, before it may be tagged or built here.</summary>
    public bool DemandsListed { get; init; }

    public bool InheritsArches { get; init; }

    /// <summary>What is in it, and what it is, changes only when a second person agrees (Approvals/).</summary>
    public bool SecondPerson { get; init; }

    /// <summary>For who may not read it there is no such tag (<see cref="Readers"/>).</summary>
    public bool Private { get; init; }

    /// <summary>Who is not named there may not build, tag or promote into it, whatever their role (<see cref="TagRule"/>).</summary>
    public bool Closed { get; init; }

    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>What its buildroots have beside its chroot's packages and macros.</summary>
    public BuildrootSettings Buildroot { get; init; } = BuildrootSettings.None;

    sealed record Row(long Id, string Name, string Chroot, string Compression, string Holds, long CreatedAt, string Description, long Locked, long DemandsListed, long InheritsArches, long? RemovedAt, long SecondPerson, long Private, long Closed);

    const string Select = """
        SELECT id AS Id, name AS Name, chroot AS Chroot, compression AS Compression, holds AS Holds, created_at AS CreatedAt, description AS Description, locked AS Locked,
               demands_listed AS DemandsListed, inherits_arches AS InheritsArches, removed_at AS RemovedAt, second_person AS SecondPerson, private AS Private, closed AS Closed FROM tags
        """;

    public static Tag? Find(IDbConnection db, string name) =>
        Seen(db, db.One<Row>(Select + " WHERE name = @name AND removed_at IS NULL", new { name }));

    /// <summary>One that was removed, too.</summary>
    public static Tag? FindEver(IDbConnection db, string name) => Seen(db, db.One<Row>(Select + " WHERE name = @name", new { name }));

    public static Tag Of(IDbConnection db, long id) =>
        From(db, db.One<Row>(Select + " WHERE id = @id", new { id }))!;

    public static IReadOnlyList<Tag> All(IDbConnection db) =>
        [.. db.All<Row>(Select + " WHERE removed_at IS NULL ORDER BY name").Select(row => From(db, row)!)];

    /// <summary>By the name that somebody gave: one that is hidden from them there is not, in a write neither.</summary>
    static Tag? Seen(IDbConnection db, Row? row) => row is null || Hidden.Tag(db, row.Id) ? null : From(db, row);

    public static Refusal None(string? name) => new(404, $"There is no tag '{name}'.");

    sealed record ParentRow(long Id, string Name, long Priority, long? MaxDepth, long Intransitive, long NoConfig, string? Filter);

    /// <summary>What it inherits from directly, first first.</summary>
    /// <param name="moment">As of this event; null: now.</param>
    internal static IReadOnlyList<Parent> ParentsOf(IDbConnection db, long tag, long? moment = null) => [.. db.All<ParentRow>($"""
        SELECT p.parent_id AS Id, t.name AS Name, p.priority AS Priority, p.max_depth AS MaxDepth, p.intransitive AS Intransitive, p.no_config AS NoConfig, p.filter AS Filter
        FROM tag_parents p JOIN tags t ON t.id = p.parent_id
        WHERE p.tag_id = @tag AND {(moment is null ? "p.unset_at IS NULL" : AsOf.Counts(moment, "p."))} ORDER BY p.priority
        """, new { tag, moment }).Select(row => new Parent(row.Id, row.Name, row.Priority, (int?)row.MaxDepth, row.Intransitive == 1, row.NoConfig == 1, row.Filter))];

    static Tag? From(IDbConnection db, Row? row) => row is null ? null : new(
        row.Id, row.Name, row.Chroot, row.InheritsArches == 1 ? InheritedArches(db, row.Id) : OwnArches(db, row.Id), Enum.Parse<MetadataCompression>(row.Compression), row.Holds == "All", row.CreatedAt.ToTime())
    {
        Description = row.Description, Locked = row.Locked == 1, DemandsListed = row.DemandsListed == 1, InheritsArches = row.InheritsArches == 1, SecondPerson = row.SecondPerson == 1, RemovedAt = row.RemovedAt.ToTime(),
        Private = row.Private == 1, Closed = row.Closed == 1,
        Buildroot = BuildrootSettings.Of(db, row.Id),
    };

    internal static IReadOnlyList<string> OwnArches(IDbConnection db, long tag) => db.All<string>("SELECT arch FROM tag_arches WHERE tag_id = @tag ORDER BY position", new { tag });

    /// <summary>Those of the nearest that has its own and lets its settings through; where there is none, those that it was made with.</summary>
    internal static IReadOnlyList<string> InheritedArches(IDbConnection db, long tag) => OwnArches(db, db.One<long?>("""
        SELECT k.from_id FROM tag_kin k JOIN tags t ON t.id = k.from_id WHERE k.tag_id = @tag AND k.config_position IS NOT NULL AND t.inherits_arches = 0 ORDER BY k.config_position LIMIT 1
        """, new { tag }) ?? tag);
}

/// <summary>What tags and targets may be called: it becomes part of addresses and of file names on packagers' machines.</summary>
static partial class Names
{
    public static bool IsGood(string? name) => name is not null && Pattern().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    public const string Rule = "letters, digits, '.', '_', '-' and '+', up to 100, starting with a letter or digit";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\z")]
    private static partial Regex Pattern();
}
