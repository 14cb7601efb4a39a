using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// What is private does not come to be public by the way: a public tag inherits from no private one, no public tag is built into from one, and
/// builds come out of one only when who does it says that they mean to.
/// </summary>
static class KeptPrivate
{
    const int AtOnce = 500;

    public static Refusal? WhyNot(IDbConnection db, IReadOnlyList<TagAct> acts, bool disclose) =>
        acts.OfType<TagAct.Inherit>().Select(act => WhyNotFrom(db, act.Tag, act.Parents.Select(parent => parent.Id))).FirstOrDefault(why => why is not null)
        ?? (disclose ? null : acts.OfType<TagAct.Put>().Where(put => !put.Tag.Private).GroupBy(put => put.Tag.Id).Select(puts => WhyNotInto(db, puts.First().Tag, [.. puts.Select(put => put.Build)])).FirstOrDefault(why => why is not null));

    /// <summary>A tag that is made like another, or inherits from others.</summary>
    public static Refusal? WhyNotFrom(IDbConnection db, Tag tag, IEnumerable<long> parents) => tag.Private ? null
        : parents.Select(parent => Tag.Of(db, parent)).FirstOrDefault(parent => parent.Private) is { } hidden
            ? new(409, $"'{tag.Name}' is public and '{hidden.Name}' is private: who inherits from a private tag is private too. `skyline tag set {tag.Name} --private` makes it that.") : null;

    public static Refusal? WhyNotBuilt(Tag with, Tag into, string target) => with.Private && !into.Private
        ? new(409, $"'{target}' would build with the private tag '{with.Name}' into the public '{into.Name}': what is made of private packages goes into a private tag. `skyline tag set {into.Name} --private` makes it that.") : null;

    static Refusal? WhyNotInto(IDbConnection db, Tag tag, IReadOnlyList<KnownBuild> builds)
    {
        if (!db.One<bool>("SELECT EXISTS (SELECT 1 FROM tags WHERE private = 1)")) return null;
        var hidden = builds.Chunk(AtOnce).SelectMany(some => db.All<string>("""
            SELECT b.nvr FROM builds b WHERE b.id IN @ids
              AND NOT EXISTS (SELECT 1 FROM targets t JOIN tags w ON w.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id WHERE t.id = b.target_id AND w.private = 0 AND d.private = 0)
              AND EXISTS (SELECT 1 FROM tag_builds g WHERE g.build_id = b.id)
              AND NOT EXISTS (SELECT 1 FROM tag_builds g JOIN tags p ON p.id = g.tag_id WHERE g.build_id = b.id AND p.private = 0)
            """, new { ids = some.Select(build => build.Id) })).ToList();
        return hidden.Count == 0 ? null : new(409, $"{string.Join(", ", hidden.Take(5))}{(hidden.Count > 5 ? $" and {hidden.Count - 5} more" : "")} {(hidden.Count == 1 ? "is" : "are")} private and '{tag.Name}' is public: everybody would see {(hidden.Count == 1 ? "it" : "them")}, with logs and what was built with. Say --disclose (disclose=true) if that is meant.");
    }

    /// <summary>A tag is made private while public ones are made of it, or public while it is made of private ones.</summary>
    public static Refusal? WhyNot(IDbConnection db, Tag before, Tag after)
    {
        if (before.Private == after.Private) return null;
        if (!after.Private) return WhyNotFrom(db, after, Tag.ParentsOf(db, after.Id).Select(parent => parent.Id)) ?? Of(db, """
            SELECT t.name AS Name, w.name AS Other FROM targets t JOIN tags w ON w.id = t.build_tag_id WHERE t.destination_tag_id = @Id AND t.build_tag_id <> @Id AND w.private = 1 AND t.removed_at IS NULL LIMIT 1
            """, after, other => $"'{after.Name}' cannot be made public: the target '{other.Name}' builds into it with the private tag '{other.Other}'. Remove the target first.");
        return Of(db, "SELECT t.name AS Name, t.name AS Other FROM tag_parents p JOIN tags t ON t.id = p.tag_id WHERE p.parent_id = @Id AND p.unset_at IS NULL AND t.private = 0 ORDER BY t.name LIMIT 1",
                after, other => $"'{after.Name}' cannot be made private: the public tag '{other.Name}' inherits from it. Make that one private first: skyline tag set {other.Name} --private.")
            ?? Of(db, "SELECT t.name AS Name, d.name AS Other FROM targets t JOIN tags d ON d.id = t.destination_tag_id WHERE t.build_tag_id = @Id AND t.destination_tag_id <> @Id AND d.private = 0 AND t.removed_at IS NULL LIMIT 1",
                after, other => $"'{after.Name}' cannot be made private: the target '{other.Name}' builds with it into the public tag '{other.Other}'. Make that one private, or the target another.");
    }

    sealed record Found(string Name, string Other);

    static Refusal? Of(IDbConnection db, string sql, Tag tag, Func<Found, string> sentence) => db.One<Found>(sql, new { tag.Id }) is { } found ? new(409, sentence(found)) : null;
}
