namespace Skyline.Protocol;

// Where whoever asks is written to, and about what.
public sealed partial class SkylineClient
{
    /// <summary>Where whoever asks is written to, and about what.</summary>
    public Task<MailState> Mail(CancellationToken ct) => http.Get("api/mail", SkylineJson.Default.MailState, ct);

    /// <summary>A link is sent there; once it is opened, and the button there pressed, it is theirs, and mails go there.</summary>
    /// <exception cref="RefusedException">400: that is no plain e-mail address. 409: this server sends no mail. 429: too many links were sent today.</exception>
    public Task<MailState> AskForMail(NewMailAddress address, CancellationToken ct) => http.Put("api/mail/address", address, SkylineJson.Default.NewMailAddress, SkylineJson.Default.MailState, ct);

    /// <summary>The address of a feed of one's own notices, shown this once; one made before is good no more. Whoever has it may read them.</summary>
    public Task<FeedAddress> MakeFeed(CancellationToken ct) => http.PostAndWait("api/notices/feed", SkylineJson.Default.FeedAddress, ct);

    /// <summary>The address of the feed is good no more.</summary>
    public Task TakeBackFeed(CancellationToken ct) => http.Delete("api/notices/feed", ct);

    /// <summary>Whoever asks is written to no more, and their address is forgotten.</summary>
    public Task EndMail(CancellationToken ct) => http.Delete("api/mail/address", ct);

    /// <summary>About what whoever asks is written to. What concerns the safety of their account always is.</summary>
    /// <exception cref="RefusedException">400: there is no such kind of mail; the sentence names those that there are.</exception>
    public Task<MailState> ChooseMail(MailChoices choices, CancellationToken ct) => http.Put("api/mail/choices", choices, SkylineJson.Default.MailChoices, SkylineJson.Default.MailState, ct);
}
