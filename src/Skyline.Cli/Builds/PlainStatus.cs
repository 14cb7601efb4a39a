using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>A line for each change, and none that says again what an earlier one said.</summary>
sealed class PlainStatus(Screen screen) : IStatusView
{
    readonly Lock gate = new();
    readonly Dictionary<long, BuildDetails> shown = [];

    public void Show(BuildDetails build)
    {
        lock (gate)
        {
            foreach (var line in StatusLines.Changes(shown.GetValueOrDefault(build.Id), build)) screen.Say(line);
            if (build.State.IsOver())
                foreach (var line in StatusLines.Ending(build)) screen.Say(line);
            shown[build.Id] = build;
        }
    }

    public void Note(string line)
    {
        lock (gate) screen.Say(line);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
