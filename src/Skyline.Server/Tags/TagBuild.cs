using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Puts a build into a tag, as an event: when, and by whom.</summary>
static class TagBuild
{
    public static void Tag(IDbTransaction tx, long tag, long build, long person, long now) => tx.Execute("""
        INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) VALUES (@tag, @build, @now, @person)
        ON CONFLICT DO NOTHING
        """, new { tag, build, now, person });
}
