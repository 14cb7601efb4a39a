using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>A part of a repository's updateinfo.xml, compressed by itself.</summary>
sealed record AdvisoryFrame(MetadataFrame Frame, long ChangedAt);

/// <summary>Some advisories that follow one another, as each of a tag's repositories tells of them: one that changes rewrites its bucket and no other.</summary>
/// <param name="Packages">Source packages that they have builds of: what happens to others does not concern them.</param>
/// <param name="Repos">By repository; one that has none of their packages is not there.</param>
sealed record AdvisoryBucket(IReadOnlySet<string> Packages, IReadOnlyDictionary<string, AdvisoryFrame> Repos)
{
    const int Size = 64;

    public static long NumberOf(long advisory) => advisory / Size;

    public static AdvisoryBucket Of(IDbConnection db, Tag tag, IReadOnlyList<long> order, IReadOnlySet<string> hidden, long number)
    {
        var (first, last) = (number * Size, number * Size + Size - 1);
        var packages = db.All<string>("""
            SELECT DISTINCT b.package FROM advisories a JOIN advisory_builds x ON x.advisory_id = a.id AND x.detached_at IS NULL JOIN builds b ON b.id = x.build_id
            WHERE a.id BETWEEN @first AND @last AND a.tag_id IN @order AND a.state = 'Published'
            """, new { order, first, last });
        var advisories = AdvisoryRow.Published(db, order, first, last);
        var placed = Listed.Read(db, order, first, last).Where(rpm => !hidden.Contains(rpm.Package))
            .SelectMany(rpm => HeldRpm.ReposOf(Enum.Parse<RepoClass>(rpm.RepoClass), rpm.Arch, tag.Arches).Select(repo => (Repo: repo, Rpm: rpm))).ToLookup(at => at.Repo, at => at.Rpm);
        var repos = placed.Select(repo => (repo.Key, Frame: Write(advisories, repo.ToLookup(rpm => rpm.AdvisoryId), tag.Compression))).Where(repo => repo.Frame is not null);
        return new(packages.ToHashSet(), repos.ToDictionary(repo => repo.Key, repo => repo.Frame!));
    }

    static AdvisoryFrame? Write(IReadOnlyList<AdvisoryRow> advisories, ILookup<long, Listed> packages, MetadataCompression compression)
    {
        var told = advisories.Where(advisory => packages.Contains(advisory.Id)).ToList();
        return told.Count == 0 ? null : new(
            MetadataFrame.Of(UpdateInfoXml.Updates(told.Select(advisory => OnTheRecord(advisory, packages[advisory.Id]))), compression), told.Max(advisory => advisory.ChangedAt));
    }

    static Advisory OnTheRecord(AdvisoryRow row, IEnumerable<Listed> packages) => new(
        row.Name, row.Type.ToLowerInvariant(), row.Severity, row.Title, row.Owner, row.Version, (row.IssuedAt ?? row.CreatedAt).ToTime(), row.ChangedAt.ToTime(),
        row.Summary, row.Description, row.Rights, row.Does, row.Tag,
        [.. row.References.Select(link => new AdvisoryLink(link.Type switch { ReferenceType.Bugzilla => "bugzilla", ReferenceType.Cve => "cve", _ => "other" }, link.Id ?? "", link.Href ?? "", link.Title ?? ""))],
        [.. packages.Select(rpm => new AdvisoryPackage(new Nevra(rpm.Name, (int)rpm.Epoch, rpm.Version, rpm.Release, rpm.Arch), rpm.Nvr + ".src.rpm", rpm.FileName))]);
}
