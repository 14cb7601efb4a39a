using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>
/// Tags that change only when a second person agrees. Whoever changes a tag asks here, in the write that does (<see cref="TagEvent"/> does it for all):
/// what is held so is undone at the write's end, and waits, unless it is what a second person has just agreed to (<see cref="HeldBack.Check"/>).
/// </summary>
static class SecondPerson
{
    /// <summary>The tag itself asks for one, or one that inherits from it: what goes into this one is in that one too.</summary>
    const string Asks = """
        SELECT EXISTS (SELECT 1 FROM tags WHERE id = @tag AND second_person = 1
          UNION ALL SELECT 1 FROM tag_kin k JOIN tags t ON t.id = k.tag_id WHERE k.from_id = @tag AND t.second_person = 1 AND t.removed_at IS NULL)
        """;

    public static bool Is(IDbConnection db, long tag) => db.One<bool>(Asks, new { tag });

    /// <summary>Keys are the instance's, and a tag that comes into being is in no other yet.</summary>
    static bool Concerns(TagEventKind kind) => kind is not (TagEventKind.Key or TagEventKind.Migrate or TagEventKind.Create);

    /// <summary>Before the tag's rows are changed.</summary>
    public static void Demand(IDbTransaction tx, long tag, TagEventKind kind)
    {
        var write = (KeptTransaction)tx;
        if (Concerns(kind) && !write.Held.Contains(tag) && Is(tx.Connection!, tag)) write.Held.Add(tag);
    }

    /// <summary>A build comes into a tag, or goes out of it: which packages those are is part of what is agreed to.</summary>
    public static void Moves(IDbTransaction tx, long tag, long build, bool comes) => ((KeptTransaction)tx).Moves.Add(new(tag, build, comes));
}

/// <param name="Comes">Into the tag; otherwise out of it.</param>
sealed record BuildMove(long Tag, long Build, bool Comes);
