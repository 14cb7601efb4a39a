using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

/// <summary>Sets the module documents of a tag: all at once, some beside the others, or all but one.</summary>
public sealed class SetModules(Database database, Bells bells, TimeProvider time)
{
    /// <summary>That of RHEL's AppStream has 12 MB.</summary>
    public const int MostBytes = 24 << 20;

    /// <param name="documents">None: the tag has no modules any more.</param>
    /// <returns>Null, or why not.</returns>
    internal Task<Refusal?> Replace(string tag, IReadOnlyList<ModuleText> documents, long person, CancellationToken ct) => Change(tag, there => there.Count == 0 && documents.Count == 0
        ? new([], new(404, $"Tag '{tag}' has no modules of its own.")) : new([.. documents.DistinctBy(document => document.Key).Select(document => new Kept(document.Key, document.Yaml))]), person, ct);

    /// <summary>Each takes the place of the one that says the same of itself, or comes behind all others.</summary>
    /// <returns>Null, or why not.</returns>
    internal Task<Refusal?> Add(string tag, IReadOnlyList<ModuleText> documents, long person, CancellationToken ct) => Change(tag, there =>
    {
        var added = documents.DistinctBy(document => document.Key).ToDictionary(document => document.Key, document => new Kept(document.Key, document.Yaml));
        List<Kept> wanted = [.. there.Select(one => added.Remove(one.Key, out var instead) ? instead : one)];
        wanted.AddRange(documents.Select(document => document.Key).Distinct().Where(added.ContainsKey).Select(key => added[key]));
        return wanted.Sum(one => (long)one.Yaml.Length) > MostBytes ? new([], new(413, $"The modules of tag '{tag}' would be more than {MostBytes} bytes, which are the most.")) : new(wanted);
    }, person, ct);

    /// <param name="id">As <see cref="TagModules.Id"/>.</param>
    /// <returns>Null, or why not.</returns>
    internal Task<Refusal?> Remove(string tag, string id, long person, CancellationToken ct) => Change(tag, there => there.Where(one => one.Id != id).ToList() is var left && left.Count == there.Count
        ? new([], new(404, $"Tag '{tag}' itself has no such module document; it may have been removed meanwhile.")) : new(left), person, ct);

    sealed record Kept(string Key, string Yaml)
    {
        public string Id => new TagModules(0, Key, Yaml, 0).Id;
    }

    sealed record Changed(IReadOnlyList<Kept> Wanted, Refusal? Why = null);

    async Task<Refusal?> Change(string tagName, Func<IReadOnlyList<Kept>, Changed> change, long person, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, tagName) is not { } tag) return new Refusal(404, $"There is no tag '{tagName}'.");
            var there = tx.All<Kept>("SELECT key AS Key, yaml AS Yaml FROM tag_modules WHERE tag_id = @Id ORDER BY position", tag);
            var (wanted, why) = change(there);
            if (why is not null) return why;
            // What is there already is not written again: the same content is the same snapshot.
            if (there.Select(document => document.Yaml).SequenceEqual(wanted.Select(document => document.Yaml))) return null;
            var now = time.Stamp();
            var happened = TagEvent.Record(tx, tag.Id, TagEventKind.Content, null, wanted.Count switch { 0 => "modules removed", 1 => "modules set: 1 document", var many => $"modules set: {many} documents" }, now, person, before: new { Modules = there.Select(document => document.Yaml) }, after: new { Modules = wanted.Select(document => document.Yaml) });
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
