namespace Skyline.Protocol;

/// <summary>Who else is told what happens.</summary>
public sealed partial class SkylineClient
{
    /// <param name="all">Everybody's, for administrators; otherwise of whoever asks.</param>
    public Task<IReadOnlyList<WebhookDetails>> Webhooks(CancellationToken ct, bool all = false) =>
        http.Get($"api/webhooks{(all ? "?all=true" : "")}", SkylineJson.Default.IReadOnlyListWebhookDetails, ct);

    public Task<WebhookDetails> Webhook(long id, CancellationToken ct) => http.Get(OfWebhook(id), SkylineJson.Default.WebhookDetails, ct);

    /// <summary>The answer holds its secret, this once.</summary>
    public Task<WebhookSecret> AddWebhook(NewWebhook webhook, CancellationToken ct) =>
        http.Post("api/webhooks", webhook, SkylineJson.Default.NewWebhook, SkylineJson.Default.WebhookSecret, ct);

    public Task<WebhookDetails> EditWebhook(long id, WebhookEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, OfWebhook(id), edit, SkylineJson.Default.WebhookEdit, SkylineJson.Default.WebhookDetails, ct);

    public Task RemoveWebhook(long id, CancellationToken ct) => http.Delete(OfWebhook(id), ct);

    /// <summary>Gives it another secret; for a day deliveries are signed with both.</summary>
    public Task<WebhookSecret> RotateWebhook(long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(id)}/rotate", SkylineJson.Default.WebhookSecret, ct);

    /// <summary>Sends it a `ping`.</summary>
    /// <returns>The delivery, as it was put.</returns>
    public Task<DeliveryDetails> TestWebhook(long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(id)}/test", SkylineJson.Default.DeliveryDetails, ct);

    public Task<DeliveryPage> Deliveries(long webhook, CancellationToken ct, long? before = null, int limit = 50) =>
        http.Get($"{OfWebhook(webhook)}/deliveries?limit={limit}{Before(before)}", SkylineJson.Default.DeliveryPage, ct);

    /// <summary>The delivery; where it waits to be sent, as it is after a try or after the wait.</summary>
    public Task<DeliveryDetails> Delivery(long webhook, long id, int waitSeconds, CancellationToken ct) =>
        http.Get($"{OfWebhook(webhook)}/deliveries/{id}?wait={waitSeconds}", SkylineJson.Default.DeliveryDetails, ct);

    /// <summary>Sends it once more, under the same id.</summary>
    public Task<DeliveryDetails> Redeliver(long webhook, long id, CancellationToken ct) => http.PostAndWait($"{OfWebhook(webhook)}/deliveries/{id}/redeliver", SkylineJson.Default.DeliveryDetails, ct);

    static string OfWebhook(long id) => $"api/webhooks/{id}";
}
