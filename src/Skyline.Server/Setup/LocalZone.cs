namespace Skyline.Server.Setup;

/// <summary>
/// Quartz keeps the name of the zone that a time of day is of, and finds it again by that. A machine whose /etc/localtime is no link into the zones
/// that it has (a container, one without tzdata) has a zone with no such name: there, times are of UTC.
/// </summary>
static class LocalZone
{
    public static void HaveOneThatIsFound()
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(TimeZoneInfo.Local.Id, out _)) return;
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();
    }
}
