using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag that is somebody's: a copy of another in all but its builds, which it inherits, with a target of its name that builds from it into it.</summary>
static class OwnedTag
{
    /// <returns>The new tag's id.</returns>
    public static long InsertLike(IDbTransaction tx, Tag like, string name, long owner, long now)
    {
        var tag = tx.One<long>("INSERT INTO tags (name, chroot, compression, holds, owner_id, created_at) VALUES (@name, @Chroot, @compression, 'Latest', @owner, @now) RETURNING id",
            new { name, like.Chroot, compression = like.Compression.ToString(), owner, now });
        tx.Execute("INSERT INTO tag_arches (tag_id, arch, position) SELECT @tag, arch, position FROM tag_arches WHERE tag_id = @Id", new { tag, like.Id });
        tx.Execute("INSERT INTO tag_externals (tag_id, external_id, priority) SELECT @tag, external_id, priority FROM tag_externals WHERE tag_id = @Id", new { tag, like.Id });
        TagEvent.Record(tx, tag, TagEventKind.Create, null, name, now, owner);
        WriteActs.Write(tx, [new TagAct.Inherit(Tag.Of(tx.Connection!, tag), [new(like.Id, like.Name, 1)])], owner, now);
        return tag;
    }

    /// <param name="like">The target whose channel it has too.</param>
    public static long InsertTarget(IDbTransaction tx, long tag, string name, long? like, long now) => tx.One<long>("""
        INSERT INTO targets (name, build_tag_id, destination_tag_id, channel_id, created_at)
        VALUES (@name, @tag, @tag, coalesce((SELECT channel_id FROM targets WHERE id = @like), 1), @now) RETURNING id
        """, new { tag, name, like, now });
}
