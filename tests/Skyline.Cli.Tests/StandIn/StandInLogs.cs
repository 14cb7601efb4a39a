using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's logs: grown by the test, followed by clients, and cut off when the test wants it.</summary>
sealed class StandInLogs
{
    readonly Lock gate = new();
    readonly Dictionary<long, (byte[] Bytes, bool Ended)> logs = [];
    readonly List<HttpContext> followers = [];
    int closings;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The offset of each request, in order.</summary>
    public ConcurrentQueue<long> Offsets { get; } = new();

    public void Append(long run, string text) => Append(run, Encoding.UTF8.GetBytes(text));

    public void Append(long run, byte[] bytes) => Set(run, log => ([.. log.Bytes, .. bytes], log.Ended));

    public void End(long run) => Set(run, log => (log.Bytes, true));

    /// <summary>Breaks every connection that follows a log, in the middle of it.</summary>
    public void CutOff()
    {
        lock (gate)
        {
            foreach (var follower in followers) follower.Abort();
            followers.Clear();
        }
    }

    /// <summary>Ends every answer in good order, as a server does that is told to stop.</summary>
    public void Close()
    {
        lock (gate)
        {
            closings++;
            Pulse();
        }
    }

    public async Task Serve(HttpContext context, long run)
    {
        var offset = long.Parse((string)context.Request.Query["offset"]!, CultureInfo.InvariantCulture);
        Offsets.Enqueue(offset);
        if (!Has(run))
        {
            await StandInServer.Refuse(context, 404, $"There is no run {run}.");
            return;
        }
        var follow = context.Request.Query["follow"] == "true";
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.StartAsync();
        int closingsBefore;
        lock (gate)
        {
            followers.Add(context);
            closingsBefore = closings;
        }
        while (true)
        {
            byte[] bytes;
            bool ended, closed;
            Task next;
            lock (gate)
            {
                (bytes, ended) = logs[run];
                closed = closings > closingsBefore;
                next = changed.Task;
            }
            await context.Response.Body.WriteAsync(bytes.AsMemory((int)offset), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            offset = bytes.Length;
            if (ended || closed || !follow) return;
            await next.WaitAsync(context.RequestAborted);
        }
    }

    bool Has(long run)
    {
        lock (gate) return logs.ContainsKey(run);
    }

    void Set(long run, Func<(byte[] Bytes, bool Ended), (byte[] Bytes, bool Ended)> change)
    {
        lock (gate)
        {
            logs[run] = change(logs.GetValueOrDefault(run, ([], false)));
            Pulse();
        }
    }

    void Pulse()
    {
        var old = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }
}
