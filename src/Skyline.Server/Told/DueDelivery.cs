using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>A delivery whose time has come.</summary>
sealed record DueDelivery(
    long Id, string Name, string Kind, string Receiver, string Address, string Method, string Headers, string Body, string? Topic, long? SecretId, string? SecretHeader, string? SecretBefore, long? WebhookId, long GivesUpAt, long Tries)
{
    const string Columns = """
        id AS Id, name AS Name, kind AS Kind, receiver AS Receiver, address AS Address, method AS Method, headers AS Headers, body AS Body, topic AS Topic,
        secret_id AS SecretId, secret_header AS SecretHeader, secret_before AS SecretBefore, webhook_id AS WebhookId, gives_up_at AS GivesUpAt, tries AS Tries
        """;

    /// <summary>Whoever has something to come, the longest due first, and when. (The index is skipped through: one look a receiver, however much waits.)</summary>
    public static IReadOnlyList<WaitingReceiver> Receivers(IDbConnection db, IReadOnlyCollection<long> underWay) => db.All<WaitingReceiver>("""
        WITH RECURSIVE waiting(receiver) AS (
            SELECT min(receiver) FROM deliveries WHERE next_at IS NOT NULL
            UNION ALL
            SELECT (SELECT min(d.receiver) FROM deliveries d WHERE d.next_at IS NOT NULL AND d.receiver > waiting.receiver) FROM waiting WHERE waiting.receiver IS NOT NULL)
        SELECT receiver AS Receiver, at AS NextAt FROM (
            SELECT w.receiver, (SELECT d.next_at FROM deliveries d WHERE d.receiver = w.receiver AND d.next_at IS NOT NULL AND d.id NOT IN @underWay ORDER BY d.next_at LIMIT 1) AS at FROM waiting w WHERE w.receiver IS NOT NULL) l
        WHERE at IS NOT NULL ORDER BY at
        """, new { underWay });

    public static IReadOnlyList<DueDelivery> To(IDbConnection db, string receiver, IReadOnlyCollection<long> underWay, long now, int most) => db.All<DueDelivery>($"""
        SELECT {Columns} FROM deliveries WHERE receiver = @receiver AND next_at <= @now AND next_at IS NOT NULL AND id NOT IN @underWay ORDER BY next_at, id LIMIT @most
        """, new { receiver, underWay, now, most });
}

sealed record WaitingReceiver
{
    public required string Receiver { get; init; }
    public long NextAt { get; init; }
}
