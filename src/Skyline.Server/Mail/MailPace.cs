namespace Skyline.Server.Mail;

/// <summary>How often somebody is written to, purely: the first of many at once is sent at once, what follows together; a mass rebuild is a few mails.</summary>
static class MailPace
{
    public const int MostOfADay = 20;
    static readonly TimeSpan apart = TimeSpan.FromMinutes(10), day = TimeSpan.FromDays(1);

    /// <param name="urgent">It concerns the account's security.</param>
    /// <returns>When the next mail may be sent to it.</returns>
    public static long NextAt(MailAddress to, bool urgent, long now)
    {
        if (urgent || to.SentAt is not { } last) return now;
        var full = to.SentDay == Day(now) && to.Sent >= MostOfADay;
        return Math.Max(last + (long)apart.TotalMilliseconds, full ? (Day(now) + 1) * (long)day.TotalMilliseconds : 0);
    }

    public static long Day(long stamp) => stamp / (long)day.TotalMilliseconds;
}
