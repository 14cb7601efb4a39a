using System.Collections.Concurrent;
using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// The build that a tag's repositories hold of each package, inherited or not. What was read is kept at hand, as of the event that it was
/// read at; once something has happened to the tag or to those it inherits from, the packages that events named are looked at again,
/// and all of them if one named none. (Of one that holds all its builds, too, the latest.)
/// </summary>
public sealed class LatestBuilds(Database database)
{
    /// <summary>Past so many, looking at all of them is quicker.</summary>
    const int Many = 500;

    /// <summary>So many tags' lists are kept.</summary>
    const int MostKept = 20;

    readonly ConcurrentDictionary<long, LatestList> kept = new();

    sealed record Event(string Kind, string? Package);

    /// <summary>As of now. (Whether the caller may read the tag was asked before.)</summary>
    internal LatestList Of(long tag) => Privacy.Sight.Everything(() => database.Read(db =>
    {
        var moment = db.One<long>("SELECT changed_event FROM tags WHERE id = @tag", new { tag });
        var known = kept.GetValueOrDefault(tag);
        if (known is not null && known.Event >= moment) return known;
        var order = Inheritance.Order(db, tag);
        var packages = known is null ? null : Changed(db, order, known.Event);
        var now = packages is null
            ? LatestList.Of(moment, Read(db, order, null, null))
            : known!.With(moment, packages, Read(db, order, packages, null));
        if (kept.Count >= MostKept && !kept.ContainsKey(tag)) kept.Clear();
        return kept.AddOrUpdate(tag, now, (_, other) => other.Event > now.Event ? other : now);
    }));

    /// <summary>As of an event.</summary>
    internal static LatestList Then(IDbConnection db, long tag, long moment) => LatestList.Of(moment, Read(db, Inheritance.Order(db, tag, moment), null, moment));

    /// <returns>Packages that events since have named; null: all may have changed.</returns>
    static IReadOnlyCollection<string>? Changed(IDbConnection db, TagOrder order, long since)
    {
        var events = db.All<Event>("SELECT DISTINCT kind AS Kind, package AS Package FROM tag_events WHERE tag_id IN @order AND id > @since LIMIT @most", new { order, since, most = Many + 1 });
        return events.Count > Many || events.Any(one => one.Package is null && !TagEvent.LeavesPackages(one.Kind)) ? null : [.. events.Select(one => one.Package).OfType<string>().Distinct()];
    }

    /// <param name="packages">Null: all of them.</param>
    static List<LatestBuild> Read(IDbConnection db, TagOrder order, IReadOnlyCollection<string>? packages, long? moment)
    {
        if (packages is { Count: 0 }) return [];
        var (tagged, builds) = packages is null ? LatestRows.All(db, order, moment) : (EffectiveBuilds.ReadTagged(db, order, packages, moment), null);
        var held = EffectiveBuilds.Of(order, all: false, new(tagged, EffectiveBuilds.ReadBlocked(db, order, packages, moment), EffectiveBuilds.ReadListed(db, order, packages, moment))).ToList();
        builds ??= LatestRows.Some(db, held.Select(build => build.BuildId));
        var owners = LatestRows.Owners(db, order, packages, moment);
        var people = LatestRows.People(db, owners.Values.Concat(held.Select(build => builds[build.BuildId].Owner)));
        var names = order.ToDictionary(tag => tag, tag => db.One<string>("SELECT name FROM tags WHERE id = @tag", new { tag })!);
        return [.. held.Select(build => new LatestBuild(build.Package, build.BuildId, builds[build.BuildId].Nvr, names[build.TagId],
            people[owners.TryGetValue(build.Package, out var owner) ? owner : builds[build.BuildId].Owner]))];
    }
}
