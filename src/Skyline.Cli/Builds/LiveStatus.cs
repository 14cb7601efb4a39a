using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>
/// A block at the foot of the terminal that is drawn over at each change and each second, with how long each line has stood.
/// Builds that are over, and notes, scroll away above it.
/// </summary>
sealed class LiveStatus : IStatusView
{
    const int MostLines = 20;

    readonly Lock gate = new();
    readonly SortedDictionary<long, BuildDetails> going = [];
    readonly Dictionary<string, long> since = [];
    readonly Screen screen;
    readonly TimeProvider time;
    readonly ITimer clock;
    int drawn;

    public LiveStatus(Screen screen, TimeProvider time)
    {
        (this.screen, this.time) = (screen, time);
        clock = time.CreateTimer(_ => Draw([]), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Show(BuildDetails build)
    {
        lock (gate)
        {
            if (!build.State.IsOver())
            {
                going[build.Id] = build;
                Draw([]);
                return;
            }
            going.Remove(build.Id);
            Draw([.. StatusLines.Block(build).Select(part => part.Line), .. StatusLines.Ending(build)]);
        }
    }

    public void Note(string line) => Draw([line]);

    /// <summary>The block as it last was stays on the screen.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate) drawn = 0;
        return clock.DisposeAsync();
    }

    /// <param name="above">Lines that stay.</param>
    void Draw(IReadOnlyList<string> above)
    {
        lock (gate)
        {
            var block = Block();
            if (block.Count == 0 && above.Count == 0 && drawn == 0) return;
            var back = drawn > 0 ? $"\e[{drawn}A\r\e[J" : "";
            screen.Story.Write(back + string.Concat(above.Concat(block).Select(line => line + "\n")));
            drawn = block.Count;
        }
    }

    List<string> Block()
    {
        var lines = going.Values.SelectMany(StatusLines.Block).Select(part => Fit(part.Line, Age(part.Key), screen.Width)).ToList();
        if (lines.Count <= MostLines) return lines;
        var hidden = lines.Count - MostLines + 1;
        return [.. lines.Take(MostLines - 1), $"  … and {hidden} more lines"];
    }

    /// <summary>By our own clock, since we first saw the line: the server's clock may be another.</summary>
    string Age(string key)
    {
        if (!since.TryGetValue(key, out var first)) since[key] = first = time.GetTimestamp();
        return $"{Math.Floor(time.GetElapsedTime(first).TotalSeconds):0} s";
    }

    /// <summary>Never wider than the terminal: a line that wraps would be counted wrong when drawn over.</summary>
    static string Fit(string line, string age, int width)
    {
        var room = width - 1 - age.Length - 2;
        if (line.Length > room) line = string.Concat(line.AsSpan(0, Math.Max(0, room - 1)), "…");
        return $"{line}  {age}";
    }
}
