using System.Globalization;

namespace Skyline.Cli.Terminal;

/// <summary>Sizes and spans as people read them.</summary>
static class Amounts
{
    static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>In powers of 1000, as shops and dnf count: "1.9 MB".</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.5 && unit < Units.Length - 1) (bytes, unit) = (bytes / 1000, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || bytes >= 99.95 ? Math.Round(bytes) : Math.Round(bytes, 1))} {Units[unit]}");
    }

    public static string Seconds(double seconds) => seconds switch
    {
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, seconds):0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):0} min"),
    };

    /// <summary>How long ago: "3 min ago"; a clock that runs ahead says "now".</summary>
    public static string Ago(TimeSpan span) => span switch
    {
        { TotalSeconds: < 5 } => "now",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s ago",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min ago",
        { TotalDays: < 2 } => $"{(int)span.TotalHours} h ago",
        _ => $"{(int)span.TotalDays} d ago",
    };
}
