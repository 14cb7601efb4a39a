using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// A tag's own builds and blocks become what they were when a snapshot was made. What happened since is undone by new events, so
/// nothing of the history is lost, and a roll back can be rolled back. What is inherited, and the tag's settings, stay as they are.
/// </summary>
static class RollBackTo
{
    public static Planned Plan(IDbConnection db, string name, RollbackTag wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        var (snapshot, why) = NamedSnapshot.Find(db, tag, wanted.Snapshot);
        if (snapshot is null) return new Planned.Refused(why!);
        var since = PastEvent.Since(db, tag.Id, snapshot.EventId);
        List<TagAct> acts = [.. Builds(db, tag, since), .. Blocks(db, tag, since)];
        return new Planned.Acts(acts.Count == 0 ? [] : [new TagAct.RollBack(tag, snapshot.Hash), .. acts], [.. Notes(db, tag, snapshot, acts.Count)]);
    }

    sealed record Stay(long Id, long BuildId, long? UntaggedAt);

    static List<TagAct> Builds(IDbConnection db, Tag tag, IReadOnlyList<PastEvent> since)
    {
        var events = since.Where(one => one.BuildId is not null).ToLookup(one => one.BuildId!.Value);
        var packages = NamedBuilds.Of(db, events.Select(build => build.Key)).Select(build => build.Package).Distinct();
        var stays = packages.Chunk(500).SelectMany(some => db.All<Stay>("""
            SELECT t.id AS Id, t.build_id AS BuildId, t.untagged_at AS UntaggedAt FROM tag_builds t JOIN builds b ON b.id = t.build_id WHERE t.tag_id = @tag AND b.package IN @some
            """, new { tag = tag.Id, some })).ToList();
        var known = NamedBuilds.Of(db, stays.Select(stay => stay.BuildId).Distinct()).ToDictionary(build => build.Id);
        var now = stays.Where(stay => stay.UntaggedAt is null).OrderBy(stay => stay.Id).Select(stay => known[stay.BuildId]).ToLookup(build => build.Package);
        var then = stays.GroupBy(stay => stay.BuildId)
            .Select(build => (Build: known[build.Key], Stay: PastStay(build.OrderByDescending(stay => stay.Id).ToList(), [.. events[build.Key]])))
            .Where(build => build.Stay is not null).OrderBy(build => build.Stay!.Id).ToList();
        var (takes, puts) = (new List<TagAct>(), new List<(long Order, TagAct Act)>());
        foreach (var package in known.Values.Select(build => build.Package).Distinct())
        {
            var wanted = then.Where(build => build.Build.Package == package).ToList();
            var (taken, put) = Reordered([.. now[package]], [.. wanted.Select(build => build.Build)]);
            takes.AddRange(taken.Select(build => new TagAct.Take(tag, build)));
            puts.AddRange(put.Select(build => (wanted.Find(one => one.Build == build).Stay!.Id, (TagAct)new TagAct.Put(tag, build))));
        }
        return [.. takes, .. puts.OrderBy(put => put.Order).Select(put => put.Act)];
    }

    /// <summary>The row by which a build was in the tag then: each tagging since is a row more.</summary>
    /// <param name="stays">Of one build, newest first.</param>
    /// <param name="since">What has happened to it, oldest first.</param>
    static Stay? PastStay(IReadOnlyList<Stay> stays, IReadOnlyList<PastEvent> since)
    {
        var was = since.Count > 0 ? since[0].Kind == nameof(TagEventKind.Untag) : stays[0].UntaggedAt is null;
        return was ? stays.ElementAtOrDefault(since.Count(one => one.Kind == nameof(TagEventKind.Tag))) : null;
    }

    /// <summary>
    /// Which builds of a package are to be taken out and put in, in order, to come from one order of tagging to another: those that
    /// stand at the beginning of both stay.
    /// </summary>
    public static (IReadOnlyList<KnownBuild> Take, IReadOnlyList<KnownBuild> Put) Reordered(IReadOnlyList<KnownBuild> now, IReadOnlyList<KnownBuild> then)
    {
        var kept = 0;
        foreach (var build in now)
            if (kept < then.Count && build == then[kept]) kept++;
        return ([.. now.Where(build => !then.Take(kept).Contains(build))], [.. then.Skip(kept)]);
    }

    static IEnumerable<TagAct> Blocks(IDbConnection db, Tag tag, IReadOnlyList<PastEvent> since)
    {
        var blocked = EffectiveBuilds.ReadBlocked(db, [tag.Id], packages: null).Select(block => block.Package).ToHashSet();
        foreach (var package in since.Where(one => one.Kind is nameof(TagEventKind.Block) or nameof(TagEventKind.Unblock)).GroupBy(one => one.Package!))
        {
            var was = package.First().Kind == nameof(TagEventKind.Unblock);
            if (was && !blocked.Contains(package.Key)) yield return new TagAct.Block(tag, package.Key);
            if (!was && blocked.Contains(package.Key)) yield return new TagAct.Unblock(tag, package.Key);
        }
    }

    static IEnumerable<string> Notes(IDbConnection db, Tag tag, NamedSnapshot snapshot, int acts)
    {
        if (acts == 0) yield return $"The builds and blocks of '{tag.Name}' are what they were with snapshot {snapshot.Hash}.";
        if (db.One<bool>("SELECT EXISTS (SELECT 1 FROM tag_events WHERE tag_id IN @order AND id > @EventId AND (tag_id <> @Id OR kind IN ('Inherit', 'Key', 'Settings', 'Import', 'Content')))",
            new { order = Inheritance.Order(db, tag.Id), snapshot.EventId, tag.Id }))
            yield return "What the tag inherits, its settings, its key, or packages of its builds have changed since; that stays, so the next snapshot may differ from that one.";
    }
}

/// <summary>What happened to one of a tag's builds or packages.</summary>
sealed record PastEvent(string Kind, string? Package, long? BuildId)
{
    /// <summary>Oldest first.</summary>
    public static IReadOnlyList<PastEvent> Since(IDbConnection db, long tag, long eventId) => db.All<PastEvent>("""
        SELECT kind AS Kind, package AS Package, build_id AS BuildId FROM tag_events
        WHERE tag_id = @tag AND id > @eventId AND kind IN ('Tag', 'Untag', 'Block', 'Unblock') ORDER BY id
        """, new { tag, eventId });
}
