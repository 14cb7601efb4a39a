using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>Where a package belongs: with the programs, with what debuggers read, or with the sources.</summary>
public enum RepoClass { Binary, Debug, Source }

/// <summary>A package in one of a tag's repositories.</summary>
/// <param name="SignedId">The signed package; null: it is yet to be signed with the tag's key.</param>
/// <param name="Package">Name of the source package that it was built from.</param>
sealed record HeldRpm(string Repo, long RpmId, long? SignedId, string Package, string FileName, long AddedAt)
{
    public RepoEntry Entry => RepoEntry.Of(Package, FileName, SignedId!.Value, AddedAt);

    sealed record Row(long RpmId, long? SignedId, string Package, string FileName, string RepoClass, string Arch, long AddedAt);

    /// <summary>What the tag's repositories are to hold, of these packages (null: of all).</summary>
    public static IReadOnlyList<HeldRpm> Wanted(IDbConnection db, Tag tag, long key, IReadOnlyCollection<string>? packages)
    {
        var builds = EffectiveBuilds.Read(db, Inheritance.Order(db, tag.Id), tag.HoldsAll, packages);
        return [.. builds.Chunk(500).SelectMany(some => db.All<Row>("""
            SELECT r.id AS RpmId, s.id AS SignedId, b.package AS Package, r.file_name AS FileName, r.repo_class AS RepoClass, r.arch AS Arch, r.added_at AS AddedAt
            FROM rpms r JOIN builds b ON b.id = r.build_id LEFT JOIN signed_rpms s ON s.rpm_id = r.id AND s.key_id = @key WHERE r.build_id IN @some
            """, new { key, some })).SelectMany(row => ReposOf(Enum.Parse<RepoClass>(row.RepoClass), row.Arch, tag.Arches)
                .Select(repo => new HeldRpm(repo, row.RpmId, row.SignedId, row.Package, row.FileName, row.AddedAt)))];
    }

    /// <summary>What they hold as of the newest snapshot.</summary>
    public static IReadOnlyList<HeldRpm> Now(IDbConnection db, long tag, IReadOnlyCollection<string>? packages) =>
        db.All<HeldRpm>(packages is null ? SelectNow : SelectNowOfSome, new { tag, packages });

    const string NowColumns = "t.repo AS Repo, t.rpm_id AS RpmId, t.signed_id AS SignedId, b.package AS Package, r.file_name AS FileName, r.added_at AS AddedAt";

    const string SelectNow = $"SELECT {NowColumns} FROM tag_rpms t JOIN rpms r ON r.id = t.rpm_id JOIN builds b ON b.id = r.build_id WHERE t.tag_id = @tag AND t.until IS NULL";

    // From the few packages on: SQLite would rather read all that the tag holds.
    internal const string SelectNowOfSome = $"""
        SELECT {NowColumns} FROM builds b CROSS JOIN rpms r ON r.build_id = b.id CROSS JOIN tag_rpms t ON t.rpm_id = r.id
        WHERE b.package IN @packages AND t.tag_id = @tag AND t.until IS NULL
        """;

    /// <summary>Each architecture's repository holds its own packages and the noarch ones, debug packages apart; sources are together.</summary>
    public static IEnumerable<string> ReposOf(RepoClass @class, string arch, IReadOnlyList<string> arches) => @class == RepoClass.Source
        ? ["src"]
        : arches.Where(one => arch == one || arch == "noarch").Select(one => @class == RepoClass.Debug ? one + "-debug" : one);

    /// <summary>All repositories of a tag, whether they hold anything or not.</summary>
    public static IEnumerable<string> AllRepos(IReadOnlyList<string> arches) => [.. arches.SelectMany(arch => new[] { arch, arch + "-debug" }), "src"];

    public static RepoClass ClassOf(string name, bool isSource) =>
        isSource ? RepoClass.Source
        : name.EndsWith("-debuginfo", StringComparison.Ordinal) || name.Contains("-debuginfo-", StringComparison.Ordinal) || name.EndsWith("-debugsource", StringComparison.Ordinal) ? RepoClass.Debug
        : RepoClass.Binary;

    public static string LocationOf(string fileName) => $"Packages/{char.ToLowerInvariant(fileName[0])}/{fileName}";
}
