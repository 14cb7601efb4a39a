using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What can happen to what a tag holds.</summary>
enum TagEventKind { Create, Migrate, Tag, Untag, Import, Block, Unblock, Inherit, Key, Settings, Content, Restore, Remove, Promote }

/// <summary>
/// A tag's repositories change by events only: whoever changes a tag records one in the same transaction, and rings
/// <see cref="Bells.Tags"/> after it. From then on the tag, and all that inherit from it, are behind until their next snapshot.
/// </summary>
static class TagEvent
{
    /// <param name="package">The one package that it concerns; null: it may concern them all.</param>
    /// <param name="detail">For people: what was done.</param>
    public static long Record(IDbTransaction tx, long tag, TagEventKind kind, string? package, string detail, long now, long? person = null, long? build = null)
    {
        var id = Insert(tx, tag, kind, package, detail, now, person, build);
        Reach(tx, tag, id);
        return id;
    }

    /// <summary>One of several, of which the last is to <see cref="Reach"/> the tag's heirs.</summary>
    public static long Insert(IDbTransaction tx, long tag, TagEventKind kind, string? package, string detail, long now, long? person, long? build) => tx.One<long>("""
        INSERT INTO tag_events (tag_id, kind, package, build_id, detail, at, by) VALUES (@tag, @kind, @package, @build, @detail, @now, @person) RETURNING id
        """, new { tag, kind = kind.ToString(), package, build, detail, now, person });

    /// <summary>The tag, and all that inherit from it, are to take in what happened up to the event.</summary>
    public static void Reach(IDbTransaction tx, long tag, long id) => tx.Execute("""
        WITH RECURSIVE heirs(id) AS (SELECT @tag UNION SELECT p.tag_id FROM tag_parents p JOIN heirs h ON p.parent_id = h.id WHERE p.unset_at IS NULL)
        UPDATE tags SET changed_event = @id WHERE id IN (SELECT id FROM heirs)
        """, new { tag, id });
}
