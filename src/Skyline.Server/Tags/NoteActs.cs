using System.Data;
using System.Text.Json.Nodes;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What acts do to each tag, for the audit log: what is before they are written, and what will be.</summary>
static class NoteActs
{
    const int MostNamed = 300;

    public static void Note(IDbTransaction tx, IReadOnlyList<TagAct> acts)
    {
        foreach (var own in acts.GroupBy(act => act.Tag.Id))
        {
            List<TagAct> some = [.. own];
            var (before, after) = (new JsonObject(), new JsonObject());
            Names(before, "builds", some.OfType<TagAct.Take>().Select(take => Called(take.Build)));
            Names(after, "builds", some.OfType<TagAct.Put>().Select(put => Called(put.Build)));
            Names(before, "blocked", some.OfType<TagAct.Unblock>().Select(one => one.Name));
            Names(after, "blocked", some.OfType<TagAct.Block>().Select(one => one.Name));
            foreach (var act in some) Fields(tx.Connection!, act, before, after);
            tx.Note(Words(some), $"tag {some[0].Tag.Name}", before, after, own.Key);
        }
    }

    static string Words(List<TagAct> acts)
    {
        if (acts.Find(act => act is TagAct.RollBack or TagAct.Promotion) is { } why) return why.Detail;
        var words = acts.Select(act => EventWords.Of(act.Kind, act.Detail)).ToList();
        return words.Count <= 3 ? string.Join("; ", words) : $"{string.Join("; ", words.Take(3))}; and {words.Count - 3} more";
    }

    static string Called(KnownBuild build) => $"{build.Nvr} (build {build.Id})";

    static void Names(JsonObject fields, string name, IEnumerable<string> some)
    {
        var all = some.ToList();
        if (all.Count == 0) return;
        fields[name] = new JsonArray([.. all.Take(MostNamed).Select(one => (JsonNode)JsonValue.Create(one))]);
        if (all.Count > MostNamed) fields[name + "InAll"] = all.Count;
    }

    static void Fields(IDbConnection db, TagAct act, JsonObject before, JsonObject after)
    {
        switch (act)
        {
            case TagAct.Inherit inherit:
                Names(before, "parents", Tag.ParentsOf(db, act.Tag.Id).Select(parent => parent.Name + parent.Bounds));
                Names(after, "parents", inherit.Parents.Select(parent => parent.Name + parent.Bounds));
                break;
            case TagAct.Set set:
                var (was, now) = FieldsOf.Changed(Settings(set.Tag), Settings(set.After));
                foreach (var (name, value) in was ?? []) before[name] = value?.DeepClone();
                foreach (var (name, value) in now ?? []) after[name] = value?.DeepClone();
                break;
            case TagAct.Say say:
                before[$"{say.What} {say.Key}"] = Said(db, act.Tag.Id, say.What.ToString(), say.Key);
                after[$"{say.What} {say.Key}"] = say.Value ?? "(hidden)";
                break;
            case TagAct.Unsay unsay:
                before[$"{unsay.What} {unsay.Key}"] = Said(db, act.Tag.Id, unsay.What.ToString(), unsay.Key);
                break;
            case TagAct.List list:
                before[$"owner of {list.Name}"] = Owner(db, act.Tag.Id, list.Name);
                after[$"owner of {list.Name}"] = list.OwnerName;
                break;
            case TagAct.Unlist unlist:
                before[$"owner of {unlist.Name}"] = Owner(db, act.Tag.Id, unlist.Name);
                break;
        }
    }

    static object Settings(Tag tag) => new { tag.Chroot, Compression = tag.Compression.ToString(), tag.HoldsAll, tag.Description, tag.Locked, tag.DemandsListed, tag.InheritsArches, tag.Arches, tag.SecondPerson, tag.Private, tag.Closed };

    static string? Said(IDbConnection db, long tag, string kind, string key) =>
        db.One<string>("SELECT coalesce(value, '(hidden)') FROM tag_settings WHERE tag_id = @tag AND kind = @kind AND key = @key AND until_event IS NULL", new { tag, kind, key });

    static string? Owner(IDbConnection db, long tag, string package) =>
        db.One<string>("SELECT u.name FROM tag_packages p JOIN users u ON u.id = p.owner_id WHERE p.tag_id = @tag AND p.package = @package AND p.until_event IS NULL", new { tag, package });
}
