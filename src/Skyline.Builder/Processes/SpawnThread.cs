using System.Collections.Concurrent;
using System.Diagnostics;

namespace Skyline.Builder;

/// <summary>
/// Starts every child from one thread that lives as long as the agent. The kernel's "die with parent" is tied to the thread that
/// forked: a child of a pool thread would be killed when the pool lets that thread go, in the middle of a build.
/// </summary>
static class SpawnThread
{
    static readonly BlockingCollection<Action> waiting = [];

    static SpawnThread() => new Thread(Loop) { IsBackground = true, Name = "spawn" }.Start();

    public static Task<Process> Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add(() =>
        {
            try
            {
                Libc.KeepOpenFilesHere();
                started.SetResult(Process.Start(start) ?? throw new IOException($"{start.FileName} did not start."));
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
            {
                started.SetException(new BuilderBrokeException($"{start.FileName} cannot be started: {e.Message}. Install it, then start the builder again.", e));
            }
        });
        return started.Task;
    }

    static void Loop()
    {
        foreach (var start in waiting.GetConsumingEnumerable()) start();
    }
}
