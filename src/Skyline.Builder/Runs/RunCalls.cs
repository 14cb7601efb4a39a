using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Calls to the server about one run. A server that cannot be reached, or that has troubles of its own, is tried again until the run
/// is stopped; one that says the run is not ours (any more) stops it.
/// </summary>
sealed class RunCalls(BuilderContract contract, long run, RunStop stop, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    public BuilderContract Contract => contract;
    public long Run => run;

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="RefusedException">The server refuses this for good.</exception>
    public async Task<T> UntilAnswered<T>(Func<CancellationToken, Task<T>> call, CancellationToken ct, TimeSpan? within = null)
    {
        var backoff = new Backoff(time);
        while (true)
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var timer = time.CreateTimer(_ => soon.Cancel(), null, within ?? patience, Timeout.InfiniteTimeSpan);
            try
            {
                return await call(soon.Token);
            }
            catch (Exception e) when (IsPassing(e, ct)) { }
            catch (RefusedException e) when (IsNotOurs(e))
            {
                stop.Now(StopReason.LeaseLost);
                throw new OperationCanceledException(e.Message, e, stop.Token);
            }
            await backoff.Wait(ct);
        }
    }

    public static bool IsPassing(Exception e, CancellationToken ct) => e switch
    {
        RefusedException refused => refused.Status is >= 500 or 408 or 425 or 429,
        OperationCanceledException => !ct.IsCancellationRequested,
        // A bare SocketException too: a server that dies in the moment of connecting leaves SocketsHttpHandler with one, not wrapped.
        HttpRequestException or IOException or System.Net.Sockets.SocketException or System.Text.Json.JsonException => true,
        _ => false,
    };

    /// <summary>409 by the contract; and whoever forgot the run, or this builder, does not want it either.</summary>
    public static bool IsNotOurs(RefusedException e) => e.Status is 401 or 403 or 404 or 409 or 410;
}
