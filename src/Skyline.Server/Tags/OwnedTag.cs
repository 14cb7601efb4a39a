using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag that is somebody's: a copy of another in all but its builds, which it inherits, with a target of its name that builds from it into it.</summary>
static class OwnedTag
{
    /// <returns>The new tag's id.</returns>
    /// <param name="into">Where what is built in it goes in the end; it is as closed and as private as that, too.</param>
    public static long InsertLike(IDbTransaction tx, Tag like, string name, long owner, long now, string? description = null, Tag? into = null)
    {
        var compression = like.Compression == Rpm.MetadataCompression.Gzip ? TagCompression.Gzip : TagCompression.Zstd;
        var tag = CreateTag.Insert(tx, new(name, like.Chroot, Compression: compression, Description: description), like.Arches, now);
        tx.Execute("UPDATE tags SET owner_id = @owner, private = max(private, @Private), closed = @Closed WHERE id = @tag", new { tag, owner, Private = like.Private || into is { Private: true }, Closed = like.Closed || into is { Closed: true } });
        TagEvent.Record(tx, tag, TagEventKind.Create, null, name, now, owner, after: new { Like = like.Name, Owner = tx.One<string>("SELECT name FROM users WHERE id = @owner", new { owner }) });
        WriteActs.Write(tx, [new TagAct.Inherit(Tag.Of(tx.Connection!, tag), [new(like.Id, like.Name, 1)])], owner, now);
        return tag;
    }

    /// <param name="like">The target whose channel it has too.</param>
    public static long InsertTarget(IDbTransaction tx, long tag, string name, long? like, long owner, long now) =>
        CreateTarget.Insert(tx, name, tag, tag, tx.One<long?>("SELECT channel_id FROM targets WHERE id = @like", new { like }) ?? 1, owner, now);
}
