using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>A webhook as it is kept.</summary>
sealed record WebhookRow(
    long Id, long OwnerId, string Owner, string Scope, long? TagId, string? Tag, string Url, string? Note, long SecretId, long? OldSecretId, long? OldUntil, long CreatedAt, long? FailingSince, long? DisabledAt, string? DisabledWhy)
{
    const string Select = """
        SELECT w.id AS Id, w.owner_id AS OwnerId, u.name AS Owner, w.scope AS Scope, w.tag_id AS TagId, t.name AS Tag, w.url AS Url, w.note AS Note, w.secret_id AS SecretId, w.old_secret_id AS OldSecretId,
               w.old_until AS OldUntil, w.created_at AS CreatedAt, w.failing_since AS FailingSince, w.disabled_at AS DisabledAt, w.disabled_why AS DisabledWhy
        FROM webhooks w JOIN users u ON u.id = w.owner_id LEFT JOIN tags t ON t.id = w.tag_id
        """;

    /// <param name="owner">Null: anybody's.</param>
    public static IReadOnlyList<WebhookRow> All(IDbConnection db, long? owner) => db.All<WebhookRow>(Select + " WHERE @owner IS NULL OR w.owner_id = @owner ORDER BY w.id", new { owner });

    /// <param name="owner">Whose it must be; null: anybody's.</param>
    public static WebhookRow? Find(IDbConnection db, long id, long? owner = null) => db.One<WebhookRow>(Select + " WHERE w.id = @id AND (@owner IS NULL OR w.owner_id = @owner)", new { id, owner });

    /// <summary>Those that are to be told of an event, so far as that is theirs.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="tag">The tag that it is about.</param>
    public static IReadOnlyList<WebhookRow> Wanting(IDbConnection db, string happened, long? owner, long? tag) => db.All<WebhookRow>(Select + """
         WHERE w.id IN (SELECT webhook_id FROM wanted_events WHERE event = @happened AND webhook_id IS NOT NULL) AND w.disabled_at IS NULL
           AND (w.scope = 'Instance' OR w.scope = 'Mine' AND w.owner_id = @owner OR w.scope = 'Tag' AND w.tag_id = @tag) ORDER BY w.id
        """, new { happened, owner, tag });

    public static Refusal None(long id) => new(404, $"There is no webhook {id} of yours; skyline webhook list shows those that you have.");

    public WebhookDetails OnTheWire(IDbConnection db, long now) => new(
        Id, Url, Enum.Parse<WebhookScope>(Scope), Tag, db.All<string>("SELECT event FROM wanted_events WHERE webhook_id = @Id ORDER BY rowid", new { Id }), Owner, Note, CreatedAt.ToTime(),
        FailingSince.ToTime(), DisabledAt.ToTime(), DisabledWhy, OldUntil > now ? OldUntil.ToTime() : null);

    /// <summary>What a delivery to it is signed with at that moment.</summary>
    public IEnumerable<long> SecretsAt(long now) => OldSecretId is { } old && OldUntil > now ? [SecretId, old] : [SecretId];
}
