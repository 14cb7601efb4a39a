using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Builds under way that would go into a tag end, when nothing may go into it any more: at once, and each says why.</summary>
static class EndBuildsInto
{
    /// <returns>The builds that ended.</returns>
    public static IReadOnlyList<long> Locked(IDbTransaction tx, Tag tag, long person, long now)
    {
        var who = tx.One<string>("SELECT name FROM users WHERE id = @person", new { person }) ?? "Skyline";
        var builds = tx.All<long>("""
            UPDATE builds SET state = 'Cancelled', why = @why, ended_at = @now, revision = revision + 1
            WHERE state IN ('Waiting', 'Building', 'Publishing') AND scratch = 0 AND target_id IN (SELECT id FROM targets WHERE destination_tag_id = @Id)
              AND NOT EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = builds.id) RETURNING id
            """, new { tag.Id, now, why = $"Ended, for '{tag.Name}', which it would go into, was locked by {who}. Submit it again when that is unlocked, or for another target." });
        foreach (var build in builds)
        {
            tx.Execute("UPDATE build_tasks SET state = 'Cancelled' WHERE build_id = @build AND state IN ('Waiting', 'Running')", new { build });
            tx.Execute("""
                UPDATE task_runs SET state = 'Cancelled', ended_at = @now
                WHERE state IN ('Waiting', 'Running') AND task_id IN (SELECT id FROM build_tasks WHERE build_id = @build)
                """, new { build, now });
        }
        return builds;
    }
}
