using Skyline.Server.Storage;

namespace Skyline.Server.Draining;

/// <summary>
/// How the server stops without a failed request: it takes no more connections (those that come wait in the socket, which systemd keeps, for the next server), answers what waits, asks
/// everybody on a connection to open another, finishes what is under way, and only then ends.
/// </summary>
sealed class Drain(Bells bells, SkylineSettings settings, TimeProvider time, ILogger<Drain> log)
{
    /// <summary>For a request that is on its way on a connection which was taken before.</summary>
    static readonly TimeSpan onItsWay = TimeSpan.FromMilliseconds(500);

    readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock counting = new();
    TaskCompletionSource? idle;
    int underWay;

    public bool IsOn => begun.Task.IsCompleted;

    public Task Begun => begun.Task;

    /// <summary>How many requests are under way; a live page is none.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    /// <returns>When everybody is answered, or the time is over. Live pages end with the application.</returns>
    public async Task Run()
    {
        log.LogInformation("Stopping: requests under way: {Count}, each has up to {Seconds} seconds", UnderWay, settings.DrainSeconds);
        begun.TrySetResult();
        bells.Close();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(settings.DrainSeconds), time);
        try
        {
            await Task.Delay(onItsWay, time, over.Token);
            await Idle().WaitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("Requests that were not finished in {Seconds} seconds: {Count}", settings.DrainSeconds, UnderWay);
        }
    }

    Task Idle()
    {
        lock (counting)
        {
            if (underWay == 0) return Task.CompletedTask;
            return (idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    void Enter()
    {
        lock (counting) underWay++;
    }

    void Leave()
    {
        lock (counting)
        {
            if (--underWay > 0) return;
            idle?.TrySetResult();
            idle = null;
        }
    }

    /// <summary>First of all that a request passes.</summary>
    public async Task Pass(HttpContext http, RequestDelegate next)
    {
        // Live pages lose their connection in any case, and browsers try at once to come back: they come to the next server.
        var live = http.Request.Path.StartsWithSegments("/_blazor");
        if (live && IsOn)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "1";
            return;
        }
        if (live)
        {
            await next(http);
            return;
        }
        Enter();
        try
        {
            http.Response.OnStarting(CloseConnection, http);
            await next(http);
        }
        finally
        {
            Leave();
        }
    }

    Task CloseConnection(object of)
    {
        if (IsOn && of is HttpContext { Request.Protocol: "HTTP/1.1" or "HTTP/1.0" } http) http.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }
}
