using System.Data;
using System.Text.RegularExpressions;
using Skyline.Rpm;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A named, ordered set of builds, and what buildroots made from it start with.</summary>
/// <param name="Compression">Of its repositories' metadata.</param>
/// <param name="HoldsAll">Whether its repositories hold every build that is in the tag, not only each package's latest.</param>
public sealed record Tag(long Id, string Name, string Chroot, IReadOnlyList<string> Arches, MetadataCompression Compression, bool HoldsAll, DateTimeOffset CreatedAt)
{
    sealed record Row(long Id, string Name, string Chroot, string Compression, string Holds, long CreatedAt);

    const string Select = "SELECT id AS Id, name AS Name, chroot AS Chroot, compression AS Compression, holds AS Holds, created_at AS CreatedAt FROM tags";

    public static Tag? Find(IDbConnection db, string name) =>
        From(db, db.One<Row>(Select + " WHERE name = @name AND removed_at IS NULL", new { name }));

    public static Tag Of(IDbConnection db, long id) =>
        From(db, db.One<Row>(Select + " WHERE id = @id", new { id }))!;

    public static IReadOnlyList<Tag> All(IDbConnection db) =>
        [.. db.All<Row>(Select + " WHERE removed_at IS NULL ORDER BY name").Select(row => From(db, row)!)];

    public static Refusal None(string? name) => new(404, $"There is no tag '{name}'.");

    /// <summary>What it inherits from directly, first first.</summary>
    internal static IReadOnlyList<Parent> ParentsOf(IDbConnection db, long tag) => db.All<Parent>("""
        SELECT p.parent_id AS Id, t.name AS Name, p.priority AS Priority FROM tag_parents p JOIN tags t ON t.id = p.parent_id
        WHERE p.tag_id = @tag AND p.unset_at IS NULL ORDER BY p.priority
        """, new { tag });

    static Tag? From(IDbConnection db, Row? row) => row is null ? null : new(
        row.Id, row.Name, row.Chroot,
        db.All<string>("SELECT arch FROM tag_arches WHERE tag_id = @Id ORDER BY position", row),
        Enum.Parse<MetadataCompression>(row.Compression), row.Holds == "All", row.CreatedAt.ToTime());
}

/// <summary>What tags and targets may be called: it becomes part of addresses and of file names on packagers' machines.</summary>
static partial class Names
{
    public static bool IsGood(string? name) => name is not null && Pattern().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    public const string Rule = "letters, digits, '.', '_', '-' and '+', up to 100, starting with a letter or digit";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._+-]{0,99}\z")]
    private static partial Regex Pattern();
}
