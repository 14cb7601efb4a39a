using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

/// <summary>Sets the module documents of a tag, all at once.</summary>
public sealed class SetModules(Database database, Bells bells, TimeProvider time)
{
    /// <summary>That of RHEL's AppStream has 12 MB.</summary>
    public const int MostBytes = 24 << 20;

    /// <param name="documents">None: the tag has no modules any more.</param>
    /// <returns>Null, or why not.</returns>
    internal async Task<Refusal?> Replace(string tagName, IReadOnlyList<ModuleText> documents, long person, CancellationToken ct)
    {
        List<ModuleText> wanted = [.. documents.DistinctBy(document => document.Key)];
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return new Refusal(404, $"There is no tag '{tagName}'.");
            var there = tx.All<string>("SELECT yaml FROM tag_modules WHERE tag_id = @Id ORDER BY position", tag);
            if (there.Count == 0 && wanted.Count == 0) return new Refusal(404, $"Tag '{tagName}' has no modules of its own.");
            // What is there already is not written again: the same content is the same snapshot.
            if (there.SequenceEqual(wanted.Select(document => document.Yaml))) return null;
            var now = time.Stamp();
            var happened = TagEvent.Record(tx, tag.Id, TagEventKind.Content, null, wanted.Count switch { 0 => "modules removed", 1 => "modules set: 1 document", var many => $"modules set: {many} documents" }, now, person, before: new { Modules = there }, after: new { Modules = wanted.Select(document => document.Yaml) });
            tx.Execute("DELETE FROM tag_modules WHERE tag_id = @Id", tag);
            for (var position = 0; position < wanted.Count; position++)
                tx.Execute("INSERT INTO tag_modules (tag_id, position, key, yaml, event_id, changed_at) VALUES (@Id, @position, @Key, @Yaml, @happened, @now)",
                    new { tag.Id, position, wanted[position].Key, wanted[position].Yaml, happened, now });
            return null;
        }, ct);
        if (refusal is null) bells.Ring(Bells.Tags);
        return refusal;
    }
}
