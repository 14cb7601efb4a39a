namespace Skyline.Protocol;

// Who else is told what happens.
public sealed partial class SkylineClient
{
    /// <summary>Whoever asks has these.</summary>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="all">Everybody's, for administrators; otherwise of whoever asks.</param>
    public Task<IReadOnlyList<WebhookDetails>> Webhooks(CancellationToken ct, bool all = false) =>
        http.Get($"api/webhooks{(all ? "?all=true" : "")}", SkylineJson.Default.IReadOnlyListWebhookDetails, ct);

    /// <summary>A webhook of one's own; of an administrator, anybody's.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook.</exception>
    public Task<WebhookDetails> Webhook(long id, CancellationToken ct) => http.Get(OfWebhook(id), SkylineJson.Default.WebhookDetails, ct);

    /// <summary>
    /// Has an address told what happens; the answer holds the secret that deliveries are signed with, this once. Of a tag for who may change it, of everything for release engineers.
    /// </summary>
    /// <exception cref="RefusedException">400: the address, an event or the note cannot be used. 403: who asks may not be told that. 404: there is no such tag. 409: who asks has 20.</exception>
    public Task<WebhookSecret> AddWebhook(NewWebhook webhook, CancellationToken ct) =>
        http.Post("api/webhooks", webhook, SkylineJson.Default.NewWebhook, SkylineJson.Default.WebhookSecret, ct);

    /// <summary>Changes where it goes, what it is told of, or whether it is.</summary>
    /// <param name="id">Of the webhook.</param>
    /// <param name="edit">What is null stays as it is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: the address, an event or the note cannot be used. 404: whoever asks has no such webhook.</exception>
    public Task<WebhookDetails> EditWebhook(long id, WebhookEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfWebhook(id), edit, SkylineJson.Default.WebhookEdit, SkylineJson.Default.WebhookDetails, ct);

    /// <summary>Removes a webhook, and what waits to be sent to it.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook.</exception>
    public Task RemoveWebhook(long id, CancellationToken ct) => http.Delete(OfWebhook(id), ct);

    /// <summary>Gives it another secret, which the answer holds, this once; for a day deliveries are signed with both.</summary>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook.</exception>
    public Task<WebhookSecret> RotateWebhook(long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(id)}/rotate", SkylineJson.Default.WebhookSecret, ct);

    /// <summary>Sends it a `ping`.</summary>
    /// <returns>The delivery, as it was put; <see cref="Delivery"/> tells how it was answered.</returns>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook.</exception>
    public Task<DeliveryDetails> TestWebhook(long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(id)}/test", SkylineJson.Default.DeliveryDetails, ct);

    /// <summary>What a webhook was sent within a week, the newest first, a page at a time.</summary>
    /// <param name="webhook">Of the webhook.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="before">Where the page before ended, its `NextBefore`; null: from the newest on.</param>
    /// <param name="limit">How many at most, 1 to 500.</param>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook.</exception>
    public Task<DeliveryPage> Deliveries(long webhook, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfWebhook(webhook)}/deliveries?limit={limit}{Before(before)}", SkylineJson.Default.DeliveryPage, ct);

    /// <summary>The delivery; where it waits to be sent, as it is after a try or after the wait.</summary>
    /// <param name="webhook">Of the webhook.</param>
    /// <param name="id">Of the delivery.</param>
    /// <param name="waitSeconds">How long the server may hold the answer, in seconds: 60 at most, more counts as 60.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook, or it has no such delivery (any more).</exception>
    public Task<DeliveryDetails> Delivery(long webhook, long id, int waitSeconds, CancellationToken ct) =>
        http.Get($"{OfWebhook(webhook)}/deliveries/{id}?wait={waitSeconds}", SkylineJson.Default.DeliveryDetails, ct);

    /// <summary>Sends it once more, under the same id.</summary>
    /// <returns>The delivery, as it waits.</returns>
    /// <exception cref="RefusedException">404: whoever asks has no such webhook, or it has no such delivery (any more).</exception>
    public Task<DeliveryDetails> Redeliver(long webhook, long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(webhook)}/deliveries/{id}/redeliver", SkylineJson.Default.DeliveryDetails, ct);

    static string OfWebhook(long id) => $"api/webhooks/{id}";
}
