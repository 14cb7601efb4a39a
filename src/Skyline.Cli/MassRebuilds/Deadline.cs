using System.Globalization;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.MassRebuilds;

/// <summary>When something shall be done, as people say it.</summary>
static class Deadline
{
    /// <summary>Purely. An hour is the next one that is so called; a date without a zone is this machine's.</summary>
    /// <exception cref="StopException">It is no time.</exception>
    public static DateTimeOffset Of(string text, DateTimeOffset now)
    {
        if (TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour))
        {
            var today = new DateTimeOffset(now.Date + hour.ToTimeSpan(), now.Offset);
            return (today > now ? today : today.AddDays(1)).ToUniversalTime();
        }
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time.ToUniversalTime() : throw StopException.Usage($"'{Untrusted.Line(text)}' is no time; say 06:00, or 2026-12-02T06:00Z.");
    }
}
