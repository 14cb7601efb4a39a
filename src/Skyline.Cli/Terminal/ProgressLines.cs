namespace Skyline.Cli.Terminal;

/// <summary>How far several uploads are, a line each. On a terminal they are drawn over at the foot of what was said; elsewhere each says its own now and then.</summary>
sealed class ProgressLines(Screen screen, TimeProvider time) : IDisposable
{
    readonly Lock gate = new();
    readonly List<One> going = [];
    long redrawn = time.GetTimestamp();
    int drawn;

    /// <summary>One upload's line, until it is disposed.</summary>
    public sealed class One(ProgressLines lines, string name, long total, long started) : IDisposable
    {
        long bytes;
        long? said;

        public string Text(TimeProvider time, int width) => ProgressBar.Text(name, bytes, total, time.GetElapsedTime(started), width);

        public void Reached(long reached) => lines.Change(() =>
        {
            bytes = reached;
            if (lines.Screen.Live || lines.Time.GetElapsedTime(said ?? started) < ProgressBar.NextLine) return null;
            said = lines.Time.GetTimestamp();
            return ProgressBar.Said(name, bytes, total, lines.Time.GetElapsedTime(started));
        }, now: false);

        public void Finish() => lines.End(this, ProgressBar.Done(name, total, lines.Time.GetElapsedTime(started)));

        public void Dispose() => lines.End(this, null);
    }

    Screen Screen => screen;

    TimeProvider Time => time;

    public One Begin(string name, long total)
    {
        var one = new One(this, name, total, time.GetTimestamp());
        Change(() =>
        {
            going.Add(one);
            return screen.Live ? null : ProgressBar.Begun(name, total);
        });
        return one;
    }

    /// <summary>A line that stays.</summary>
    public void Say(string line) => Change(() => line);

    void End(One one, string? line) => Change(() => going.Remove(one) ? line : null);

    /// <param name="now">Drawn at once; otherwise ten times a second at most.</param>
    void Change(Func<string?> change, bool now = true)
    {
        lock (gate)
        {
            if (change() is { } line)
            {
                Clear();
                screen.Say(line);
            }
            if (!screen.Live || !now && time.GetElapsedTime(redrawn) < ProgressBar.Redraw) return;
            redrawn = time.GetTimestamp();
            Clear();
            screen.Story.Write(string.Join('\n', going.Select(one => $"{one.Text(time, screen.Width - 1)}\e[K")));
            drawn = going.Count;
        }
    }

    void Clear()
    {
        if (drawn > 0) screen.Story.Write(drawn == 1 ? "\r\e[K" : $"\r\e[{drawn - 1}A\e[J");
        drawn = 0;
    }

    public void Dispose()
    {
        lock (gate) Clear();
    }
}
