using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>What a webhook was sent, the newest first; and one of it is sent once more.</summary>
sealed class ShowDeliveries(Database database, Bells bells, TimeProvider time)
{
    sealed record Row(long Id, string Name, string? Event, string State, long CreatedAt, long Tries, long? NextAt, long? LastAt, long? LastStatus, long? LastMs, string? LastAnswer, string Body)
    {
        public DeliveryDetails OnTheWire() => new(Id, Name, Event ?? "", Enum.Parse<DeliveryState>(State), CreatedAt.ToTime(), (int)Tries, NextAt.ToTime(), LastAt.ToTime(), (int?)LastStatus, LastMs, LastAnswer, Body);
    }

    const string Select = """
        SELECT id AS Id, name AS Name, event AS Event, state AS State, created_at AS CreatedAt, tries AS Tries, next_at AS NextAt, last_at AS LastAt, last_status AS LastStatus, last_ms AS LastMs, last_answer AS LastAnswer, body AS Body
        FROM deliveries WHERE webhook_id = @webhook
        """;

    public static DeliveryPage Page(IDbConnection db, long webhook, long? before, int limit)
    {
        var rows = db.All<Row>(Select + " AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit", new { webhook, before, limit });
        return new([.. rows.Select(row => row.OnTheWire())], rows.Count == limit ? rows[^1].Id : null);
    }

    public static DeliveryDetails? Find(IDbConnection db, long webhook, long id) => db.One<Row>(Select + " AND id = @id", new { webhook, id })?.OnTheWire();

    /// <summary>Once it was tried, or the wait is over.</summary>
    public async Task<DeliveryDetails?> Tried(long webhook, long id, double? wait, CancellationToken ct)
    {
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, 60));
        while (true)
        {
            var bell = bells.Next(Bells.Deliveries);
            var now = database.Read(db => Find(db, webhook, id));
            var left = until - time.GetUtcNow();
            if (now is null or { State: not DeliveryState.Waiting } or { Tries: > 0 } || left <= TimeSpan.Zero) return now;
            if (!await bells.Hold([bell], left, ct)) return database.Read(db => Find(db, webhook, id));
        }
    }

    public async Task<Refusal?> Again(long webhook, long id, CancellationToken ct)
    {
        var put = await database.Write(tx =>
        {
            tx.IsNoChange();
            return Find(tx.Connection!, webhook, id) is not null && Outbox.Again(tx, id, time.Stamp());
        }, ct);
        bells.Ring(Bells.Deliveries);
        return put ? null : None(webhook, id);
    }

    public static Refusal None(long webhook, long id) => new(404, $"Webhook {webhook} has no delivery {id}; what became of one is kept for a week: skyline webhook deliveries {webhook}.");
}
