using Skyline.Cli.Terminal;

namespace Skyline.Cli.Connection;

/// <summary>
/// Carries a wait over a restart of the server or a broken line: tries again after 1, 2, 4, 8, then every 15 seconds, and
/// gives up when nothing has come for five minutes. Says once that it waits, and once that it goes on.
/// </summary>
sealed class KeepTrying(TimeProvider time, Action<string> say)
{
    static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(5), LongestPause = TimeSpan.FromSeconds(15);

    TimeSpan pause, waited;

    /// <summary>Something came: the next trouble is a new one.</summary>
    public void Progress()
    {
        if (waited > TimeSpan.Zero) say("The server is back.");
        (pause, waited) = (TimeSpan.Zero, TimeSpan.Zero);
    }

    public async Task<T> Until<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var answer = await ask();
                Progress();
                return answer;
            }
            catch (Exception e) when (Trouble.MayPass(e) && waited < GiveUpAfter)
            {
                await Pause(e, ct);
            }
        }
    }

    /// <summary>Waits a little longer than the last time. Only the caller knows whether <paramref name="e"/> may pass.</summary>
    public async Task Pause(Exception e, CancellationToken ct)
    {
        if (waited == TimeSpan.Zero) say($"The server cannot be reached: {Untrusted.Line(Trouble.Cause(e))} Trying again for {GiveUpAfter.TotalMinutes:0} minutes.");
        pause = pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        waited += pause;
        await Task.Delay(pause, time, ct);
    }

    public bool HasPatience => waited < GiveUpAfter;
}
