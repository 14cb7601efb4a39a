using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>What a webhook is sent so that its owner sees whether it arrives.</summary>
static class Ping
{
    /// <returns>The delivery. The caller rings <see cref="Bells.Deliveries"/>.</returns>
    public static long Put(IDbTransaction tx, WebhookRow hook, Links links, long now)
    {
        tx.IsNoChange();
        return Outbox.Put(tx, ToHook(hook, new(EventNames.Ping, now.ToTime(), links.Server, new(By: hook.Owner))), now);
    }

    public static Delivery ToHook(WebhookRow hook, WebhookMessage message) =>
        new(DeliveryKind.Webhook, new Uri(hook.Url), JsonSerializer.Serialize(message, SkylineJson.Default.WebhookMessage)) { Webhook = hook.Id, Event = message.Type };
}
