using System.Data;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What can happen to what a tag holds.</summary>
enum TagEventKind { Create, Migrate, Tag, Untag, Import, Block, Unblock, Inherit, Key, Settings, Content, Restore, Config, List, Remove, Promote }

/// <summary>
/// A tag's repositories change by events only: whoever changes a tag records one in the same transaction, and rings
/// <see cref="Bells.Tags"/> after it. From then on the tag, and all that inherit from it, are behind until their next snapshot.
/// </summary>
static class TagEvent
{
    /// <param name="package">The one package that it concerns; null: it may concern them all.</param>
    /// <param name="detail">For people: what was done.</param>
    /// <param name="before">For the audit log, with <paramref name="after"/>: the fields that changed.</param>
    /// <param name="alone">No second person need agree to it.</param>
    public static long Record(IDbTransaction tx, long tag, TagEventKind kind, string? package, string detail, long now, long? person = null, long? build = null, object? before = null, object? after = null, bool alone = false)
    {
        if (!alone) SecondPerson.Demand(tx, tag, kind);
        var id = Insert(tx, tag, kind, package, detail, now, person, build);
        tx.Note(EventWords.Of(kind, detail), $"tag {tx.One<string>("SELECT name FROM tags WHERE id = @tag", new { tag })}", before, after, tag);
        if (kind is TagEventKind.Create or TagEventKind.Inherit) Kin.Renew(tx, tag);
        Reach(tx, tag, id);
        return id;
    }

    /// <summary>One of several, of which the last is to <see cref="Reach"/> the tag's heirs.</summary>
    public static long Insert(IDbTransaction tx, long tag, TagEventKind kind, string? package, string detail, long now, long? person, long? build)
    {
        var id = tx.One<long>("""
            INSERT INTO tag_events (tag_id, kind, package, build_id, detail, at, by) VALUES (@tag, @kind, @package, @build, @detail, @now, @person) RETURNING id
            """, new { tag, kind = kind.ToString(), package, build, detail, now, person });
        ((KeptTransaction)tx).FirstEvent ??= id;
        return id;
    }

    /// <summary>The tag, and all that inherit from it, are to take in what happened up to the event.</summary>
    public static void Reach(IDbTransaction tx, long tag, long id) => tx.Execute("""
        UPDATE tags SET changed_event = @id WHERE id = @tag OR id IN (SELECT tag_id FROM tag_kin WHERE from_id = @tag)
        """, new { tag, id });

    /// <summary>Kinds that change nothing of which packages repositories hold, though they name none.</summary>
    public static bool LeavesPackages(string kind) => kind is nameof(TagEventKind.Content) or nameof(TagEventKind.Restore) or nameof(TagEventKind.Config);

    /// <summary>In SQL, the number of the event that is recorded next in this transaction.</summary>
    public const string Next = "(SELECT coalesce(max(id), 0) + 1 FROM tag_events)";
}
