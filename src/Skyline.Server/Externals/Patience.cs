namespace Skyline.Server.Externals;

/// <summary>How long a reader waits for an upstream: not while it is silent, not while it drips, and not for ever.</summary>
sealed class Patience : IDisposable
{
    static readonly TimeSpan longestSilence = TimeSpan.FromSeconds(30), window = TimeSpan.FromSeconds(60), longest = TimeSpan.FromDays(1);
    /// <summary>That many bytes come within every window, or all that is left.</summary>
    const long LeastInWindow = 60 * (10 << 10);
    readonly CancellationTokenSource silence, slowness, whole, any;
    long inWindow;

    public Patience(TimeProvider time, CancellationToken ct)
    {
        (silence, slowness, whole) = (new(longestSilence, time), new(window, time), new(longest, time));
        any = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token, slowness.Token, whole.Token);
    }

    public CancellationToken Token => any.Token;

    public string WhyOver => silence.IsCancellationRequested ? $"it sent nothing for {longestSilence.TotalSeconds:0} seconds" : $"it sent less than {LeastInWindow >> 10} KiB in {window.TotalSeconds:0} seconds, which would not come to an end";

    public void Arrived(int bytes)
    {
        silence.CancelAfter(longestSilence);
        if ((inWindow += bytes) < LeastInWindow) return;
        inWindow = 0;
        slowness.CancelAfter(window);
    }

    public void Dispose()
    {
        any.Dispose();
        silence.Dispose();
        slowness.Dispose();
        whole.Dispose();
    }
}
