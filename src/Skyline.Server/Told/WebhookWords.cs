using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Told;

/// <summary>What pages say of webhooks and deliveries.</summary>
static class WebhookWords
{
    public static string Of(Words words, WebhookDetails hook) => hook.Scope switch { WebhookScope.Tag => words["tag {0}", hook.Tag], WebhookScope.Instance => words["everything"], _ => words["what is mine"] };

    /// <summary>A word of <see cref="StateBadge"/>'s.</summary>
    public static string State(WebhookDetails hook) => hook.DisabledAt is not null ? "disabled" : hook.FailingSince is not null ? "failing" : "active";

    /// <summary>What to make of that; null: nothing.</summary>
    public static string? Why(Words words, WebhookDetails hook) =>
        hook.DisabledAt is not null ? words["It is sent nothing: {0} Enable it when it is back.", hook.WhyDisabled]
        : hook.FailingSince is { } since ? words["It takes nothing since {0}: look at the answers to its deliveries. After three days it is disabled.", since.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)]
        : null;

    public static string State(DeliveryDetails one) => one.State switch { DeliveryState.Waiting when one.Tries > 0 => "to be tried again", DeliveryState.GivenUp => "given up", var other => other.ToString().ToLowerInvariant() };
}
