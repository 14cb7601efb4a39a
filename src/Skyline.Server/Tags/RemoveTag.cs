using System.Data;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// A tag is removed that nothing needs any more: its builds leave it, its repository is served no more. Its history stays, and can be
/// asked for as of any moment. Its last snapshot is an empty one, and those before it go with retention.
/// </summary>
public sealed class RemoveTag(Database database, CurrentSnapshots current, Bells bells, TimeProvider time)
{
    const int MostNamed = 10;

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Remove(string name, bool force, long person, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, name) is not { } tag) return Tag.None(name);
            if (WhyNot(tx.Connection!, tag, force) is { } why) return why;
            Close(tx, tag, person, time.Stamp());
            return null;
        }, ct);
        if (refusal is not null) return refusal;
        current.Forget(name);
        bells.Ring(Bells.Tags);
        return null;
    }

    static Refusal? WhyNot(IDbConnection db, Tag tag, bool force)
    {
        if (tag.Locked && !force) return new(409, $"The tag '{tag.Name}' is locked. `skyline tag set {tag.Name} --unlock` unlocks it; --force removes it all the same.");
        var heirs = Privacy.Hidden.Names(db, db.All<(long Id, string Name)>("SELECT t.id, t.name FROM tag_parents p JOIN tags t ON t.id = p.tag_id WHERE p.parent_id = @Id AND p.unset_at IS NULL ORDER BY t.name", new { tag.Id }));
        if (heirs.Count > 0) return new(409, $"{Named(heirs)} {(heirs.Count == 1 ? "inherits" : "inherit")} from '{tag.Name}'; `skyline tag inherit` has {(heirs.Count == 1 ? "it" : "them")} inherit from others first.");
        var targets = Privacy.Hidden.Names(db, db.All<(long Id, string Name)>("SELECT CASE build_tag_id WHEN @Id THEN destination_tag_id ELSE build_tag_id END, name FROM targets WHERE (build_tag_id = @Id OR destination_tag_id = @Id) AND removed_at IS NULL ORDER BY name", new { tag.Id }));
        return targets.Count == 0 ? null : new(409, $"'{tag.Name}' is what the target{(targets.Count == 1 ? "" : "s")} {Named(targets)} {(targets.Count == 1 ? "builds" : "build")} with or into; remove {(targets.Count == 1 ? "it" : "them")} first (skyline target remove {targets[0]}).");
    }

    static string Named(IReadOnlyList<string> names) => $"'{string.Join("', '", names.Take(MostNamed))}'{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}";

    /// <summary>All rows by which it is something are closed by one event.</summary>
    internal static void Close(IDbTransaction tx, Tag tag, long? person, long now, string why = "removed")
    {
        var args = new { tag.Id, person, now };
        tx.Execute($"UPDATE tag_builds SET untagged_at = @now, untagged_by = @person, until_event = {TagEvent.Next} WHERE tag_id = @Id AND untagged_at IS NULL", args);
        tx.Execute($"UPDATE tag_blocks SET unblocked_at = @now, unblocked_by = @person, until_event = {TagEvent.Next} WHERE tag_id = @Id AND unblocked_at IS NULL", args);
        foreach (var table in new[] { "tag_packages", "tag_settings", "tag_externals" })
            tx.Execute($"UPDATE {table} SET until_event = {TagEvent.Next} WHERE tag_id = @Id AND until_event IS NULL", args);
        WriteActs.Inherit(tx, tag.Id, [], person, now);
        TagConfig.Close(tx, tag.Id);
        tx.Execute("UPDATE tags SET removed_at = @now, locked = 0, keep_snapshots = 1 WHERE id = @Id", args);
        TagEvent.Record(tx, tag.Id, TagEventKind.Remove, null, why, now, person);
    }
}
