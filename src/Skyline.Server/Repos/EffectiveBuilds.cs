using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>
/// Which builds a tag's repositories hold, as Koji merges them (koji 1.35.3, kojihub.py: readPackageList, readTaggedBuilds). First
/// whether a package is there at all: the nearest tag that lists it, has builds of it or blocks it decides, among those whose filters on
/// the way let its name through; one that blocks it hides it, whatever comes behind. Then its builds: those of the nearest tag that has
/// any, of these the one tagged last. (Filters keep packages out, not builds: as in Koji, one that a nearer tag lists takes its builds
/// from behind a filter too.) A tag need not list what it has builds of; Koji's must, and this is the one thing that differs.
/// </summary>
static class EffectiveBuilds
{
    /// <param name="Order">Grows with every tagging: the latest has the highest.</param>
    public sealed record Tagged(long TagId, string Package, long BuildId, long Order);

    public sealed record Blocked(long TagId, string Package);

    public sealed record Listed(long TagId, string Package);

    /// <summary>All that decides.</summary>
    public sealed record Rows(IReadOnlyList<Tagged> Tagged, IReadOnlyList<Blocked> Blocked, IReadOnlyList<Listed> Listed)
    {
        /// <param name="packages">Null: all of them.</param>
        /// <param name="moment">As of this event; null: now.</param>
        public static Rows Read(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages, long? moment = null) =>
            new(ReadTagged(db, tags, packages, moment), ReadBlocked(db, tags, packages, moment), ReadListed(db, tags, packages, moment));
    }

    /// <summary>What becomes of a package in a tag.</summary>
    /// <param name="Builds">Those that are held.</param>
    /// <param name="DecidedBy">The tag whose builds count.</param>
    /// <param name="BlockedBy">The tag that blocks it, if that is why nothing is held; where nothing is held and none does, a filter keeps it out.</param>
    public sealed record Decision(string Package, IReadOnlyList<Tagged> Builds, long DecidedBy, long? BlockedBy);

    /// <param name="order">As <see cref="Inheritance"/> has it. Rows of other tags count for nothing.</param>
    /// <param name="all">Whether the deciding tag's earlier builds are held too.</param>
    public static IEnumerable<Decision> Decide(TagOrder order, bool all, Rows rows)
    {
        var rank = order.Select((tag, at) => (tag, at)).ToDictionary(pair => pair.tag, pair => pair.at);
        var entry = new Entries(order);
        var blocks = rows.Blocked.Where(block => rank.ContainsKey(block.TagId)).ToLookup(block => block.Package, block => block.TagId);
        var lists = rows.Listed.Where(listed => rank.ContainsKey(listed.TagId)).ToLookup(listed => listed.Package, listed => listed.TagId);
        foreach (var package in rows.Tagged.Where(build => rank.ContainsKey(build.TagId)).GroupBy(build => build.Package))
        {
            var deciding = package.Min(build => rank[build.TagId]);
            var blocked = entry.First(package.Key, blocks[package.Key]);
            var there = Math.Min(entry.First(package.Key, lists[package.Key]), entry.First(package.Key, package.Select(build => build.TagId)));
            if (blocked <= there && blocked < Entries.None) yield return new(package.Key, [], order[deciding], entry.TagAt(blocked));
            else if (there == Entries.None) yield return new(package.Key, [], order[deciding], null);
            else yield return new(package.Key, Held(package.Where(build => rank[build.TagId] == deciding), all), order[deciding], null);
        }
    }

    static IReadOnlyList<Tagged> Held(IEnumerable<Tagged> there, bool all) => all ? [.. there.OrderBy(build => build.Order)] : [there.MaxBy(build => build.Order)!];

    /// <summary>Where along its ways a tag comes to know of a package.</summary>
    sealed class Entries(TagOrder order)
    {
        public const int None = int.MaxValue;

        readonly Dictionary<long, (TagOrder.Way Way, int At)[]> ways = order.Ways.Select((way, at) => (way, at)).GroupBy(pair => pair.way.TagId).ToDictionary(tag => tag.Key, tag => tag.ToArray());

        /// <summary>The first way to one of the tags that lets the package through.</summary>
        public int First(string package, IEnumerable<long> tags)
        {
            var first = None;
            foreach (var tag in tags)
                foreach (var (way, at) in ways[tag])
                {
                    if (at >= first) break;
                    if (way.Admits(package)) first = at;
                }
            return first;
        }

        public long TagAt(int way) => order.Ways[way].TagId;
    }

    public static IEnumerable<Tagged> Of(TagOrder order, bool all, Rows rows) => Decide(order, all, rows).SelectMany(decision => decision.Builds);

    /// <param name="packages">Null: all of them.</param>
    public static IReadOnlyList<long> Read(IDbConnection db, TagOrder order, bool all, IReadOnlyCollection<string>? packages) =>
        [.. Of(order, all, Rows.Read(db, order, packages)).Select(build => build.BuildId)];

    public static IReadOnlyList<Tagged> ReadTagged(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages, long? moment = null) => moment is null
        ? db.All<Tagged>(packages is null ? SelectTagged : SelectTaggedOfSome, new { tags, packages })
        : db.All<Tagged>($"SELECT {TaggedColumns} FROM tag_builds t JOIN builds b ON b.id = t.build_id WHERE t.tag_id IN @tags AND {AsOf.Counts(moment, "t.")} {OfSome(packages, "b.")}", new { tags, packages, moment });

    const string TaggedColumns = "t.tag_id AS TagId, b.package AS Package, t.build_id AS BuildId, t.id AS \"Order\"";

    const string SelectTagged = $"SELECT {TaggedColumns} FROM tag_builds t JOIN builds b ON b.id = t.build_id WHERE t.tag_id IN @tags AND t.untagged_at IS NULL";

    // From the few packages on: SQLite would rather read all that the tags have.
    internal const string SelectTaggedOfSome = $"""
        SELECT {TaggedColumns} FROM builds b CROSS JOIN tag_builds t ON t.build_id = b.id
        WHERE b.package IN @packages AND t.tag_id IN @tags AND t.untagged_at IS NULL
        """;

    public static IReadOnlyList<Blocked> ReadBlocked(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages, long? moment = null) => db.All<Blocked>($"""
        SELECT tag_id AS TagId, package AS Package FROM tag_blocks WHERE tag_id IN @tags AND {(moment is null ? "unblocked_at IS NULL" : AsOf.Counts(moment))} {OfSome(packages)}
        """, new { tags, packages, moment });

    public static IReadOnlyList<Listed> ReadListed(IDbConnection db, IReadOnlyCollection<long> tags, IReadOnlyCollection<string>? packages, long? moment = null) => db.All<Listed>($"""
        SELECT tag_id AS TagId, package AS Package FROM tag_packages WHERE tag_id IN @tags AND {AsOf.Counts(moment)} {OfSome(packages)}
        """, new { tags, packages, moment });

    static string OfSome(IReadOnlyCollection<string>? packages, string row = "") => packages is null ? "" : $"AND {row}package IN @packages";
}
