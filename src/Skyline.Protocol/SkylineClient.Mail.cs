namespace Skyline.Protocol;

/// <summary>Where whoever asks is written to, and about what.</summary>
public sealed partial class SkylineClient
{
    public Task<MailState> Mail(CancellationToken ct) => http.Get("api/mail", SkylineJson.Default.MailState, ct);

    /// <summary>A link is sent there; once it is opened, it is theirs.</summary>
    public Task<MailState> AskForMail(NewMailAddress address, CancellationToken ct) => http.Put("api/mail/address", address, SkylineJson.Default.NewMailAddress, SkylineJson.Default.MailState, ct);

    /// <summary>The address of a feed of one's own notices; one made before is good no more.</summary>
    public Task<FeedAddress> MakeFeed(CancellationToken ct) => http.PostAndWait("api/notices/feed", SkylineJson.Default.FeedAddress, ct);

    public Task TakeBackFeed(CancellationToken ct) => http.Delete("api/notices/feed", ct);

    public Task EndMail(CancellationToken ct) => http.Delete("api/mail/address", ct);

    public Task<MailState> ChooseMail(MailChoices choices, CancellationToken ct) => http.Put("api/mail/choices", choices, SkylineJson.Default.MailChoices, SkylineJson.Default.MailState, ct);
}
