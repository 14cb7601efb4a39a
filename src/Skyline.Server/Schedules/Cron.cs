using System.Diagnostics.CodeAnalysis;
using Quartz;

namespace Skyline.Server.Schedules;

/// <summary>When a schedule fires, purely: a cron expression in a time zone, as Quartz understands both.</summary>
static class Cron
{
    const int Longest = 200;

    /// <param name="why">A sentence, where it cannot be read.</param>
    public static bool TryRead(string? text, string? zone, [NotNullWhen(true)] out CronExpression? cron, [NotNullWhen(false)] out string? why)
    {
        (cron, why) = (null, null);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone ?? "", out var known))
            why = $"There is no time zone '{Bounded(zone)}'; they are called as in the time zone database, such as UTC or Europe/Berlin.";
        else if (text is not { Length: <= Longest } || !CronExpression.TryParse(text, FormatOf(text), out var read))
            why = $"'{Bounded(text)}' is no cron expression: five words as in a crontab (0 3 * * 1-5), or six or seven with the seconds first (0 0 3 ? * MON-FRI).";
        else
            cron = read.WithTimeZone(known);
        return cron is not null;
    }

    /// <summary>One that was read before it was kept.</summary>
    public static CronExpression Kept(string text, string zone) => TryRead(text, zone, out var cron, out var why) ? cron : throw new InvalidDataException(why);

    /// <returns>In milliseconds; null: never again.</returns>
    public static long? NextAfter(this CronExpression cron, long now) => cron.GetNextValidTimeAfter(DateTimeOffset.FromUnixTimeMilliseconds(now))?.ToUnixTimeMilliseconds();

    public static IReadOnlyList<DateTimeOffset> Next(this CronExpression cron, DateTimeOffset now, int count)
    {
        var next = new List<DateTimeOffset>();
        for (var at = cron.GetNextValidTimeAfter(now); at is { } known && next.Count < count; at = cron.GetNextValidTimeAfter(known)) next.Add(known);
        return next;
    }

    static CronFormat FormatOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 5 ? CronFormat.Unix : CronFormat.Quartz;

    static string Bounded(string? text) => text is { Length: > 60 } ? text[..60] + "…" : text ?? "";
}
