using System.Data;
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
/// <param name="Newest">The event that brought the newest change of an advisory; 0: none was ever published.</param>
/// <param name="Seen">The last event of these tags that was looked at.</param>
/// <param name="Files">By repository; one without an advisory has none.</param>
sealed record AdvisoryFiles(long Newest, long Seen, IReadOnlyDictionary<long, AdvisoryBucket> Buckets, IReadOnlyDictionary<string, ExtraMetadata> Files)
{
    static readonly AdvisoryFiles none = new(0, 0, new Dictionary<long, AdvisoryBucket>(), new Dictionary<string, ExtraMetadata>());

    public static AdvisoryFiles Of(IDbConnection db, Tag tag, TagOrder order, AdvisoryFiles? before)
    {
        var seen = Newer(db, "SELECT max(id) FROM tag_events WHERE tag_id = @tag", order);
        var newest = Newer(db, "SELECT max(event_id) FROM advisories WHERE tag_id = @tag", order);
        if (newest == 0) return none with { Seen = seen };
        var stale = before is null ? null : Stale(db, order, before, newest);
        if (stale is { Count: 0 }) return before! with { Seen = seen, Newest = newest };
        var buckets = stale is null ? [] : before!.Buckets.ToDictionary();
        var hidden = Listed.Hidden(db, order);
        foreach (var number in stale ?? All(db, order))
            buckets[number] = AdvisoryBucket.Of(db, tag, order, hidden, number);
        return new(newest, seen, buckets, Join(buckets, tag.Compression));
    }

    static long Newer(IDbConnection db, string sql, IReadOnlyList<long> order) => order.Max(tag => db.One<long?>(sql, new { tag }) ?? 0);

    static HashSet<long> All(IDbConnection db, IReadOnlyList<long> order) =>
        [.. db.All<long>("SELECT id FROM advisories WHERE tag_id IN @order AND state = 'Published'", new { order }).Select(AdvisoryBucket.NumberOf)];

    sealed record Event(string Kind, string? Package);

    /// <returns>Numbers of buckets to be written anew; null: all, for what happened to the tags was told by no package's name.</returns>
    static HashSet<long>? Stale(IDbConnection db, IReadOnlyList<long> order, AdvisoryFiles before, long newest)
    {
        var events = db.All<Event>("SELECT DISTINCT kind AS Kind, package AS Package FROM tag_events WHERE tag_id IN @order AND id > @Seen", new { order, before.Seen });
        if (events.Any(happened => happened.Package is null && happened.Kind is not (nameof(TagEventKind.Content) or nameof(TagEventKind.Config)))) return null;
        var packages = events.Select(happened => happened.Package).OfType<string>().ToList();
        HashSet<long> stale = [.. before.Buckets.Where(bucket => packages.Any(bucket.Value.Packages.Contains)).Select(bucket => bucket.Key)];
        if (newest != before.Newest)
            stale.UnionWith(db.All<long>("SELECT id FROM advisories WHERE tag_id IN @order AND event_id > @Newest", new { order, before.Newest }).Select(AdvisoryBucket.NumberOf));
        return stale;
    }

    static Dictionary<string, ExtraMetadata> Join(Dictionary<long, AdvisoryBucket> buckets, MetadataCompression compression)
    {
        var (start, end) = (MetadataFrame.Of(UpdateInfoXml.Start, compression), MetadataFrame.Of(UpdateInfoXml.End, compression));
        return buckets.OrderBy(bucket => bucket.Key).SelectMany(bucket => bucket.Value.Repos).ToLookup(repo => repo.Key, repo => repo.Value).ToDictionary(
            repo => repo.Key,
            repo => ExtraMetadata.Joined("updateinfo", "updateinfo.xml", [start, .. repo.Select(part => part.Frame), end], compression, repo.Max(part => part.ChangedAt)));
    }
}
