using System.Data;
using System.Text;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

/// <summary>modules.yaml of a tag's repositories: the documents as they were given, one after another.</summary>
/// <param name="Key">Whose documents it is made of, and of which event: the same key is the same file.</param>
sealed record ModulesFile(string Key, ExtraMetadata? File)
{
    sealed record Source(long TagId, long EventId);

    public static ModulesFile Of(IDbConnection db, IReadOnlyList<long> order, MetadataCompression compression, ModulesFile? before)
    {
        var sources = db.All<Source>("SELECT DISTINCT tag_id AS TagId, event_id AS EventId FROM tag_modules WHERE tag_id IN @order", new { order });
        var key = string.Join(' ', sources.InOrder(order, source => source.TagId).Select(source => $"{source.TagId}@{source.EventId}"));
        return before?.Key == key ? before : new(key, Write(TagModules.Of(db, order), compression));
    }

    static ExtraMetadata? Write(IReadOnlyList<TagModules> documents, MetadataCompression compression) => documents.Count == 0 ? null :
        ExtraMetadata.Packed("modules", "modules.yaml", Encoding.UTF8.GetBytes(string.Concat(documents.Select(document => document.Yaml))), compression, documents.Max(document => document.ChangedAt));
}
