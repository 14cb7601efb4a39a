using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>
/// updateinfo.xml of each of a tag's repositories: the advisories of the tag and of those it inherits from, each with the packages of
/// its builds that are in these tags and belong into that repository. One that a later build has taken the place of stays listed:
/// whoever has an older package still lacks what it mends, and clients take the newer package for it.
/// </summary>
/// <param name="Key">Whose advisories they are made of, and of which events.</param>
/// <param name="Seen">The last event of these tags that was looked at.</param>
/// <param name="Packages">Source packages that the advisories have builds of: what happens to others does not concern them.</param>
/// <param name="Files">By repository; one without an advisory has none.</param>
sealed record AdvisoryFiles(string Key, long Seen, IReadOnlySet<string> Packages, IReadOnlyDictionary<string, ExtraMetadata> Files)
{
    sealed record Source
    {
        public long TagId { get; init; }
        public long Newest { get; init; }
    }

    public static AdvisoryFiles Of(IDbConnection db, Tag tag, IReadOnlyList<long> order, AdvisoryFiles? before)
    {
        // What changes between these questions is looked at again by the next publish.
        var seen = db.One<long?>("SELECT max(id) FROM tag_events WHERE tag_id IN @order", new { order }) ?? 0;
        var key = string.Join(' ', db.All<Source>("SELECT tag_id AS TagId, max(event_id) AS Newest FROM advisories WHERE tag_id IN @order AND event_id > 0 GROUP BY tag_id", new { order })
            .InOrder(order, source => source.TagId).Select(source => $"{source.TagId}@{source.Newest}"));
        if (before is not null && before.Key == key && !before.IsConcerned(db, order)) return before with { Seen = seen };
        if (key.Length == 0) return new(key, seen, new HashSet<string>(), new Dictionary<string, ExtraMetadata>());
        var packages = db.All<string>("""
            SELECT DISTINCT b.package FROM advisories a JOIN advisory_builds x ON x.advisory_id = a.id AND x.detached_at IS NULL JOIN builds b ON b.id = x.build_id
            WHERE a.tag_id IN @order AND a.state = 'Published'
            """, new { order });
        return new(key, seen, packages.ToHashSet(), Write(tag, AdvisoryRow.Published(db, order), Listed.Read(db, order)));
    }

    sealed record Event(string Kind, string? Package);

    /// <summary>Advisories and the like are told by the key; that a tag inherits from another, or takes up another state, by no package's name.</summary>
    bool IsConcerned(IDbConnection db, IReadOnlyList<long> order) => Key.Length > 0 &&
        db.All<Event>("SELECT DISTINCT kind AS Kind, package AS Package FROM tag_events WHERE tag_id IN @order AND id > @Seen", new { order, Seen })
            .Any(happened => happened.Package is { } package ? Packages.Contains(package) : happened.Kind != nameof(TagEventKind.Content));

    static Dictionary<string, ExtraMetadata> Write(Tag tag, IReadOnlyList<AdvisoryRow> advisories, IReadOnlyList<Listed> listed)
    {
        var files = new Dictionary<string, ExtraMetadata>();
        var placed = listed.SelectMany(rpm => HeldRpm.ReposOf(Enum.Parse<RepoClass>(rpm.RepoClass), rpm.Arch, tag.Arches).Select(repo => (Repo: repo, Rpm: rpm))).ToLookup(at => at.Repo, at => at.Rpm);
        foreach (var repo in placed)
        {
            var packages = repo.ToLookup(rpm => rpm.AdvisoryId);
            var told = advisories.Where(advisory => packages.Contains(advisory.Id)).ToList();
            var xml = UpdateInfoXml.Write(told.Select(advisory => OnTheRecord(advisory, packages[advisory.Id])));
            files[repo.Key] = ExtraMetadata.Packed("updateinfo", "updateinfo.xml", xml, tag.Compression, told.Max(advisory => advisory.ChangedAt));
        }
        return files;
    }

    static Advisory OnTheRecord(AdvisoryRow row, IEnumerable<Listed> packages) => new(
        row.Name, row.Type.ToLowerInvariant(), row.Severity, row.Title, row.Owner, row.Version, (row.IssuedAt ?? row.CreatedAt).ToTime(), row.ChangedAt.ToTime(),
        row.Summary, row.Description, row.Rights, row.Does, row.Tag,
        [.. row.References.Select(link => new AdvisoryLink(link.Type switch { ReferenceType.Bugzilla => "bugzilla", ReferenceType.Cve => "cve", _ => "other" }, link.Id ?? "", link.Href ?? "", link.Title ?? ""))],
        [.. packages.Select(rpm => new AdvisoryPackage(new Nevra(rpm.Name, (int)rpm.Epoch, rpm.Version, rpm.Release, rpm.Arch), rpm.Nvr + ".src.rpm", rpm.FileName))]);
}
