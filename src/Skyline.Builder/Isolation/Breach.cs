using System.Globalization;

namespace Skyline.Builder;

/// <summary>A limit that the build went over; the sentence says which, for the packager.</summary>
sealed record Breach(string Sentence)
{
    public static Breach Memory(long limit) => new($"The build used more than {Size(limit)} of memory and was ended; a smaller %_smp_ncpus_max or a larger limit may help.");
    public static Breach Processes(int limit) => new($"The build had more than {limit} processes and threads at once and was ended.");
    public static Breach Disk(long limit) => new($"The build wrote more than {Size(limit)} to disk and was ended.");
    public static Breach Files(long limit) => new($"The build made more than {limit} files and was ended.");
    public static Breach Wall(TimeSpan limit) => new($"The build took longer than {Span(limit)} and was ended.");
    public static Breach Silence(TimeSpan limit) => new($"The build wrote no line for {Span(limit)} and was ended; it seems to hang.");
    public static Breach Log(long limit) => new($"The build wrote more than {Size(limit)} of log and was ended.");

    static string Size(long bytes)
    {
        var (value, unit) = bytes >= 1L << 30 ? (bytes / (double)(1L << 30), "GiB") : (bytes / (double)(1L << 20), "MiB");
        return value.ToString("0.0", CultureInfo.InvariantCulture) + " " + unit;
    }

    static string Span(TimeSpan span) =>
        span.TotalHours >= 2 ? $"{span.TotalHours.ToString("0.#", CultureInfo.InvariantCulture)} hours"
        : span.TotalMinutes >= 2 ? $"{span.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} minutes"
        : $"{span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} seconds";
}
