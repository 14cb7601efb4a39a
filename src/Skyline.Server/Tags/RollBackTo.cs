using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// A tag's own builds and blocks become what they were when a snapshot was made. What happened since is undone by new events, so
/// nothing of the history is lost, and a roll back can be rolled back. What is inherited, the tag's settings and key, its groups,
/// modules and advisories stay as they are: what of it has changed since is told.
/// </summary>
static class RollBackTo
{
    const int MostNamed = 10;

    public static Planned Plan(IDbConnection db, string name, RollbackTag wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        var (snapshot, why) = NamedSnapshot.Find(db, tag, wanted.Snapshot);
        if (snapshot is null) return new Planned.Refused(why!);
        var since = PastEvent.Since(db, tag.Id, snapshot.EventId);
        var past = PastBuilds.Of(db, tag.Id, since);
        var lost = NamedBuilds.WithoutPackages(db, past.SelectMany(package => package.Then).Select(placed => placed.Build.Id));
        List<TagAct> acts = [.. Builds(tag, past, lost), .. Blocks(db, tag, since)];
        return new Planned.Acts(acts.Count == 0 ? [] : [new TagAct.RollBack(tag, snapshot.Hash), .. acts], [.. Notes(db, tag, snapshot, acts.Count, lost)]);
    }

    /// <param name="lost">Those whose packages retention has removed: no kept snapshot held them.</param>
    static IEnumerable<TagAct> Builds(Tag tag, IReadOnlyList<PastBuilds> past, IReadOnlySet<KnownBuild> lost)
    {
        var (takes, puts) = (new List<TagAct>(), new List<PastBuilds.Placed>());
        foreach (var package in past)
        {
            var then = package.Then.Where(placed => !lost.Contains(placed.Build)).ToList();
            var (taken, put) = Reordered(package.Now, [.. then.Select(placed => placed.Build)]);
            takes.AddRange(taken.Select(build => new TagAct.Take(tag, build)));
            puts.AddRange(then[^put.Count..]);
        }
        return [.. takes, .. puts.OrderBy(placed => placed.Order).Select(placed => new TagAct.Put(tag, placed.Build))];
    }

    /// <summary>
    /// Which builds of a package are to be taken out and put in, in order, to come from one order of tagging to another: those that
    /// stand at the beginning of both stay.
    /// </summary>
    public static (IReadOnlyList<KnownBuild> Take, IReadOnlyList<KnownBuild> Put) Reordered(IReadOnlyList<KnownBuild> now, IReadOnlyList<KnownBuild> then)
    {
        var kept = 0;
        foreach (var build in now)
            if (kept < then.Count && build == then[kept]) kept++;
        return ([.. now.Where(build => !then.Take(kept).Contains(build))], [.. then.Skip(kept)]);
    }

    static IEnumerable<TagAct> Blocks(IDbConnection db, Tag tag, IReadOnlyList<PastEvent> since)
    {
        var blocked = EffectiveBuilds.ReadBlocked(db, [tag.Id], packages: null).Select(block => block.Package).ToHashSet();
        foreach (var package in since.Where(one => one.Kind is nameof(TagEventKind.Block) or nameof(TagEventKind.Unblock)).GroupBy(one => one.Package!))
        {
            var was = package.First().Kind == nameof(TagEventKind.Unblock);
            if (was && !blocked.Contains(package.Key)) yield return new TagAct.Block(tag, package.Key);
            if (!was && blocked.Contains(package.Key)) yield return new TagAct.Unblock(tag, package.Key);
        }
    }

    static IEnumerable<string> Notes(IDbConnection db, Tag tag, NamedSnapshot snapshot, int acts, IReadOnlySet<KnownBuild> lost)
    {
        if (lost.Count > 0) yield return $"Left out, for retention has removed their packages, which no kept snapshot held: {string.Join(", ", lost.Take(20).Select(build => build.Nvr))}{(lost.Count > 20 ? $" and {lost.Count - 20} more" : "")}.";
        if (acts == 0) yield return $"The builds and blocks of '{tag.Name}' are what they were with snapshot {snapshot.Hash}.";
        if (ShowEvents.LeftAlone(db, tag, snapshot.EventId) is { Count: > 0 } others)
            yield return $"Changed since, and left as it is now: {string.Join("; ", others.Take(MostNamed).Select(one => one.Tag == tag.Name ? one.What : $"{one.Tag}: {one.What}"))}"
                + (others.Count > MostNamed ? "; and more" : "") + ". So the next snapshot may differ from that one.";
    }
}
