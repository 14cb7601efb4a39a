using System.Data;
using Skyline.Protocol;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Build tag (what the buildroot is made of) → destination tag (where the result goes).</summary>
public sealed record Target(long Id, string Name, long BuildTagId, string BuildTag, long DestinationTagId, string DestinationTag, string Channel)
{
    const string Select = """
        SELECT t.id AS Id, t.name AS Name, t.build_tag_id AS BuildTagId, b.name AS BuildTag, t.destination_tag_id AS DestinationTagId, d.name AS DestinationTag, c.name AS Channel
        FROM targets t JOIN tags b ON b.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id JOIN channels c ON c.id = t.channel_id
        """;

    public static Target? Find(IDbConnection db, string name) =>
        db.One<Target>(Select + " WHERE t.name = @name AND t.removed_at IS NULL", new { name }) is { } target && !Hidden.Tag(db, target.BuildTagId) && !Hidden.Tag(db, target.DestinationTagId) ? target : null;

    public static IReadOnlyList<Target> All(IDbConnection db) => db.All<Target>(Select + " WHERE t.removed_at IS NULL ORDER BY t.name");

    /// <summary>Where its results go; of one that was removed, too.</summary>
    internal static Tag Destination(IDbConnection db, long target) => Tag.Of(db, db.One<long>("SELECT destination_tag_id FROM targets WHERE id = @target", new { target }));

    public static Refusal None(string name) => new(404, $"There is no target '{name}'; `skyline target list` shows those that there are.");

    public TargetDetails OnTheWire() => new(Name, BuildTag, DestinationTag, Channel);
}
