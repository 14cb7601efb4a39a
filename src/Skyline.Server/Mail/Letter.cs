using System.Text;
using System.Text.Json;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>A mail as it waits in the outbox. What becomes of it in the mail's own format is said when it is sent.</summary>
/// <param name="Unsubscribe">A link that ends such mails at one click; null: they cannot be ended.</param>
/// <param name="At">When it was written, in milliseconds.</param>
sealed record Letter(string To, string Subject, string Text, string? Unsubscribe, long At)
{
    const int LongestSubject = 150, MostShown = 50;

    /// <summary>Whoever is slow holds up their own alone; of mail there is one receiver, the mail server.</summary>
    public const string Receiver = "mail";

    public Delivery InTheOutbox() => new(DeliveryKind.Mail, new Uri($"mailto:{Uri.EscapeDataString(To[..To.LastIndexOf('@')])}{To[To.LastIndexOf('@')..]}"), JsonSerializer.Serialize(this)) { Receiver = Receiver };

    public static Letter Read(string body) => JsonSerializer.Deserialize<Letter>(body)!;

    /// <summary>All that somebody is told at once.</summary>
    /// <param name="all">How many there are, of which some are shown.</param>
    public static Letter Of(string to, IReadOnlyList<MailItem> items, int all, Links links, string? unsubscribe, long now)
    {
        var text = new StringBuilder();
        foreach (var item in items.Take(MostShown)) text.Append(OneLine(item.Sentence)).Append('\n').Append(links.To(item.Link)).Append("\n\n");
        if (all > MostShown) text.Append($"And {all - MostShown} more: {links.To("/notices")}\n\n");
        text.Append($"-- \nYou are told this by {OneLine(links.Instance)} at {links.Server}. What you are told: {links.To("/me/mail")}\n");
        return new(to, Bounded(all == 1 ? OneLine(items[0].Sentence) : $"{OneLine(items[0].Sentence)} (and {all - 1} more)"), text.ToString(), unsubscribe, now);
    }

    /// <summary>Of what builds and people wrote nothing is a header's end, or a line of its own.</summary>
    public static string OneLine(string text) => new([.. text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)]);

    static string Bounded(string subject) => subject.Length <= LongestSubject ? subject : subject[..(LongestSubject - 1)] + "…";
}
