using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Schedules;

/// <summary>A schedule in a packager's words.</summary>
static class ScheduleWords
{
    public static string What(Words words, ScheduleSummary schedule) => words[What(schedule) switch { "self-hosting" => "self-hosting: all packages", "affected" => "packages that changed inputs affect", _ => "all packages" }];

    /// <summary>The form's word for it.</summary>
    public static string What(ScheduleSummary schedule) => schedule switch
    {
        { Kind: ScheduleKind.SelfHosting } => "self-hosting",
        { What: ScheduleScope.Affected } => "affected",
        _ => "all",
    };

    /// <summary>In the schedule's own time zone; empty: never again.</summary>
    public static string At(Words words, DateTimeOffset? at, string zone) =>
        at is { } known && TimeZoneInfo.ConvertTime(known, TimeZoneInfo.FindSystemTimeZoneById(zone)) is var there ? $"{Day(words, there.DayOfWeek)} {there.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}" : "";

    static string Day(Words words, DayOfWeek day) => day switch
    {
        DayOfWeek.Monday => words["Mon"],
        DayOfWeek.Tuesday => words["Tue"],
        DayOfWeek.Wednesday => words["Wed"],
        DayOfWeek.Thursday => words["Thu"],
        DayOfWeek.Friday => words["Fri"],
        DayOfWeek.Saturday => words["Sat"],
        _ => words["Sun"],
    };

    public static string PerCent(double part) => part.ToString("0.0 %", CultureInfo.InvariantCulture);
}
