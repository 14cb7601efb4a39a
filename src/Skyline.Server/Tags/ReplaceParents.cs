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
            else if (WhyNot(one) is { } why) problems.Add(new(400, why));
            else parents.Add(new(parent.Id, parent.Name, one.Priority, one.MaxDepth, one.Intransitive, one.NoConfig, one.Filter));
        if (problems.Count == 0 && WhyNot(db, tag, parents) is { } refusal) problems.Add(refusal);
        return Planned.Of(parents.SequenceEqual(Tag.ParentsOf(db, tag.Id)) ? [] : [new TagAct.Inherit(tag, parents)], problems);
    }

    static string? WhyNot(TagParent link) =>
        link.MaxDepth is < 0 or > Inheritance.Deepest ? $"A maxdepth is from 0, the parent alone, to {Inheritance.Deepest}; leave it out for no bound."
        : link.Filter is { } filter ? PackageFilter.WhyNot(filter) : null;

    static Refusal? WhyNot(IDbConnection db, Tag tag, IReadOnlyList<Parent> parents)
    {
        IReadOnlyList<Inheritance.Link> links = [.. Inheritance.All(db).Where(link => link.TagId != tag.Id), .. parents.Select(parent => parent.LinkOf(tag.Id))];
        if (Inheritance.Cycle(tag.Id, links) is { } cycle) return new(409, $"'{tag.Name}' would inherit from itself: {string.Join(" → ", cycle.Select(id => Tag.Of(db, id).Name))}.");
        var below = links.ToLookup(link => link.TagId);
        return Inheritance.Heirs(tag.Id, links).FirstOrDefault(heir => !Inheritance.Order(heir, below).IsWhole) is > 0 and var lost
            ? new(409, $"'{Privacy.Hidden.Names(db, [(lost, Tag.Of(db, lost).Name)])[0]}' would inherit by more than {Inheritance.MostWays} ways, or {Inheritance.Deepest} links deep; inherit from fewer tags, or with fewer filters.")
            : null;
    }
}
