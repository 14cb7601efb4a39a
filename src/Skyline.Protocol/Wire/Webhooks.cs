using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What a webhook is told of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookScope>))]
public enum WebhookScope
{
    /// <summary>What is its owner's: their builds, batches and side tags.</summary>
    Mine,
    /// <summary>What is of one tag.</summary>
    Tag,
    /// <summary>All that happens.</summary>
    Instance,
}

/// <summary>An address that is to be told what happens.</summary>
/// <param name="Url">http or https, up to 2000 letters.</param>
/// <param name="Events">Names of events, as the manual has them ("build.failed"); or "all".</param>
/// <param name="Tag">Name of a tag: it is told what is of this one, for who may change that. Null: not that.</param>
/// <param name="Instance">It is told all that happens, for release engineers and administrators.</param>
/// <param name="Note">What its owner knows it by, up to 200 letters; null: nothing.</param>
public sealed record NewWebhook(string Url, IReadOnlyList<string> Events, string? Tag = null, bool Instance = false, string? Note = null);

/// <summary>A webhook as it stands, without its secret.</summary>
/// <param name="Id">Its number, by which it is changed and removed.</param>
/// <param name="Url">Where deliveries are sent.</param>
/// <param name="Scope">What it is told of.</param>
/// <param name="Tag">The tag that it is told of; null: it is not told of one.</param>
/// <param name="Events">Names of events ("build.failed"), or "all".</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Note">What its owner knows it by; null: nothing.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="FailingSince">Since when it took nothing, in UTC; null: it took the last delivery, or was sent none yet.</param>
/// <param name="DisabledAt">Since when it is sent nothing, in UTC; null: it is sent what happens.</param>
/// <param name="WhyDisabled">A sentence; null: it is not disabled.</param>
/// <param name="OldSecretUntil">Until when deliveries are signed with the secret before, too, in UTC; null: they are not.</param>
public sealed record WebhookDetails(
    long Id, string Url, WebhookScope Scope, string? Tag, IReadOnlyList<string> Events, string Owner, string? Note, DateTimeOffset CreatedAt,
    DateTimeOffset? FailingSince = null, DateTimeOffset? DisabledAt = null, string? WhyDisabled = null, DateTimeOffset? OldSecretUntil = null);

/// <summary>What a webhook's deliveries are signed with.</summary>
/// <param name="Id">Number of the webhook.</param>
/// <param name="Secret">What deliveries are signed with: `whsec_` and base64. Shown this once.</param>
/// <param name="OldUntil">Of one that took another's place: until when deliveries are signed with both, in UTC; null: there was none before.</param>
public sealed record WebhookSecret(long Id, string Secret, DateTimeOffset? OldUntil = null);

/// <summary>What is left out stays.</summary>
/// <param name="Url">http or https, up to 2000 letters: where it is sent things from now on.</param>
/// <param name="Events">In place of all that it has.</param>
/// <param name="Disabled">False: it is sent things again, from now on.</param>
/// <param name="Note">What its owner knows it by, up to 200 letters; empty: nothing.</param>
public sealed record WebhookEdit(string? Url = null, IReadOnlyList<string>? Events = null, bool? Disabled = null, string? Note = null);

/// <summary>What became of a delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>It is to be sent, the first time or again.</summary>
    Waiting,
    /// <summary>It was taken.</summary>
    Delivered,
    /// <summary>It was not taken within a day, or is not to be tried again.</summary>
    GivenUp,
    /// <summary>A newer one of the same matter took its place before it was sent.</summary>
    Replaced,
}

/// <summary>Something that a webhook was sent, or is to be.</summary>
/// <param name="Id">Its number, by which it can be sent once more.</param>
/// <param name="MessageId">The header `webhook-id`, the same at every try.</param>
/// <param name="Event">Name of the event: "build.failed".</param>
/// <param name="State">What became of it.</param>
/// <param name="CreatedAt">When it was first put in line to be sent, in UTC.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="NextAt">When it is tried next, in UTC; null: it is over.</param>
/// <param name="LastAt">When it was last tried, in UTC; null: it was not yet.</param>
/// <param name="Status">With which status of HTTP that was answered; null: not at all.</param>
/// <param name="Milliseconds">How many milliseconds that took; null: it was not tried yet.</param>
/// <param name="Answer">The answer's beginning, or why there was none. Not this server's words. Null: it was not tried yet.</param>
/// <param name="Body">What is sent.</param>
public sealed record DeliveryDetails(
    long Id, string MessageId, string Event, DeliveryState State, DateTimeOffset CreatedAt, int Tries, DateTimeOffset? NextAt, DateTimeOffset? LastAt, int? Status, long? Milliseconds, string? Answer, string Body);

/// <summary>What a webhook was sent within a week, a page at a time.</summary>
/// <param name="Deliveries">The newest first.</param>
/// <param name="NextBefore">Where older ones begin (`?before=`); null: these are the last.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryDetails> Deliveries, long? NextBefore);
