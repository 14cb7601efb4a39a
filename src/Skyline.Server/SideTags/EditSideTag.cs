using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>Says anew what a side tag is for, and how long it stays.</summary>
public sealed class EditSideTag(Database database, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Edit(string name, SideTagEdit wanted, long person, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (SideTagRow.Find(tx.Connection!, name) is not { } tag) return SideTagRow.None(name);
        if (TagRights.WhyNotChange(tx.Connection!, person, tag.TagId) is { } notYours) return notYours;
        if (wanted.Days is not 0 && CreateSideTag.WhyNot(new(wanted.Note, wanted.Days)) is { } bad) return bad;
        var expires = wanted.Days switch { null => tag.ExpiresAt, 0 => null, var days => time.Stamp() + (long)TimeSpan.FromDays(days.Value).TotalMilliseconds };
        tx.Execute("UPDATE side_tags SET note = @note, expires_at = @expires WHERE tag_id = @TagId",
            new { tag.TagId, expires, note = wanted.Note switch { null => tag.Note, "" => null, var given => given } });
        tx.Note("changed", $"side tag {name}", new { tag.Note, ExpiresAt = tag.ExpiresAt.ToTime() }, new { Note = wanted.Note switch { null => tag.Note, "" => null, var given => given }, ExpiresAt = expires.ToTime() }, tag.TagId);
        return null;
    }, ct);
}
