using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>What a tag inherits from is replaced by another list.</summary>
static class ReplaceParents
{
    const int Most = 50;

    public static Planned Plan(IDbConnection db, string name, IReadOnlyList<TagParent> wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (wanted.Count > Most) return Planned.Refuse(400, $"A tag inherits from {Most} others at most.");
        var problems = new List<Refusal>();
        var parents = new List<Parent>();
        foreach (var one in wanted.OrderBy(one => one.Priority))
            if (Tag.Find(db, one.Parent ?? "") is not { } parent) problems.Add(Tag.None(one.Parent));
            else if (parents.Exists(other => other.Id == parent.Id)) problems.Add(new(400, $"'{parent.Name}' is named twice."));
            else if (parents.Find(other => other.Priority == one.Priority) is { } same) problems.Add(new(400, $"'{same.Name}' and '{parent.Name}' have the same priority, {one.Priority}; which comes first?"));
            else parents.Add(new(parent.Id, parent.Name, one.Priority));
        if (problems.Count == 0 && Cycle(db, tag, parents) is { } cycle) problems.Add(cycle);
        return Planned.Of(parents.SequenceEqual(Tag.ParentsOf(db, tag.Id)) ? [] : [new TagAct.Inherit(tag, parents)], problems);
    }

    static Refusal? Cycle(IDbConnection db, Tag tag, IReadOnlyList<Parent> parents)
    {
        var links = Inheritance.All(db).Where(link => link.TagId != tag.Id).Concat(parents.Select(parent => new Inheritance.Link(tag.Id, parent.Id)));
        return Inheritance.Cycle(tag.Id, [.. links]) is { } cycle
            ? new(409, $"'{tag.Name}' would inherit from itself: {string.Join(" → ", cycle.Select(id => Tag.Of(db, id).Name))}.")
            : null;
    }
}
