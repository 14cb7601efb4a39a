using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>
/// Where deliveries are put, in the transaction of what they tell of: told if and only if it happened, at least once, under one name at
/// every try. The caller rings <see cref="Bells.Deliveries"/> after its transaction.
/// </summary>
static class Outbox
{
    static readonly TimeSpan triedFor = TimeSpan.FromDays(1);

    /// <returns>Its number.</returns>
    public static long Put(IDbTransaction tx, Delivery delivery, long now)
    {
        if (delivery.Topic is { } topic)
            tx.Execute("UPDATE deliveries SET state = 'Replaced', next_at = NULL, ended_at = @now WHERE topic = @topic AND next_at IS NOT NULL", new { topic, now });
        return tx.One<long>("""
            INSERT INTO deliveries (name, kind, receiver, address, method, headers, body, topic, secret_id, secret_header, secret_before, webhook_id, event, created_at, next_at, gives_up_at)
            VALUES (@name, @kind, @Receiver, @address, @Method, @headers, @Body, @Topic, @secret, @header, @before, @Webhook, @Event, @now, @now, @until) RETURNING id
            """, new
        {
            name = NewName(), kind = delivery.Kind.ToString(), delivery.Receiver, address = delivery.Address.AbsoluteUri, delivery.Method, headers = JsonSerializer.Serialize(delivery.Headers), delivery.Body, delivery.Topic,
            secret = delivery.Secret?.Secret, header = delivery.Secret?.Name, before = delivery.Secret?.Before, delivery.Webhook, delivery.Event, now, until = now + (long)triedFor.TotalMilliseconds,
        });
    }

    /// <summary>Sent once more, under the same name, whatever became of it; tried for a day again.</summary>
    /// <returns>Whether there is such a delivery.</returns>
    public static bool Again(IDbTransaction tx, long delivery, long now) => tx.Execute("""
        UPDATE deliveries SET state = 'Waiting', next_at = @now, gives_up_at = @until, tries = 0, ended_at = NULL WHERE id = @delivery
        """, new { delivery, now, until = now + (long)triedFor.TotalMilliseconds }) > 0;

    static string NewName() => "msg_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(14));
}
