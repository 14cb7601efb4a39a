using System.Data;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

/// <summary>
/// comps.xml of a tag's repositories. It is served plain: every client that there ever was reads that, yum of EL 7 and old zypper
/// nothing else.
/// </summary>
/// <param name="Key">Whose groups it is made of, and of which event: the same key is the same file.</param>
sealed record GroupsFile(string Key, ExtraMetadata? File)
{
    sealed record Source(long TagId, long EventId);

    public static GroupsFile Of(IDbConnection db, IReadOnlyList<long> order, GroupsFile? before)
    {
        var sources = db.All<Source>("SELECT tag_id AS TagId, event_id AS EventId FROM tag_groups WHERE tag_id IN @order", new { order });
        var key = string.Join(' ', sources.InOrder(order, source => source.TagId).Select(source => $"{source.TagId}@{source.EventId}"));
        return before?.Key == key ? before : new(key, Write(TagGroups.Of(db, order)));
    }

    static ExtraMetadata? Write(IReadOnlyList<TagGroups> groups) =>
        Comps.Merge([.. groups.Select(from => from.Comps)]) is { IsEmpty: false } comps
            ? ExtraMetadata.Plain("group", "comps.xml", CompsXml.Write(comps), groups.Max(from => from.ChangedAt))
            : null;
}
