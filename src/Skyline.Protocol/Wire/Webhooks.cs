using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What a webhook is told of: what is its owner's; what is of one tag; all.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookScope>))]
public enum WebhookScope { Mine, Tag, Instance }

/// <param name="Url">http or https.</param>
/// <param name="Events">Names of events, as the manual has them ("build.failed"); or "all".</param>
/// <param name="Tag">What is of this tag, for who may change it.</param>
/// <param name="Instance">All, for release engineers and administrators.</param>
/// <param name="Note">What its owner knows it by.</param>
public sealed record NewWebhook(string Url, IReadOnlyList<string> Events, string? Tag = null, bool Instance = false, string? Note = null);

/// <param name="FailingSince">Since when it took nothing; none: it took the last delivery, or was sent none yet.</param>
/// <param name="DisabledAt">Since when it is sent nothing; none: it is sent what happens.</param>
/// <param name="OldSecretUntil">Until when deliveries are signed with the secret before, too.</param>
public sealed record WebhookDetails(
    long Id, string Url, WebhookScope Scope, string? Tag, IReadOnlyList<string> Events, string Owner, string? Note, DateTimeOffset CreatedAt,
    DateTimeOffset? FailingSince = null, DateTimeOffset? DisabledAt = null, string? WhyDisabled = null, DateTimeOffset? OldSecretUntil = null);

/// <param name="Secret">What deliveries are signed with: `whsec_` and base64. Shown this once.</param>
/// <param name="OldUntil">Of one that took another's place: until when deliveries are signed with both.</param>
public sealed record WebhookSecret(long Id, string Secret, DateTimeOffset? OldUntil = null);

/// <summary>What is left out stays.</summary>
/// <param name="Disabled">False: it is sent things again, from now on.</param>
public sealed record WebhookEdit(string? Url = null, IReadOnlyList<string>? Events = null, bool? Disabled = null, string? Note = null);

/// <summary>Waiting: to be sent, the first time or again. GivenUp: not taken within a day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState { Waiting, Delivered, GivenUp, Replaced }

/// <summary>Something that a webhook was sent, or is to be.</summary>
/// <param name="MessageId">The header `webhook-id`, the same at every try.</param>
/// <param name="NextAt">When it is tried next; none: it is over.</param>
/// <param name="LastAt">Of the last try; none: there was none.</param>
/// <param name="Status">How that was answered; none: not at all.</param>
/// <param name="Milliseconds">How long that took.</param>
/// <param name="Answer">The answer's beginning, or why there was none. Not this server's words.</param>
/// <param name="Body">What is sent.</param>
public sealed record DeliveryDetails(
    long Id, string MessageId, string Event, DeliveryState State, DateTimeOffset CreatedAt, int Tries, DateTimeOffset? NextAt, DateTimeOffset? LastAt, int? Status, long? Milliseconds, string? Answer, string Body);

/// <param name="NextBefore">Where older ones begin (`?before=`); none: these are the last.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryDetails> Deliveries, long? NextBefore);
