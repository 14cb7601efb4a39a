using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>Retention, collection, checks and exports take turns: none of them meets what another is about to remove.</summary>
public sealed class KeepingTurns(Bells bells) : IDisposable
{
    readonly Bells bells = bells;
    readonly SemaphoreSlim gate = new(1, 1);
    volatile string holder = "";

    /// <param name="what">For whoever is told to wait: "retention".</param>
    /// <returns>Null if it is another's turn.</returns>
    public IDisposable? TryTake(string what) => gate.Wait(0) ? new Turn(this, what) : null;

    public async Task<IDisposable> Take(string what, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        return new Turn(this, what);
    }

    /// <summary>Whose turn it is; null: nobody's.</summary>
    public string? Now => gate.CurrentCount == 0 ? holder : null;

    public Refusal Busy => new(409, $"The server is at its {holder}, and such work is done one after the other; try again when that has ended.");

    public void Dispose() => gate.Dispose();

    sealed class Turn : IDisposable
    {
        KeepingTurns? of;

        public Turn(KeepingTurns of, string what)
        {
            (this.of, of.holder) = (of, what);
            of.bells.Ring(Bells.Keeping);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref of, null) is not { } turns) return;
            turns.gate.Release();
            turns.bells.Ring(Bells.Keeping);
        }
    }
}
