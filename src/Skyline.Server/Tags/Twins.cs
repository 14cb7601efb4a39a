using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// Builds of one NVR: a real one and drafts, or several drafts. Their packages have the same names, so a tag has one of them at most.
/// </summary>
static class Twins
{
    /// <summary>Of @build in @tag.</summary>
    public const string Select = """
        SELECT t.id FROM builds own JOIN builds t ON t.package = own.package AND t.nvr = own.nvr AND t.id <> own.id JOIN tag_builds g ON g.build_id = t.id
        WHERE own.id = @build AND g.tag_id = @tag AND g.untagged_at IS NULL
        """;

    public static long? In(IDbConnection db, long tag, long build) => db.One<long?>(Select + " LIMIT 1", new { tag, build });

    /// <returns>A sentence for each that cannot come into the tag for that.</returns>
    public static IEnumerable<Refusal> WhyNot(IDbConnection db, Tag tag, IReadOnlyList<KnownBuild> builds)
    {
        foreach (var several in builds.GroupBy(build => build.Nvr).Where(same => same.Skip(1).Any()))
            yield return new(409, $"{several.Key} is named by builds {string.Join(" and ", several.Select(build => build.Id))}, and a tag has one build of a name, version and release.");
        // Without drafts there are none, and those are few.
        foreach (var build in builds.Where(OfDrafts(db, tag, builds).Contains))
            if (In(db, tag.Id, build.Id) is { } twin)
                yield return new(409, $"'{tag.Name}' has another build of {build.Nvr}, build {twin}, and a tag has one build of a name, version and release; untag that one first.");
    }

    /// <summary>Those that are drafts, or whose NVR a draft in the tag has.</summary>
    static HashSet<KnownBuild> OfDrafts(IDbConnection db, Tag tag, IReadOnlyList<KnownBuild> builds)
    {
        var there = db.All<string>("SELECT b.nvr FROM builds b JOIN tag_builds g ON g.build_id = b.id WHERE b.draft = 1 AND g.tag_id = @Id AND g.untagged_at IS NULL", tag).ToHashSet();
        var drafts = builds.Select(build => build.Id).Chunk(500).SelectMany(some => db.All<long>("SELECT id FROM builds WHERE id IN @some AND draft = 1", new { some })).ToHashSet();
        return [.. builds.Where(build => drafts.Contains(build.Id) || there.Contains(build.Nvr))];
    }
}
