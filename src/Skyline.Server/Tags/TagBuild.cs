using System.Data;
using Skyline.Server.Approvals;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Puts a build into a tag and takes it out, as events: when, and by whom.</summary>
static class TagBuild
{
    /// <returns>False if it is in the tag already.</returns>
    public static bool Tag(IDbTransaction tx, long tag, long build, long person, long now)
    {
        if (Put(tx, tag, build, person, now) == 0) return false;
        Record(tx, TagEventKind.Tag, tag, build, person, now);
        return true;
    }

    /// <returns>False if it is not in the tag.</returns>
    public static bool Untag(IDbTransaction tx, long tag, long build, long person, long now)
    {
        if (Take(tx, tag, build, person, now) == 0) return false;
        Record(tx, TagEventKind.Untag, tag, build, person, now);
        return true;
    }

    /// <summary>A tag has one build of an NVR: <see cref="Twins"/> says so before, this holds to it.</summary>
    /// <returns>0 if it, or another of its NVR, is in the tag already. The event is the caller's to record.</returns>
    public static int Put(IDbTransaction tx, long tag, long build, long person, long now)
    {
        SecondPerson.Moves(tx, tag, build, comes: true);
        return tx.Execute($"INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by, since_event) SELECT @tag, @build, @now, @person, {TagEvent.Next} WHERE NOT EXISTS ({Twins.Select}) ON CONFLICT DO NOTHING", new { tag, build, now, person });
    }

    /// <returns>0 if it is not in the tag. The event is the caller's to record.</returns>
    public static int Take(IDbTransaction tx, long tag, long build, long person, long now)
    {
        SecondPerson.Moves(tx, tag, build, comes: false);
        return tx.Execute($"UPDATE tag_builds SET untagged_at = @now, untagged_by = @person, until_event = {TagEvent.Next} WHERE tag_id = @tag AND build_id = @build AND untagged_at IS NULL", new { tag, build, now, person });
    }

    /// <summary>A package more of a build that is in tags already: their repositories change though their builds do not.</summary>
    /// <param name="besides">A tag that knows already.</param>
    public static void Extend(IDbTransaction tx, long build, long person, long now, long? besides)
    {
        foreach (var tag in tx.All<long>("SELECT tag_id FROM tag_builds WHERE build_id = @build AND untagged_at IS NULL AND tag_id IS DISTINCT FROM @besides ORDER BY tag_id", new { build, besides }))
            Record(tx, TagEventKind.Import, tag, build, person, now);
    }

    static void Record(IDbTransaction tx, TagEventKind kind, long tag, long build, long person, long now)
    {
        var (nvr, package) = tx.One<(string, string)>("SELECT nvr, package FROM builds WHERE id = @build", new { build });
        var called = new { Builds = new[] { $"{nvr} (build {build})" }, By = tx.One<string>("SELECT name FROM users WHERE id = @person", new { person }) };
        TagEvent.Record(tx, tag, kind, package, nvr, now, person, build, kind == TagEventKind.Untag ? called : null, kind == TagEventKind.Untag ? null : called);
    }
}
