using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What a tag itself says it is, at some moment: its row, as of then.</summary>
sealed record TagConfig(string Chroot, string Arches, long InheritsArches, string Compression, string Holds, string Description, long Locked, long DemandsListed)
{
    const string Columns = "chroot, arches, inherits_arches, compression, holds, description, locked, demands_listed";

    /// <summary>Closes the row before and writes one of what the tag is now; the caller records the event next.</summary>
    public static void Keep(IDbTransaction tx, long tag)
    {
        Close(tx, tag);
        tx.Execute($"""
            INSERT INTO tag_configs (tag_id, {Columns}, since_event)
            SELECT id, chroot, coalesce((SELECT group_concat(arch, ' ') FROM (SELECT arch FROM tag_arches a WHERE a.tag_id = tags.id ORDER BY position) l), ''), inherits_arches, compression, holds, description, locked, demands_listed,
                   {TagEvent.Next} FROM tags WHERE id = @tag
            """, new { tag });
    }

    public static void Close(IDbTransaction tx, long tag) => tx.Execute($"UPDATE tag_configs SET until_event = {TagEvent.Next} WHERE tag_id = @tag AND until_event IS NULL", new { tag });

    public static void WriteArches(IDbTransaction tx, long tag, IReadOnlyList<string> arches)
    {
        tx.Execute("DELETE FROM tag_arches WHERE tag_id = @tag", new { tag });
        for (var position = 0; position < arches.Count; position++)
            tx.Execute("INSERT INTO tag_arches (tag_id, arch, position) VALUES (@tag, @arch, @position)", new { tag, arch = arches[position], position });
    }

    /// <returns>Null if there was no such tag then.</returns>
    public static TagConfig? Of(IDbConnection db, long tag, long moment) => db.One<TagConfig>($"""
        SELECT chroot AS Chroot, arches AS Arches, inherits_arches AS InheritsArches, compression AS Compression, holds AS Holds, description AS Description, locked AS Locked, demands_listed AS DemandsListed
        FROM tag_configs WHERE tag_id = @tag AND {AsOf.Counts(moment)}
        """, new { tag, moment });
}
