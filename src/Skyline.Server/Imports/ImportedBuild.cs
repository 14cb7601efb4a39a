using System.Data;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Imports;

/// <summary>A build whose packages were built elsewhere, as the page that imports shows it.</summary>
public sealed record ImportedBuild
{
    /// <summary>On one page.</summary>
    public const int Most = 250;

    const int MostNamed = 20;

    public required long Id { get; init; }
    public required string Nvr { get; init; }

    /// <summary>How many packages it has.</summary>
    public required long Packages { get; init; }

    /// <summary>Names of the first of them.</summary>
    public required string Files { get; init; }

    /// <summary>Whether it is in the tag that was asked about, itself.</summary>
    public required bool InTag { get; init; }

    const string Select = """
        SELECT b.id AS Id, b.nvr AS Nvr, (SELECT count(*) FROM rpms r WHERE r.build_id = b.id) AS Packages,
          coalesce((SELECT group_concat(file_name, ', ') FROM (SELECT file_name FROM rpms WHERE build_id = b.id ORDER BY file_name LIMIT @MostNamed) l), '') AS Files,
          EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.tag_id = @tag AND g.untagged_at IS NULL) AS InTag FROM builds b
        """;

    /// <param name="names">By NVR; what names nothing is left out.</param>
    public static IReadOnlyList<ImportedBuild> Picked(IDbConnection db, long tag, IEnumerable<string> names)
    {
        var ids = names.Distinct().Take(Most).Select(name => NamedBuilds.Find(db, name)?.Id).OfType<long>().Distinct().ToList();
        return ids.Count == 0 ? [] : db.All<ImportedBuild>(Select + " WHERE b.id IN @ids ORDER BY b.nvr", new { tag, ids, MostNamed });
    }

    /// <summary>What somebody imported and nobody put into a tag, the newest first.</summary>
    public static IReadOnlyList<ImportedBuild> Loose(IDbConnection db, long tag, long person) => db.All<ImportedBuild>(Select + """
         WHERE b.owner_id = @person AND b.target_id IS NULL AND b.scratch = 0 AND b.state = 'Complete' AND b.packages_removed_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id AND g.untagged_at IS NULL) ORDER BY b.id DESC LIMIT @Most
        """, new { tag, person, MostNamed, Most });

    /// <summary>Of several versions of a package the highest comes last, and so becomes the latest.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> nvrs) =>
        [.. nvrs.Distinct().Select(nvr => (Nvr: nvr, Known: Nevra.TryParse(nvr + ".src", out var known) ? known : new(nvr, 0, "", "", ""))).OrderBy(one => one.Known.Name, StringComparer.Ordinal).ThenBy(one => one.Known.Evr).Select(one => one.Nvr)];
}
