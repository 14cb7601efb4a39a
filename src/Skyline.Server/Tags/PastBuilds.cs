using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What happened to one of a tag's builds or packages.</summary>
sealed record PastEvent(string Kind, string? Package, long? BuildId)
{
    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<PastEvent> Since(IDbConnection db, long tag, long eventId) => db.All<PastEvent>("""
        SELECT kind AS Kind, package AS Package, build_id AS BuildId FROM tag_events
        WHERE tag_id = @tag AND id > @eventId AND kind IN ('Tag', 'Untag', 'Block', 'Unblock') ORDER BY id
        """, new { tag, eventId });
}

/// <summary>A package's builds in a tag, now and in the past, each in the order in which they were tagged.</summary>
sealed record PastBuilds(IReadOnlyList<KnownBuild> Now, IReadOnlyList<PastBuilds.Placed> Then)
{
    /// <param name="Order">Grows with every tagging.</param>
    public sealed record Placed(KnownBuild Build, long Order);

    sealed record Stay(long Id, long BuildId, long? UntaggedAt);

    /// <param name="since">What has happened since then; packages to which nothing has are left out.</param>
    public static IReadOnlyList<PastBuilds> Of(IDbConnection db, long tag, IReadOnlyList<PastEvent> since)
    {
        var events = since.Where(one => one.BuildId is not null).ToLookup(one => one.BuildId!.Value);
        var packages = NamedBuilds.Of(db, events.Select(build => build.Key)).Select(build => build.Package).Distinct();
        var stays = packages.Chunk(500).SelectMany(some => db.All<Stay>("""
            SELECT t.id AS Id, t.build_id AS BuildId, t.untagged_at AS UntaggedAt FROM tag_builds t JOIN builds b ON b.id = t.build_id
            WHERE t.tag_id = @tag AND b.package IN @some ORDER BY t.id
            """, new { tag, some })).ToLookup(stay => stay.BuildId);
        return [.. NamedBuilds.Of(db, stays.Select(build => build.Key)).GroupBy(build => build.Package).Select(package => new PastBuilds(
            InOrder(package.Select(build => (build, Stay: stays[build.Id].FirstOrDefault(stay => stay.UntaggedAt is null)))).Select(placed => placed.Build).ToList(),
            InOrder(package.Select(build => (build, Stay: ThatOf([.. stays[build.Id].Reverse()], [.. events[build.Id]]))))))];
    }

    static List<Placed> InOrder(IEnumerable<(KnownBuild Build, Stay? Stay)> builds) =>
        [.. builds.Where(one => one.Stay is not null).Select(one => new Placed(one.Build, one.Stay!.Id)).OrderBy(one => one.Order)];

    /// <summary>The row by which a build was in the tag then, if it was: each tagging since is a row more.</summary>
    /// <param name="stays">Newest first.</param>
    static Stay? ThatOf(IReadOnlyList<Stay> stays, IReadOnlyList<PastEvent> since)
    {
        var was = since.Count > 0 ? since[0].Kind == nameof(TagEventKind.Untag) : stays[0].UntaggedAt is null;
        return was ? stays.ElementAtOrDefault(since.Count(one => one.Kind == nameof(TagEventKind.Tag))) : null;
    }
}
