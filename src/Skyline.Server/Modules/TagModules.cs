using System.Data;
using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

/// <summary>A module document that a tag has.</summary>
public sealed record TagModules(long TagId, string Key, string Yaml, long ChangedAt)
{
    const int IdLength = 16;

    /// <summary>What addresses and forms name it by: its key is of several lines.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))[..IdLength];

    /// <summary>Of documents with the same key the nearest.</summary>
    public static IReadOnlyList<TagModules> Of(IDbConnection db, IReadOnlyList<long> order) =>
        [.. db.All<TagModules>("SELECT tag_id AS TagId, key AS Key, yaml AS Yaml, changed_at AS ChangedAt FROM tag_modules WHERE tag_id IN @order ORDER BY tag_id, position", new { order })
            .InOrder(order, document => document.TagId).DistinctBy(document => document.Key)];

    /// <summary>As clients of the tag's repositories see them.</summary>
    public static IReadOnlyList<ModuleDocument> Seen(IDbConnection db, long tag) =>
        [.. Of(db, Inheritance.Order(db, tag)).Select(document => document.OnTheWire(Tag.Of(db, document.TagId).Name))];

    /// <summary>The tags that a tag's documents come from, nearest first; nothing is read for it.</summary>
    public static IReadOnlyList<string> Sources(IDbConnection db, IReadOnlyList<long> order) =>
        [.. db.All<long>("SELECT DISTINCT tag_id FROM tag_modules WHERE tag_id IN @order", new { order }).InOrder(order, tag => tag).Select(tag => Tag.Of(db, tag).Name)];

    /// <summary>What the tags are called that a tag's documents come from.</summary>
    public static IReadOnlyDictionary<long, string> Names(IDbConnection db, long tag) => Of(db, Inheritance.Order(db, tag)).Select(document => document.TagId).Distinct().ToDictionary(from => from, from => Tag.Of(db, from).Name);

    public static string? OwnYaml(IDbConnection db, long tag) => Of(db, [tag]) is { Count: > 0 } own ? string.Concat(own.Select(document => document.Yaml)) : null;

    internal ModuleDocument OnTheWire(string tag)
    {
        string?[] told = [.. Key.Split('\n').Select(fact => fact.Length == 0 ? null : fact), null, null, null, null, null];
        var isModule = told[0] == "modulemd";
        return new(told[0]!, told[1]!, told[2], isModule ? told[3] : null, isModule ? told[4] : null, isModule ? told[5] : null, tag);
    }
}
