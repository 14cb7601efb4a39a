using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>What decides which builds tags hold: as it is and, purely, as it would be after some acts.</summary>
/// <param name="HoldingAll">Tags that hold all their builds, not only the latest.</param>
sealed record TagRows(
    IReadOnlyList<Inheritance.Link> Links, EffectiveBuilds.Rows Rows, IReadOnlySet<long> HoldingAll)
{
    /// <summary>Past so many, all packages are read.</summary>
    const int Many = 500;

    /// <summary>What there is to know of the packages that the acts concern, in all tags that play a part.</summary>
    public static TagRows Read(IDbConnection db, IReadOnlyList<TagAct> acts)
    {
        var links = new TagRows(Inheritance.All(db), new([], [], []), db.All<long>("SELECT id FROM tags WHERE holds = 'All' AND removed_at IS NULL").ToHashSet());
        var named = acts.Select(act => act.Package).OfType<string>().Distinct().ToList();
        var packages = named.Count > Many || acts.Any(act => act.ConcernsAll) ? null : named;
        var kin = links.Concerned(acts).SelectMany(tag => links.Order(tag).Concat(links.After(acts).Order(tag))).Distinct().ToList();
        return links with { Rows = EffectiveBuilds.Rows.Read(db, kin, packages) };
    }

    /// <summary>The tags to which something is done, and those that inherit from them or would.</summary>
    public IReadOnlyList<long> Concerned(IReadOnlyList<TagAct> acts)
    {
        var after = After(acts);
        return [.. acts.Select(act => act.Tag.Id).Distinct().SelectMany(tag => Inheritance.Heirs(tag, Links).Concat(Inheritance.Heirs(tag, after.Links))).Distinct()];
    }

    public TagOrder Order(long tag) => Inheritance.Order(tag, Links);

    /// <summary>The builds that the tag's repositories hold.</summary>
    public IEnumerable<long> HeldBy(long tag) => EffectiveBuilds.Of(Order(tag), HoldingAll.Contains(tag), Rows).Select(build => build.BuildId);

    public TagRows After(IReadOnlyList<TagAct> acts)
    {
        var taken = acts.OfType<TagAct.Take>().Select(act => (act.Tag.Id, act.Build.Id)).ToHashSet();
        var unblocked = acts.OfType<TagAct.Unblock>().Select(act => (act.Tag.Id, act.Name)).ToHashSet();
        var heirs = acts.OfType<TagAct.Inherit>().ToDictionary(act => act.Tag.Id);
        var unlisted = acts.OfType<TagAct.Unlist>().Select(act => (act.Tag.Id, act.Name)).ToHashSet();
        var set = acts.OfType<TagAct.Set>().ToDictionary(act => act.Tag.Id, act => act.After.HoldsAll);
        var latest = Rows.Tagged.Select(build => build.Order).DefaultIfEmpty().Max();
        return new(
            [.. Links.Where(link => !heirs.ContainsKey(link.TagId)), .. heirs.Values.SelectMany(act => act.Parents.Select(parent => parent.LinkOf(act.Tag.Id)))],
            new([.. Rows.Tagged.Where(build => !taken.Contains((build.TagId, build.BuildId))),
                .. acts.OfType<TagAct.Put>().Select((act, at) => new EffectiveBuilds.Tagged(act.Tag.Id, act.Build.Package, act.Build.Id, latest + 1 + at))],
            [.. Rows.Blocked.Where(block => !unblocked.Contains((block.TagId, block.Package))),
                .. acts.OfType<TagAct.Block>().Select(act => new EffectiveBuilds.Blocked(act.Tag.Id, act.Name))],
            [.. Rows.Listed.Where(listed => !unlisted.Contains((listed.TagId, listed.Package))),
                .. acts.OfType<TagAct.List>().Select(act => new EffectiveBuilds.Listed(act.Tag.Id, act.Name))]),
            HoldingAll.Where(tag => set.GetValueOrDefault(tag, true)).Concat(set.Where(pair => pair.Value).Select(pair => pair.Key)).ToHashSet());
    }
}
