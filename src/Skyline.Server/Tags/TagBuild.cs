using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Puts a build into a tag and takes it out, as events: when, and by whom.</summary>
static class TagBuild
{
    /// <returns>False if it is in the tag already.</returns>
    public static bool Tag(IDbTransaction tx, long tag, long build, long person, long now, TagEventKind kind = TagEventKind.Tag)
    {
        if (tx.Execute("INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) VALUES (@tag, @build, @now, @person) ON CONFLICT DO NOTHING", new { tag, build, now, person }) == 0) return false;
        Record(tx, kind, tag, build, person, now);
        return true;
    }

    /// <returns>False if it is not in the tag.</returns>
    public static bool Untag(IDbTransaction tx, long tag, long build, long person, long now)
    {
        if (tx.Execute("UPDATE tag_builds SET untagged_at = @now, untagged_by = @person WHERE tag_id = @tag AND build_id = @build AND untagged_at IS NULL", new { tag, build, now, person }) == 0) return false;
        Record(tx, TagEventKind.Untag, tag, build, person, now);
        return true;
    }

    /// <summary>A package more of a build that is in a tag already: its repository changes though its builds do not.</summary>
    public static void Extend(IDbTransaction tx, long tag, long build, long person, long now) => Record(tx, TagEventKind.Import, tag, build, person, now);

    static void Record(IDbTransaction tx, TagEventKind kind, long tag, long build, long person, long now)
    {
        var (nvr, package) = tx.One<(string, string)>("SELECT nvr, package FROM builds WHERE id = @build", new { build });
        TagEvent.Record(tx, tag, kind, package, nvr, now, person, build);
    }
}
