using System.Globalization;

namespace Skyline.Cli.Terminal;

/// <summary>
/// How far an upload is. On a terminal one line drawn over, at most ten times a second; elsewhere a line at the start, one
/// every ten seconds and one at the end.
/// </summary>
sealed class ProgressBar(Screen screen, TimeProvider time, string name, long total) : IDisposable
{
    public static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.1), NextLine = TimeSpan.FromSeconds(10);

    readonly long started = time.GetTimestamp();
    long drawn = time.GetTimestamp();
    bool onScreen;

    public void Start()
    {
        if (screen.Live) Draw(0);
        else screen.Say(Begun(name, total));
    }

    public void Reached(long bytes)
    {
        if (time.GetElapsedTime(drawn) < (screen.Live ? Redraw : NextLine)) return;
        drawn = time.GetTimestamp();
        if (screen.Live) Draw(bytes);
        else screen.Say(Said(name, bytes, total, time.GetElapsedTime(started)));
    }

    public void Finish()
    {
        Dispose();
        screen.Say(Done(name, total, time.GetElapsedTime(started)));
    }

    /// <summary>Takes the bar off the screen, so that a refusal stands on a line of its own.</summary>
    public void Dispose()
    {
        if (onScreen) screen.Story.Write("\r\e[K");
        onScreen = false;
    }

    void Draw(long bytes)
    {
        screen.Story.Write($"\r{Text(name, bytes, total, time.GetElapsedTime(started), screen.Width - 1)}\e[K");
        onScreen = true;
    }

    public static string Begun(string name, long total) => $"Uploading {name} ({Amounts.Bytes(total)})";

    public static string Said(string name, long bytes, long total, TimeSpan took) =>
        string.Create(CultureInfo.InvariantCulture, $"Uploading {name}: {Percent(bytes, total)}%, {Amounts.Bytes(bytes)} of {Amounts.Bytes(total)}, {Rate(bytes, took)}");

    public static string Done(string name, long total, TimeSpan took) => $"Uploaded {name}: {Amounts.Bytes(total)} in {Amounts.Seconds(took.TotalSeconds)} ({Rate(total, took)})";

    /// <summary>Name, bar and numbers, no wider than that.</summary>
    public static string Text(string name, long bytes, long total, TimeSpan took, int width)
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{Percent(bytes, total),3}%  {Amounts.Bytes(bytes)} of {Amounts.Bytes(total)}  {Rate(bytes, took)}");
        var bar = Math.Min(40, width - name.Length - numbers.Length - 6);
        if (bar < 4) return numbers.Length > width ? numbers[..width] : numbers;
        var full = (int)(bar * Percent(bytes, total) / 100);
        return $"{name}  [{new string('#', full)}{new string('-', bar - full)}]  {numbers}";
    }

    static long Percent(long bytes, long total) => total == 0 ? 100 : Math.Min(100, bytes * 100 / total);

    static string Rate(long bytes, TimeSpan took) => $"{Amounts.Bytes(bytes / Math.Max(0.001, took.TotalSeconds))}/s";
}
