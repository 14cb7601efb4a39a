using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

/// <summary>Which external repositories a tag's buildroots are made of, beside the tag itself and its chroot's.</summary>
public sealed class TagExternals(Database database, Bells bells, TimeProvider time)
{
    public IReadOnlyList<TagExternal>? Of(string tagName) => database.Read(db => Tag.Find(db, tagName) is not { } tag ? null : Of(db, tag.Id, Kin.Config(db, tag.Id)));

    sealed record Row
    {
        public long TagId { get; init; }
        public required string Tag { get; init; }
        public required string Name { get; init; }
        public int Priority { get; init; }
    }

    /// <summary>Its own and those it inherits; of one that several tags name, the nearest says the priority. In the order of their priorities.</summary>
    /// <param name="config">The tag and those whose settings it takes, the nearest first.</param>
    /// <param name="moment">As of this event; null: now. (What the repository's own priority was then is not known.)</param>
    internal static IReadOnlyList<TagExternal> Of(IDbConnection db, long tag, IReadOnlyList<long> config, long? moment = null) => [.. db.All<Row>($"""
        SELECT x.tag_id AS TagId, t.name AS Tag, x.name AS Name, coalesce(x.priority, e.priority, 99) AS Priority
        FROM tag_externals x JOIN tags t ON t.id = x.tag_id LEFT JOIN externals e ON e.id = x.external_id WHERE x.tag_id IN @config AND {AsOf.Counts(moment, "x.")}
        """, new { config, moment }).InOrder(config, row => row.TagId).DistinctBy(row => row.Name)
        .OrderBy(row => row.Priority).ThenBy(row => row.Name, StringComparer.Ordinal).Select(row => new TagExternal(row.Name, row.Priority, row.TagId == tag ? null : row.Tag))];

    /// <summary>An external repository as a tag's builds see it.</summary>
    internal sealed record Seen
    {
        public required string Name { get; init; }
        public int Priority { get; init; }

        /// <summary>The chroot's definition names it; otherwise it was added to the tag.</summary>
        public bool OfChroot { get; init; }

        /// <summary>The tag that it is inherited from; null: its own, or the chroot's.</summary>
        public string? From { get; init; }

        /// <summary>Why its newest state could not be fetched, for some architecture.</summary>
        public string? Fault { get; init; }
    }

    /// <summary>The chroot's too, as far as this server pins them; in the order of their priority.</summary>
    internal IReadOnlyList<Seen> SeenBy(Tag tag) => database.Read(db =>
    {
        var from = Of(db, tag.Id, Kin.Config(db, tag.Id)).Where(one => one.Tag is not null).ToDictionary(one => one.Name, one => one.Tag);
        return SeenBy(db, tag).Select(one => one.OfChroot ? one : one with { From = from.GetValueOrDefault(one.Name) }).ToList();
    });

    static IReadOnlyList<Seen> SeenBy(IDbConnection db, Tag tag) => db.All<Seen>("""
        SELECT e.name AS Name, n.priority AS Priority, e.chroot IS NOT NULL AS OfChroot, (SELECT a.fault FROM external_arches a WHERE a.external_id = e.id AND a.fault IS NOT NULL LIMIT 1) AS Fault
        FROM tag_needs n JOIN externals e ON e.id = n.external_id WHERE n.tag_id = @Id ORDER BY n.priority, e.name
        """, new { tag.Id });

    /// <summary>Adds it, or gives it another priority.</summary>
    public async Task<Refusal?> Add(string tagName, TagExternal wanted, long person, CancellationToken ct)
    {
        if (wanted.Priority is < 1 or > 9999) return new(400, "A priority is a number from 1 to 9999; a lower one wins.");
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return NoTag(tagName);
            if (External.Find(tx.Connection!, wanted.Name ?? "") is not { } external) return RemoveExternal.NotThere(wanted.Name ?? "");
            if (external.Chroot is { } chroot) return new(409, $"'{external.Name}' belongs to the chroot {chroot}: tags of that chroot have it already, and for others it is not meant.");
            Close(tx, tag.Id, external.Name);
            Insert(tx, tag.Id, external.Id, external.Name, wanted.Priority);
            TagEvent.Record(tx, tag.Id, TagEventKind.Config, null, $"external repository {external.Name} added{(wanted.Priority is { } priority ? $" with priority {priority}" : "")}", time.Stamp(), person);
            return null;
        }, ct);
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Tags);
        return refusal;
    }

    internal static void Insert(IDbTransaction tx, long tag, long external, string name, int? priority) =>
        tx.Execute($"INSERT INTO tag_externals (tag_id, external_id, name, priority, since_event) VALUES (@tag, @external, @name, @priority, {TagEvent.Next})", new { tag, external, name, priority });

    static int Close(IDbTransaction tx, long tag, string name) =>
        tx.Execute($"UPDATE tag_externals SET until_event = {TagEvent.Next} WHERE tag_id = @tag AND name = @name AND until_event IS NULL", new { tag, name });

    public async Task<Refusal?> Remove(string tagName, string name, long person, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return NoTag(tagName);
            if (Close(tx, tag.Id, name) == 0) return new Refusal(404, $"Tag '{tagName}' itself has no external repository '{name}'.");
            TagEvent.Record(tx, tag.Id, TagEventKind.Config, null, $"external repository {name} taken out", time.Stamp(), person);
            return null;
        }, ct);
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Tags);
        return refusal;
    }

    public static Refusal NoTag(string name) => new(404, $"There is no tag '{name}'.");
}
