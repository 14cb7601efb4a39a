using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Privacy;

/// <summary>
/// What is hidden from who asked, where that is to be said one by one: on the writer's connection, where everything is there, and of what is kept in memory.
/// </summary>
static class Hidden
{
    /// <summary>(On a narrow reader's connection it is not found in the first place.)</summary>
    public static bool Tag(IDbConnection db, long tag) => From(db) is { } hidden && hidden.Contains(tag);

    /// <summary>As a sentence names them: those that are hidden from who reads it have no name.</summary>
    public static IReadOnlyList<string> Names(IDbConnection db, IReadOnlyList<(long Id, string Name)> tags) => [.. tags.Select(tag => Tag(db, tag.Id) ? "a tag that you do not see" : tag.Name).Distinct()];

    public static bool TagFrom(IDbConnection db, Sight sight, long tag) => db is KeptStatements { Readers: { } readers } && !readers.MayRead(sight, tag);

    public static bool Build(IDbConnection db, long build) => From(db) is { Count: > 0 } hidden && !db.One<bool>("""
        SELECT EXISTS (SELECT 1 FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.id = @build AND t.build_tag_id NOT IN @hidden AND t.destination_tag_id NOT IN @hidden)
            OR EXISTS (SELECT 1 FROM tag_builds WHERE build_id = @build AND tag_id NOT IN @hidden)
            OR NOT EXISTS (SELECT 1 FROM tag_builds WHERE build_id = @build) AND NOT EXISTS (SELECT 1 FROM builds WHERE id = @build AND target_id IS NOT NULL)
        """, new { build, hidden });

    static System.Collections.Frozen.FrozenSet<long>? From(IDbConnection db) => Sight.Current is { } sight && db is KeptStatements { Readers: { } readers } ? readers.HiddenFrom(sight) : null;
}
