using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

/// <summary>Which external repositories a tag's buildroots are made of, beside the tag itself and its chroot's.</summary>
public sealed class TagExternals(Database database, Bells bells)
{
    public IReadOnlyList<TagExternal>? Of(string tagName) => database.Read(db => Tag.Find(db, tagName) is not { } tag ? null : db.All<Row>("""
        SELECT e.name AS Name, coalesce(x.priority, e.priority) AS Priority FROM tag_externals x JOIN externals e ON e.id = x.external_id WHERE x.tag_id = @Id ORDER BY Priority, e.name
        """, new { tag.Id }).Select(row => new TagExternal(row.Name, row.Priority)).ToList());

    sealed record Row
    {
        public required string Name { get; init; }
        public int Priority { get; init; }
    }

    /// <summary>An external repository as a tag's builds see it.</summary>
    internal sealed record Seen
    {
        public required string Name { get; init; }
        public int Priority { get; init; }

        /// <summary>The chroot's definition names it; otherwise it was added to the tag.</summary>
        public bool OfChroot { get; init; }

        /// <summary>Why its newest state could not be fetched, for some architecture.</summary>
        public string? Fault { get; init; }
    }

    /// <summary>The chroot's too, as far as this server pins them; in the order of their priority.</summary>
    internal IReadOnlyList<Seen> SeenBy(Tag tag) => database.Read(db => db.All<Seen>("""
        SELECT e.name AS Name, n.priority AS Priority, e.chroot IS NOT NULL AS OfChroot, (SELECT a.fault FROM external_arches a WHERE a.external_id = e.id AND a.fault IS NOT NULL LIMIT 1) AS Fault
        FROM tag_needs n JOIN externals e ON e.id = n.external_id WHERE n.tag_id = @Id ORDER BY n.priority, e.name
        """, new { tag.Id }));

    /// <summary>Adds it, or gives it another priority.</summary>
    public async Task<Refusal?> Add(string tagName, TagExternal wanted, CancellationToken ct)
    {
        if (wanted.Priority is < 1 or > 9999) return new(400, "A priority is a number from 1 to 9999; a lower one wins.");
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return NoTag(tagName);
            if (External.Find(tx.Connection!, wanted.Name ?? "") is not { } external) return RemoveExternal.NotThere(wanted.Name ?? "");
            if (external.Chroot is { } chroot) return new(409, $"'{external.Name}' belongs to the chroot {chroot}: tags of that chroot have it already, and for others it is not meant.");
            tx.Execute("""
                INSERT INTO tag_externals (tag_id, external_id, priority) VALUES (@tag, @external, @Priority)
                ON CONFLICT (tag_id, external_id) DO UPDATE SET priority = @Priority
                """, new { tag = tag.Id, external = external.Id, wanted.Priority });
            return null;
        }, ct);
        bells.Ring(Bells.Work);
        return refusal;
    }

    public async Task<Refusal?> Remove(string tagName, string name, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return NoTag(tagName);
            return tx.Execute("DELETE FROM tag_externals WHERE tag_id = @Id AND external_id = (SELECT id FROM externals WHERE name = @name)", new { tag.Id, name }) > 0
                ? null : new Refusal(404, $"Tag '{tagName}' has no external repository '{name}'.");
        }, ct);
        bells.Ring(Bells.Work);
        return refusal;
    }

    public static Refusal NoTag(string name) => new(404, $"There is no tag '{name}'.");
}
