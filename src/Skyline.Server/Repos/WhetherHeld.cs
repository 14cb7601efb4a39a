using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>Whether a tag's newest snapshot holds a build, and if not, why, in a sentence.</summary>
/// <param name="Pending">Whether it will, as things are.</param>
sealed record WhetherHeld(bool Holds, bool Pending, string Why)
{
    sealed record BuildRow(long Id, string Nvr, string Package, string State, long Scratch, long? DestinationTagId);
    sealed record RpmRow(long Id, string RepoClass, string Arch);
    sealed record Place(string Repo, long RpmId);

    public static WhetherHeld Of(IDbConnection db, Tag tag, string nvr)
    {
        if (NamedBuilds.Find(db, nvr) is not { } known) return new(false, false, $"There is no build '{nvr}' here.");
        var build = db.One<BuildRow>("""
            SELECT b.id AS Id, b.nvr AS Nvr, b.package AS Package, b.state AS State, b.scratch AS Scratch, t.destination_tag_id AS DestinationTagId
            FROM builds b LEFT JOIN targets t ON t.id = b.target_id WHERE b.id = @Id
            """, new { known.Id })!;
        var places = Places(db, tag, build.Id);
        if (places.Count > 0 && places.SetEquals(Held(db, tag.Id, build.Id))) return new(true, false, $"The newest snapshot of '{tag.Name}' holds {build.Nvr}.");
        var order = Inheritance.Order(db, tag.Id);
        if (NamedBuilds.WithoutPackages(db, [build.Id]).Count > 0) return new(false, false, $"Retention has removed the packages of {build.Nvr}.");
        if (build.State is not nameof(BuildState.Complete)) return OfUnfinished(tag, build, order);
        if (WhyHidden(db, tag, build, order) is { } why) return new(false, false, why);
        return places.Count > 0
            ? new(false, true, $"{build.Nvr} is tagged; the snapshot of '{tag.Name}' that holds it is being written.")
            : new(false, false, $"{build.Nvr} is tagged, but has no package for the architectures of '{tag.Name}' ({string.Join(", ", tag.Arches)}).");
    }

    /// <summary>Where its packages belong.</summary>
    static HashSet<Place> Places(IDbConnection db, Tag tag, long build) =>
        [.. db.All<RpmRow>("SELECT id AS Id, repo_class AS RepoClass, arch AS Arch FROM rpms WHERE build_id = @build", new { build })
            .SelectMany(rpm => HeldRpm.ReposOf(Enum.Parse<RepoClass>(rpm.RepoClass), rpm.Arch, tag.Arches).Select(repo => new Place(repo, rpm.Id)))];

    static IReadOnlyList<Place> Held(IDbConnection db, long tag, long build) => db.All<Place>(SelectHeld, new { tag, build });

    // From the build on: SQLite would rather read all that the tag holds.
    internal const string SelectHeld = """
        SELECT g.repo AS Repo, g.rpm_id AS RpmId FROM rpms r CROSS JOIN tag_rpms g ON g.rpm_id = r.id WHERE r.build_id = @build AND g.tag_id = @tag AND g.until IS NULL
        """;

    static WhetherHeld OfUnfinished(Tag tag, BuildRow build, TagOrder order)
    {
        var named = $"{build.Nvr} (build {build.Id})";
        if (build.Scratch == 1) return new(false, false, $"{named} is a scratch build; such are published nowhere.");
        if (build.State is nameof(BuildState.Failed) or nameof(BuildState.Cancelled)) return new(false, false, $"{named} was not built: it is {build.State.ToLowerInvariant()}.");
        return build.DestinationTagId is { } destination && order.Contains(destination)
            ? new(false, true, $"{named} is {build.State.ToLowerInvariant()}; once it is complete, '{tag.Name}' gets it.")
            : new(false, false, $"{named} is {build.State.ToLowerInvariant()}, and does not go to '{tag.Name}' or what that inherits from.");
    }

    /// <returns>Null if it is among the builds that the tag's repositories are to hold.</returns>
    static string? WhyHidden(IDbConnection db, Tag tag, BuildRow build, TagOrder order)
    {
        if (build.Scratch == 1) return $"{build.Nvr} (build {build.Id}) was a scratch build; such are published nowhere.";
        var rows = EffectiveBuilds.Rows.Read(db, order, [build.Package]);
        var tagged = rows.Tagged;
        var decision = EffectiveBuilds.Decide(order, tag.HoldsAll, rows).FirstOrDefault();
        if (decision is null || tagged.All(one => one.BuildId != build.Id)) return $"{build.Nvr} is not tagged in '{tag.Name}', nor in what that inherits from. {Elsewhere(db, build.Id)}";
        if (decision.Builds.Any(one => one.BuildId == build.Id)) return null;
        if (decision.BlockedBy is { } blocking) return $"{build.Package} is blocked in '{Tag.Of(db, blocking).Name}'.";
        if (decision.Builds.Count == 0) return $"{build.Package} does not come through the filters by which '{tag.Name}' inherits from '{Tag.Of(db, decision.DecidedBy).Name}'.";
        var other = NamedBuilds.Of(db, [decision.Builds[^1].BuildId])[0].Nvr;
        var deciding = Tag.Of(db, decision.DecidedBy).Name;
        return tagged.Any(one => one.BuildId == build.Id && one.TagId == decision.DecidedBy)
            ? $"{build.Nvr} is superseded by {other}, which was tagged later in '{deciding}'."
            : $"{build.Nvr} is hidden by {other} of '{deciding}', which comes before '{NameOf(db, order, tagged, build.Id)}' in the order of inheritance.";
    }

    static string NameOf(IDbConnection db, IReadOnlyList<long> order, IReadOnlyList<EffectiveBuilds.Tagged> tagged, long build) =>
        Tag.Of(db, order.First(tag => tagged.Any(one => one.TagId == tag && one.BuildId == build))).Name;

    static string Elsewhere(IDbConnection db, long build)
    {
        var tags = db.All<string>("SELECT t.name FROM tag_builds g JOIN tags t ON t.id = g.tag_id WHERE g.build_id = @build AND g.untagged_at IS NULL ORDER BY t.name LIMIT 5", new { build });
        return tags.Count == 0 ? "It is in no tag." : $"It is in '{string.Join("', '", tags)}'.";
    }
}
