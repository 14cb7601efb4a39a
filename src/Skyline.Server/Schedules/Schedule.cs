using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Schedules;

/// <summary>What is built by the clock, and when.</summary>
/// <param name="TagId">Whose packages it builds: the target's destination.</param>
/// <param name="BuildTagId">What their buildroots are made of.</param>
sealed record Schedule(
    long Id, long Revision, string Name, long TargetId, string Target, long TagId, string Tag, long BuildTagId, long ChannelId, string Kind, string What, string Cron, string TimeZone, long Priority, long Share,
    long Bisects, long Paused, long? NextAt, string? LastWhy, long OwnerId, string Owner, long? TargetRemovedAt)
{
    const string Select = """
        SELECT s.id AS Id, s.revision AS Revision, s.name AS Name, s.target_id AS TargetId, g.name AS Target, t.id AS TagId, t.name AS Tag, g.build_tag_id AS BuildTagId, g.channel_id AS ChannelId, s.kind AS Kind, s.what AS What,
          s.cron AS Cron, s.time_zone AS TimeZone, s.priority AS Priority, s.share AS Share, s.bisects AS Bisects, s.paused AS Paused, s.next_at AS NextAt, s.last_why AS LastWhy, s.owner_id AS OwnerId, u.name AS Owner, g.removed_at AS TargetRemovedAt
        FROM schedules s JOIN targets g ON g.id = s.target_id JOIN tags t ON t.id = g.destination_tag_id JOIN users u ON u.id = s.owner_id
        WHERE s.removed_at IS NULL
        """;

    public ScheduleKind OfKind => Enum.Parse<ScheduleKind>(Kind);

    public ScheduleScope Scope => Enum.Parse<ScheduleScope>(What);

    public static Schedule? Find(IDbConnection db, string name) => db.One<Schedule>(Select + " AND s.name = @name", new { name });

    public static IReadOnlyList<Schedule> All(IDbConnection db) => db.All<Schedule>(Select + " ORDER BY s.name");

    /// <summary>Those whose time has come.</summary>
    public static IReadOnlyList<Schedule> Due(IDbConnection db, long now) => db.All<Schedule>(Select + " AND s.paused = 0 AND s.next_at <= @now ORDER BY s.next_at", new { now });

    public static Refusal None(string name) => new(404, $"There is no schedule '{name}'.");
}
