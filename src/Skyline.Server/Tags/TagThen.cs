using System.Data;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>All that a tag itself is and says, now or as of an event.</summary>
/// <param name="Tag">With its architectures and settings as of then.</param>
/// <param name="OwnArches">Those that it has itself, whether or not they count.</param>
sealed record TagThen(
    Tag Tag, TagOrder Order, IReadOnlyList<string> OwnArches, IReadOnlyList<Parent> Parents, IReadOnlyList<string> Blocked, IReadOnlyList<TagSettingRow> Settings)
{
    /// <param name="moment">As of this event; null: now.</param>
    /// <returns>Null if there was no such tag then.</returns>
    public static TagThen? Of(IDbConnection db, Tag tag, long? moment)
    {
        if (moment is { } then)
        {
            if (TagConfig.Of(db, tag.Id, then) is not { } config) return null;
            tag = tag with
            {
                Chroot = config.Chroot, Compression = Enum.Parse<MetadataCompression>(config.Compression), HoldsAll = config.Holds == "All", Description = config.Description,
                Locked = config.Locked == 1, DemandsListed = config.DemandsListed == 1, InheritsArches = config.InheritsArches == 1,
            };
        }
        var order = Inheritance.Order(db, tag.Id, moment);
        var own = ArchesOf(db, tag.Id, moment);
        var arches = !tag.InheritsArches ? own : order.Config.Skip(1).Where(one => !Inherits(db, one, moment)).Select(one => ArchesOf(db, one, moment)).FirstOrDefault(own);
        return new(tag with { Arches = arches }, order, own, Tag.ParentsOf(db, tag.Id, moment),
            BlockedIn(db, tag.Id, moment),
            TagSettingRow.Of(db, order.Config, moment));
    }

    /// <summary>What it hides itself.</summary>
    public static IReadOnlyList<string> BlockedIn(IDbConnection db, long tag, long? moment) => [.. EffectiveBuilds.ReadBlocked(db, [tag], packages: null, moment).Select(block => block.Package).Order(StringComparer.Ordinal)];

    static IReadOnlyList<string> ArchesOf(IDbConnection db, long tag, long? moment) =>
        moment is { } then ? TagConfig.Of(db, tag, then)?.Arches.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [] : Tag.OwnArches(db, tag);

    static bool Inherits(IDbConnection db, long tag, long? moment) =>
        moment is { } then ? TagConfig.Of(db, tag, then) is null or { InheritsArches: 1 } : db.One<long>("SELECT inherits_arches FROM tags WHERE id = @tag", new { tag }) == 1;
}
