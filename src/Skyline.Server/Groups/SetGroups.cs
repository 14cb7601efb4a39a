using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

/// <summary>Changes the groups of a tag: all by a comps.xml, or one of them.</summary>
public sealed class SetGroups(Database database, Bells bells, TimeProvider time)
{
    /// <summary>Fedora's, with all translations, has 3 MB.</summary>
    public const int MostBytes = 4 << 20;

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Replace(string tag, Comps comps, long person, CancellationToken ct) =>
        Change(tag, (_, _) => new(comps, $"groups set: {comps.Groups.Count}"), person, ct);

    /// <summary>An edit of a group that a parent has makes it the tag's own.</summary>
    public Task<Refusal?> Edit(string tag, string id, GroupEdit edit, long person, CancellationToken ct) => Change(tag, (db, own) =>
    {
        var seen = own.Comps.Groups.Concat(TagGroups.Of(db, Inheritance.Order(db, own.TagId)).SelectMany(from => from.Comps.Groups)).FirstOrDefault(group => group.Id == id);
        if (EditGroup.Refuse(id, edit, isNew: seen is null) is { } why) return new(why);
        var edited = EditGroup.Apply(seen ?? CompsGroup.Named(id, edit.Name!), edit);
        var groups = own.Comps.Groups.Any(group => group.Id == id)
            ? own.Comps.Groups.Select(group => group.Id == id ? edited : group)
            : own.Comps.Groups.Append(edited);
        return new(own.Comps with { Groups = [.. groups] }, $"group {id} set");
    }, person, ct);

    /// <param name="id">Null: all of them.</param>
    public Task<Refusal?> Remove(string tag, string? id, long person, CancellationToken ct) => Change(tag, (_, own) =>
        id is null ? own.Comps.IsEmpty ? new(new Refusal(404, $"Tag '{tag}' has no groups of its own.")) : new(Comps.Empty, "groups removed")
        : own.Comps.Groups.All(group => group.Id != id) ? new(new Refusal(404, $"Tag '{tag}' itself has no group '{id}'."))
        : new(own.Comps with { Groups = [.. own.Comps.Groups.Where(group => group.Id != id)] }, $"group {id} removed"), person, ct);

    sealed record Changed(Comps? After, string Detail, Refusal? Why = null)
    {
        public Changed(Refusal why) : this(null, "", why) { }
    }

    async Task<Refusal?> Change(string tagName, Func<IDbConnection, TagGroups, Changed> change, long person, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            var db = tx.Connection!;
            if (Tag.Find(db, tagName) is not { } tag) return new Refusal(404, $"There is no tag '{tagName}'.");
            var changed = change(db, TagGroups.Own(db, tag.Id) ?? new(tag.Id, Comps.Empty, 0));
            if (changed.After is not { } comps) return changed.Why;
            var xml = CompsXml.Write(comps);
            if (xml.Length > MostBytes) return new Refusal(413, $"The groups of tag '{tagName}' would be {xml.Length} bytes; {MostBytes} are the most.");
            Keep(tx, tag.Id, comps, xml, changed.Detail, person);
            return null;
        }, ct);
        if (refusal is null) bells.Ring(Bells.Tags);
        return refusal;
    }

    static object? Told(byte[]? xml) => xml is null ? null : new { CompsXml = System.Text.Encoding.UTF8.GetString(xml) };

    /// <summary>What is there already is not written again: the same content is the same snapshot.</summary>
    void Keep(IDbTransaction tx, long tag, Comps comps, byte[] xml, string detail, long person)
    {
        if (TagGroups.OwnXml(tx.Connection!, tag) is { } there ? there.AsSpan().SequenceEqual(xml) : comps.IsEmpty) return;
        var now = time.Stamp();
        var happened = TagEvent.Record(tx, tag, TagEventKind.Content, null, detail, now, person, before: Told(TagGroups.OwnXml(tx.Connection!, tag)), after: Told(comps.IsEmpty ? null : xml));
        if (comps.IsEmpty)
            tx.Execute("DELETE FROM tag_groups WHERE tag_id = @tag", new { tag });
        else
            tx.Execute("""
                INSERT INTO tag_groups (tag_id, comps_xml, event_id, changed_at) VALUES (@tag, @xml, @happened, @now)
                ON CONFLICT (tag_id) DO UPDATE SET comps_xml = excluded.comps_xml, event_id = excluded.event_id, changed_at = excluded.changed_at
                """, new { tag, xml, happened, now });
    }
}
