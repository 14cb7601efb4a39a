using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>What acts would change for whom installs from the tags and from their heirs. Nothing is written; who decides is what decides when it is published.</summary>
static class PreviewActs
{
    public static IReadOnlyList<RepoChanges> Of(IDbConnection db, IReadOnlyList<TagAct> acts)
    {
        var before = TagRows.Read(db, acts);
        var after = before.After(acts);
        var room = PackageChanges.MostListed;
        var changes = new List<RepoChanges>();
        foreach (var id in before.Concerned(acts))
        {
            var (now, then) = (before.HeldBy(id).ToHashSet(), after.HeldBy(id).ToHashSet());
            var tag = Tag.Of(db, id);
            var arches = acts.OfType<TagAct.Set>().LastOrDefault(act => act.Tag.Id == id && act.ChangesArches)?.After.Arches;
            var all = arches is null
                ? PackageChanges.Of(ListedRpm.OfBuilds(db, tag.Arches, now.Except(then)), ListedRpm.OfBuilds(db, tag.Arches, then.Except(now)))
                : OfAll(ListedRpm.OfBuilds(db, tag.Arches, now), ListedRpm.OfBuilds(db, arches, then));
            if (all.Count == 0) continue;
            changes.Add(new(tag.Name, [.. all.Take(room)], Math.Max(0, all.Count - room)));
            room -= Math.Min(room, all.Count);
        }
        return changes;
    }

    /// <summary>Where the repositories themselves are others, what each holds is compared.</summary>
    static IReadOnlyList<PackageChange> OfAll(IReadOnlyList<ListedRpm> now, IReadOnlyList<ListedRpm> then) => PackageChanges.Of(now.Except(then), then.Except(now));
}
