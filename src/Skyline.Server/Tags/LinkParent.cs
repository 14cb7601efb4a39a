using System.Data;
using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>One of the tags that a tag inherits from comes, goes or gets other bounds. The others are read where this is written: two who change different ones at once both get what they asked for.</summary>
static class LinkParent
{
    const int Step = 10;

    public static Planned Plan(IDbConnection db, string name, LinkTag wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        var now = Of(db, tag);
        var others = now.Where(one => one.Parent != wanted.Parent).ToList();
        var place = wanted.Priority ?? now.FirstOrDefault(one => one.Parent == wanted.Parent)?.Priority ?? others.Select(one => (long)one.Priority + Step).DefaultIfEmpty(Step).Max();
        return place > int.MaxValue
            ? Planned.Refuse(409, $"Behind all others there is no place for '{wanted.Parent}': '{others[^1].Parent}' has the priority {others[^1].Priority}. Give one with --priority.")
            : ReplaceParents.Plan(db, name, [.. others, new(wanted.Parent, (int)place, wanted.MaxDepth, wanted.Intransitive, wanted.NoConfig, wanted.Filter)]);
    }

    public static Planned PlanUnlink(IDbConnection db, string name, string parent)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        var now = Of(db, tag);
        return now.All(one => one.Parent != parent)
            ? Planned.Refuse(409, $"'{name}' does not inherit from '{parent}' itself; see: skyline tag show {name}")
            : ReplaceParents.Plan(db, name, [.. now.Where(one => one.Parent != parent)]);
    }

    static IReadOnlyList<TagParent> Of(IDbConnection db, Tag tag) =>
        [.. Tag.ParentsOf(db, tag.Id).Select(parent => new TagParent(parent.Name, (int)parent.Priority, parent.MaxDepth, parent.Intransitive, parent.NoConfig, parent.Filter))];
}
