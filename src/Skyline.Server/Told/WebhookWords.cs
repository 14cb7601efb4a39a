using Skyline.Protocol;

namespace Skyline.Server.Told;

/// <summary>What pages say of webhooks and deliveries.</summary>
static class WebhookWords
{
    public static string Of(WebhookDetails hook) => hook.Scope switch { WebhookScope.Tag => $"tag {hook.Tag}", WebhookScope.Instance => "everything", _ => "what is mine" };

    public static string State(WebhookDetails hook) => hook.DisabledAt is not null ? $"disabled: {hook.WhyDisabled}" : hook.FailingSince is { } since ? $"takes nothing since {since.UtcDateTime:yyyy-MM-dd HH:mm}" : "in use";

    public static string State(DeliveryDetails one) => one.State switch { DeliveryState.Waiting when one.Tries > 0 => "to be tried again", DeliveryState.Waiting => "waits", DeliveryState.GivenUp => "given up", var other => other.ToString().ToLowerInvariant() };
}
