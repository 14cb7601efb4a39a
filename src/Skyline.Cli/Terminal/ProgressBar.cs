using System.Globalization;

namespace Skyline.Cli.Terminal;

/// <summary>
/// How far an upload is. On a terminal one line drawn over, at most ten times a second; elsewhere a line at the start, one
/// every ten seconds and one at the end.
/// </summary>
sealed class ProgressBar(Screen screen, TimeProvider time, string name, long total) : IDisposable
{
    static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.1), NextLine = TimeSpan.FromSeconds(10);

    readonly long started = time.GetTimestamp();
    long drawn = time.GetTimestamp();
    bool onScreen;

    public void Start()
    {
        if (screen.Live) Draw(0);
        else screen.Say($"Uploading {name} ({Amounts.Bytes(total)})");
    }

    public void Reached(long bytes)
    {
        if (time.GetElapsedTime(drawn) < (screen.Live ? Redraw : NextLine)) return;
        drawn = time.GetTimestamp();
        if (screen.Live) Draw(bytes);
        else screen.Say(string.Create(CultureInfo.InvariantCulture, $"Uploading {name}: {Percent(bytes)}%, {Amounts.Bytes(bytes)} of {Amounts.Bytes(total)}, {Rate(bytes)}"));
    }

    public void Finish()
    {
        Dispose();
        screen.Say($"Uploaded {name}: {Amounts.Bytes(total)} in {Amounts.Seconds(time.GetElapsedTime(started).TotalSeconds)} ({Rate(total)})");
    }

    /// <summary>Takes the bar off the screen, so that a refusal stands on a line of its own.</summary>
    public void Dispose()
    {
        if (onScreen) screen.Story.Write("\r\e[K");
        onScreen = false;
    }

    void Draw(long bytes)
    {
        screen.Story.Write($"\r{Line(bytes, screen.Width - 1)}\e[K");
        onScreen = true;
    }

    string Line(long bytes, int width)
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{Percent(bytes),3}%  {Amounts.Bytes(bytes)} of {Amounts.Bytes(total)}  {Rate(bytes)}");
        var bar = Math.Min(40, width - name.Length - numbers.Length - 6);
        if (bar < 4) return numbers.Length > width ? numbers[..width] : numbers;
        var full = (int)(bar * Percent(bytes) / 100);
        return $"{name}  [{new string('#', full)}{new string('-', bar - full)}]  {numbers}";
    }

    long Percent(long bytes) => total == 0 ? 100 : Math.Min(100, bytes * 100 / total);

    string Rate(long bytes) => $"{Amounts.Bytes(bytes / Math.Max(0.001, time.GetElapsedTime(started).TotalSeconds))}/s";
}
