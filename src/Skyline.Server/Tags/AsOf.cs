using System.Data;
using System.Globalization;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A moment of the past is an event: the last one that had happened by then.</summary>
static class AsOf
{
    /// <summary>In SQL, whether a row that knows by which events it came and went counts at @moment.</summary>
    /// <param name="moment">Null: now.</param>
    /// <param name="row">The table's name with its dot.</param>
    public static string Counts(long? moment, string row = "") =>
        moment is null ? $"{row}until_event IS NULL" : $"{row}since_event <= @moment AND ({row}until_event IS NULL OR {row}until_event > @moment)";

    /// <param name="at">A time, or a day, which is its end, in UTC.</param>
    /// <param name="event">An event's number.</param>
    /// <returns>The event, null if neither is given; or why there is none.</returns>
    public static (long? Moment, Refusal? Why) Find(IDbConnection db, string? at, long? @event)
    {
        if (at is null && @event is null) return (null, null);
        if (at is not null && @event is not null) return (null, new(400, "Give a time or an event, not both."));
        if (@event is { } number)
            return db.One<bool>("SELECT EXISTS (SELECT 1 FROM tag_events WHERE id = @number)", new { number }) ? (number, null) : (null, new(404, $"There is no event {number}; /api/tags/NAME/events lists a tag's."));
        if (TimeOf(at!) is not { } time) return (null, new(400, $"'{at}' is no time; write it as 2026-11-03 or 2026-11-03T14:30:00Z."));
        return (db.One<long?>("SELECT id FROM tag_events WHERE at <= @time ORDER BY at DESC, id DESC LIMIT 1", new { time = time.ToUnixTimeMilliseconds() }) ?? 0, null);
    }

    /// <returns>Null: it is neither a time nor a day.</returns>
    public static DateTimeOffset? TimeOf(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
