using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Tags;

/// <summary>How a tag's metadata is compressed, and whether it holds all its builds or the latest.</summary>
static class ChangeSettings
{
    public static Planned Plan(IDbConnection db, string name, TagSettings wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (wanted is { Compression: { } one } && !Enum.IsDefined(one) || wanted is { Holds: { } other } && !Enum.IsDefined(other))
            return Planned.Refuse(400, "A tag's compression is Zstd or Gzip, and it holds Latest or All.");
        var compression = wanted.Compression is { } given ? Enum.Parse<MetadataCompression>(given.ToString()) : tag.Compression;
        var all = wanted.Holds is { } holds ? holds == TagHolds.All : tag.HoldsAll;
        string[] changed =
        [
            .. compression == tag.Compression ? Array.Empty<string>() : [$"metadata is compressed with {compression.ToString().ToLowerInvariant()}"],
            .. all == tag.HoldsAll ? Array.Empty<string>() : [all ? "holds all builds" : "holds the latest builds"],
        ];
        return new Planned.Acts(changed.Length == 0 ? [] : [new TagAct.Set(tag, compression, all, string.Join("; ", changed))]);
    }
}
