using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Server.Schedules;

/// <summary>A schedule in a packager's words.</summary>
static class ScheduleWords
{
    public static string What(ScheduleSummary schedule) => schedule switch
    {
        { Kind: ScheduleKind.SelfHosting } => "self-hosting: all packages",
        { What: ScheduleScope.Affected } => "packages that changed inputs affect",
        _ => "all packages",
    };

    /// <summary>In the schedule's own time zone.</summary>
    public static string At(DateTimeOffset? at, string zone) =>
        at is { } known ? TimeZoneInfo.ConvertTime(known, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("ddd yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) : "never again";

    public static string PerCent(double part) => part.ToString("0.0 %", CultureInfo.InvariantCulture);
}
