using System.Data;
using System.Diagnostics;
using Skyline.Server.Approvals;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Writes what was planned in the same transaction: the rows, an event for each act, and which tags are behind from now on.</summary>
static class WriteActs
{
    /// <returns>Builds that ended by it; who waits for them is to be woken after the transaction.</returns>
    public static IReadOnlyList<long> Write(IDbTransaction tx, IReadOnlyList<TagAct> acts, long person, long now)
    {
        foreach (var act in acts.DistinctBy(act => act.Tag.Id)) SecondPerson.Demand(tx, act.Tag.Id, act.Kind);
        NoteActs.Note(tx, acts);
        var last = new Dictionary<long, long>();
        foreach (var act in acts)
        {
            if (Rows(tx, act, person, now) == 0) throw new UnreachableException($"{act.Kind} of {act.Detail} in {act.Tag.Name} was planned in this transaction, and is not possible in it.");
            last[act.Tag.Id] = TagEvent.Insert(tx, act.Tag.Id, act.Kind, act.Package, act.Detail, now, person, BuildOf(act)?.Id);
        }
        // In order of the events: who inherits from two of the tags is to take in the later one too.
        foreach (var (tag, id) in last.OrderBy(pair => pair.Value)) TagEvent.Reach(tx, tag, id);
        return [.. acts.OfType<TagAct.Set>().Where(act => act.After.Locked && !act.Tag.Locked).SelectMany(act => EndBuildsInto.Locked(tx, act.Tag, person, now))];
    }

    static KnownBuild? BuildOf(TagAct act) => act switch { TagAct.Put put => put.Build, TagAct.Take take => take.Build, _ => null };

    /// <returns>How many rows changed.</returns>
    static int Rows(IDbTransaction tx, TagAct act, long person, long now) => act switch
    {
        TagAct.Put put => TagBuild.Put(tx, act.Tag.Id, put.Build.Id, person, now),
        TagAct.Take take => TagBuild.Take(tx, act.Tag.Id, take.Build.Id, person, now),
        TagAct.Block block => tx.Execute($"INSERT INTO tag_blocks (tag_id, package, blocked_at, blocked_by, since_event) VALUES (@Id, @Name, @now, @person, {TagEvent.Next}) ON CONFLICT DO NOTHING",
            new { act.Tag.Id, block.Name, now, person }),
        TagAct.Unblock unblock => tx.Execute($"UPDATE tag_blocks SET unblocked_at = @now, unblocked_by = @person, until_event = {TagEvent.Next} WHERE tag_id = @Id AND package = @Name AND unblocked_at IS NULL",
            new { act.Tag.Id, unblock.Name, now, person }),
        TagAct.List list => ListedPackages.Unlist(tx, act.Tag.Id, list.Name) + ListedPackages.List(tx, act.Tag.Id, list.Name, list.Owner, person, now),
        TagAct.Unlist unlist => ListedPackages.Unlist(tx, act.Tag.Id, unlist.Name),
        TagAct.Inherit inherit => Inherit(tx, act.Tag.Id, inherit.Parents, person, now),
        TagAct.Set set => Set(tx, set),
        TagAct.Say say => Unsay(tx, act.Tag.Id, say.What.ToString(), say.Key) + Say(tx, act.Tag.Id, say.What.ToString(), say.Key, say.Value),
        TagAct.Unsay unsay => Unsay(tx, act.Tag.Id, unsay.What.ToString(), unsay.Key),
        TagAct.RollBack or TagAct.Promotion => 1,
        _ => throw new UnreachableException(),
    };

    /// <summary>All are closed first, for a tag has one parent of each priority.</summary>
    public static int Inherit(IDbTransaction tx, long tag, IReadOnlyList<Parent> parents, long? person, long now)
    {
        var changed = tx.Execute($"UPDATE tag_parents SET unset_at = @now, unset_by = @person, until_event = {TagEvent.Next} WHERE tag_id = @tag AND unset_at IS NULL", new { tag, now, person });
        foreach (var parent in parents)
            changed += tx.Execute($"""
                INSERT INTO tag_parents (tag_id, parent_id, priority, max_depth, intransitive, no_config, filter, set_at, set_by, since_event)
                VALUES (@tag, @Id, @Priority, @MaxDepth, @Intransitive, @NoConfig, @Filter, @now, @person, {TagEvent.Next})
                """, new { tag, parent.Id, parent.Priority, parent.MaxDepth, parent.Intransitive, parent.NoConfig, parent.Filter, now, person });
        Kin.Renew(tx, tag);
        return changed;
    }

    static int Set(IDbTransaction tx, TagAct.Set act)
    {
        var changed = tx.Execute("""
            UPDATE tags SET chroot = @Chroot, compression = @compression, holds = @holds, description = @Description, locked = @Locked, demands_listed = @DemandsListed, second_person = @SecondPerson, inherits_arches = @InheritsArches, private = @Private, closed = @Closed WHERE id = @Id
            """, new
        {
            act.After.Id, act.After.Chroot, compression = act.After.Compression.ToString(), holds = act.After.HoldsAll ? "All" : "Latest", act.After.Description, act.After.Locked, act.After.DemandsListed, act.After.SecondPerson, act.After.InheritsArches, act.After.Private, act.After.Closed,
        });
        if (act.ChangesArches && !act.After.InheritsArches) TagConfig.WriteArches(tx, act.Tag.Id, act.After.Arches);
        if (act.Hosts is { } hosts) ChangeChroot.Move(tx, act.Tag, hosts);
        TagConfig.Keep(tx, act.Tag.Id);
        return changed;
    }

    public static int Say(IDbTransaction tx, long tag, string kind, string key, string? value) =>
        tx.Execute($"INSERT INTO tag_settings (tag_id, kind, key, value, since_event) VALUES (@tag, @kind, @key, @value, {TagEvent.Next})", new { tag, kind, key, value });

    static int Unsay(IDbTransaction tx, long tag, string kind, string key) =>
        tx.Execute($"UPDATE tag_settings SET until_event = {TagEvent.Next} WHERE tag_id = @tag AND kind = @kind AND key = @key AND until_event IS NULL", new { tag, kind, key });
}
