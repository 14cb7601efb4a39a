using System.Data;
using System.Diagnostics;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Writes what was planned in the same transaction: the rows, an event for each act, and which tags are behind from now on.</summary>
static class WriteActs
{
    public static void Write(IDbTransaction tx, IReadOnlyList<TagAct> acts, long person, long now)
    {
        var last = new Dictionary<long, long>();
        foreach (var act in acts)
        {
            if (Rows(tx, act, person, now) == 0) throw new UnreachableException($"{act.Kind} of {act.Detail} in {act.Tag.Name} was planned in this transaction, and is not possible in it.");
            last[act.Tag.Id] = TagEvent.Insert(tx, act.Tag.Id, act.Kind, act.Package, act.Detail, now, person, BuildOf(act)?.Id);
        }
        // In order of the events: who inherits from two of the tags is to take in the later one too.
        foreach (var (tag, id) in last.OrderBy(pair => pair.Value)) TagEvent.Reach(tx, tag, id);
    }

    static KnownBuild? BuildOf(TagAct act) => act switch { TagAct.Put put => put.Build, TagAct.Take take => take.Build, _ => null };

    /// <returns>How many rows changed.</returns>
    static int Rows(IDbTransaction tx, TagAct act, long person, long now) => act switch
    {
        TagAct.Put put => TagBuild.Put(tx, act.Tag.Id, put.Build.Id, person, now),
        TagAct.Take take => TagBuild.Take(tx, act.Tag.Id, take.Build.Id, person, now),
        TagAct.Block block => tx.Execute("INSERT INTO tag_blocks (tag_id, package, blocked_at, blocked_by) VALUES (@Id, @Name, @now, @person) ON CONFLICT DO NOTHING",
            new { act.Tag.Id, block.Name, now, person }),
        TagAct.Unblock unblock => tx.Execute("UPDATE tag_blocks SET unblocked_at = @now, unblocked_by = @person WHERE tag_id = @Id AND package = @Name AND unblocked_at IS NULL",
            new { act.Tag.Id, unblock.Name, now, person }),
        TagAct.Inherit inherit => Inherit(tx, inherit, person, now),
        TagAct.Set set => tx.Execute("UPDATE tags SET compression = @compression, holds = @holds WHERE id = @Id",
            new { act.Tag.Id, compression = set.Compression.ToString(), holds = set.HoldsAll ? "All" : "Latest" }),
        TagAct.RollBack or TagAct.Promotion => 1,
        _ => throw new UnreachableException(),
    };

    /// <summary>All are closed first, for a tag has one parent of each priority.</summary>
    static int Inherit(IDbTransaction tx, TagAct.Inherit act, long person, long now)
    {
        var changed = tx.Execute("UPDATE tag_parents SET unset_at = @now, unset_by = @person WHERE tag_id = @Id AND unset_at IS NULL", new { act.Tag.Id, now, person });
        foreach (var parent in act.Parents)
            changed += tx.Execute("INSERT INTO tag_parents (tag_id, parent_id, priority, set_at, set_by) VALUES (@tag, @Id, @Priority, @now, @person)",
                new { tag = act.Tag.Id, parent.Id, parent.Priority, now, person });
        return changed;
    }
}
