using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>
/// A side tag goes, and its target with it. Its builds stay what they are; their rows, its history and its name stay too. What is
/// served of it is an empty snapshot, then nothing.
/// </summary>
public sealed class RemoveSideTag(Database database, PublishSnapshot publish, CurrentSnapshots current, Bells bells, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Remove(string name, long person, CancellationToken ct) => Remove(tx =>
        SideTagRow.Find(tx.Connection!, name) is not { } tag ? (null, SideTagRow.None(name))
        : TagRights.WhyNotChange(tx.Connection!, person, tag.TagId) is { } notYours ? (null, notYours)
        : (tag, null), person, _ => "removed by its owner or an administrator", ct);

    /// <param name="find">The tag, in the transaction that it goes in; or why it does not.</param>
    internal async Task<Refusal?> Remove(Func<IDbTransaction, (SideTagRow? Tag, Refusal? Why)> find, long? person, Func<SideTagRow, string> why, CancellationToken ct)
    {
        var (gone, refusal) = await database.Write<(SideTagRow? Gone, Refusal? Why)>(tx =>
        {
            var (tag, no) = find(tx);
            if (tag is null) return (null, no);
            if (WhyNeeded(tx, tag) is { } needed) return (null, needed);
            Write(tx, tag, person, why(tag));
            return (tag, null);
        }, ct);
        if (gone is null) return refusal;
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(gone.TagId, CancellationToken.None);
        current.Forget(gone.Name);
        return null;
    }

    static Refusal? WhyNeeded(IDbTransaction tx, SideTagRow tag)
    {
        if (tag.WhyBusy is { } busy) return busy;
        if (Privacy.Hidden.Names(tx.Connection!, tx.All<(long Id, string Name)>("SELECT t.id, t.name FROM tag_parents p JOIN tags t ON t.id = p.tag_id WHERE p.parent_id = @TagId AND p.unset_at IS NULL ORDER BY t.name LIMIT 5", tag)) is { Count: > 0 } heirs)
            return new(409, $"'{string.Join("', '", heirs)}' inherit{(heirs.Count == 1 ? "s" : "")} from '{tag.Name}'; let {(heirs.Count == 1 ? "it" : "them")} inherit from another first.");
        if (tx.All<string>("""
            SELECT name FROM targets WHERE removed_at IS NULL AND id <> @TargetId AND (build_tag_id = @TagId OR destination_tag_id = @TagId)
            UNION SELECT t.name FROM side_tags s JOIN tags t ON t.id = s.tag_id WHERE s.base_target_id = @TargetId AND s.removed_at IS NULL LIMIT 5
            """, tag) is { Count: > 0 } others)
            return new(409, $"'{string.Join("', '", others)}' need{(others.Count == 1 ? "s" : "")} '{tag.Name}'; remove {(others.Count == 1 ? "that" : "those")} first.");
        return null;
    }

    void Write(IDbTransaction tx, SideTagRow tag, long? person, string why)
    {
        var (now, id) = (time.Stamp(), tag.TagId);
        RemoveTag.Close(tx, Tag.Of(tx.Connection!, id), person, now, why);
        ChangeTarget.Close(tx, tag.TargetId, now);
        tx.Execute("UPDATE targets SET removed_at = @now WHERE id = @TargetId", new { tag.TargetId, now });
        tx.Execute("UPDATE side_tags SET removed_at = @now, why = @why WHERE tag_id = @id", new { id, now, why });
        tx.Note("removed, with its target", $"side tag {tag.Name}", null, new { why }, id);
    }
}
