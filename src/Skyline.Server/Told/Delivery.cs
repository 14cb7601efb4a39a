namespace Skyline.Server.Told;

enum DeliveryKind { Webhook, Status, Mail }

/// <summary>A request that somebody else's server is to be sent until it takes it.</summary>
/// <param name="Address">http or https; judged whenever it is connected to.</param>
/// <param name="Body">Ready to be sent, in UTF-8.</param>
sealed record Delivery(DeliveryKind Kind, Uri Address, string Body)
{
    public string Method { get; init; } = "POST";

    /// <summary>Beside User-Agent; none of them is a secret. Content-Type is application/json unless it is here.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public SecretHeader? Secret { get; init; }

    /// <summary>
    /// What it is about, where only the newest word on it is worth sending ("status HOST OWNER/REPO COMMIT CONTEXT"): earlier ones that
    /// wait are not sent any more, and two are never under way at once, so that an old one does not come last.
    /// </summary>
    public string? Topic { get; init; }

    /// <summary>The webhook that it goes to, which signs it; and what it tells of.</summary>
    public long? Webhook { get; init; }
    public string? Event { get; init; }

    /// <summary>Who waits for whom: what goes there is sent at most two at a time.</summary>
    public string Receiver { get; init; } = $"{Address.IdnHost}:{Address.Port}";
}

/// <summary>A header with a secret in it, which is put in when it is sent.</summary>
/// <param name="Secret">Of <see cref="SealedSecrets"/>; where that is removed, the delivery goes with it.</param>
/// <param name="Before">"Bearer ", "token ".</param>
sealed record SecretHeader(long Secret, string Name, string Before = "");
