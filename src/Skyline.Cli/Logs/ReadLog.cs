using System.Buffers;
using Skyline.Cli.Builds;
using Skyline.Cli.Connection;
using Skyline.Protocol;

namespace Skyline.Cli.Logs;

/// <summary>Reads a log from the server to its end; where the connection breaks, a new one goes on from the same byte.</summary>
static class ReadLog
{
    const int Hold = 50;

    public static async Task OfRun(Session session, long run, LogSink sink, bool follow, CancellationToken ct)
    {
        session.ComeBack = () => follow ? $"The run goes on; come back to it with: skyline log --run {run} --follow" : null;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        var keepTrying = new KeepTrying(session.Time, session.Screen.Warn);
        try
        {
            long offset = 0;
            for (var begun = false; ; )
            {
                try
                {
                    await using var log = await session.Client.OpenLog(run, offset, follow, ct);
                    if (!begun) sink.Begin(run);
                    begun = true;
                    for (int read; (read = await log.ReadAsync(buffer, ct)) > 0; offset += read)
                    {
                        keepTrying.Progress();
                        await sink.Write(buffer.AsMemory(0, read), ct);
                    }
                    return;
                }
                catch (Exception e) when (begun && Trouble.MayPass(e) && keepTrying.HasPatience)
                {
                    await keepTrying.Pause(e, ct);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The newest run's log; with follow also the wait before it begins, and the next run's where a builder is lost.</summary>
    public static async Task OfBuild(Session session, long id, string? arch, LogSink sink, bool follow, CancellationToken ct)
    {
        var build = await session.Client.Build(id, ct);
        if (!follow)
        {
            var run = PickRun.Begun(PickRun.Task(build, arch)) ?? throw new StopException(ExitCode.Refused, PickRun.NoLogYet(build));
            await OfRun(session, run.Id, sink, follow: false, ct);
            return;
        }
        long? last = null;
        while (await NextRun(session, build, arch, last, ct) is { } next)
        {
            if (last is not null) session.Screen.Warn($"Run {last} was lost; this is run {next} of build {id}.");
            await OfRun(session, next, sink, follow: true, ct);
            last = next;
            build = await session.Client.Build(id, ct);
        }
        if (last is null) throw new StopException(ExitCode.Refused, PickRun.NoLogYet(await session.Client.Build(id, ct)));
    }

    /// <summary>Waits for a run later than <paramref name="last"/>; null once the task or the build is over without one.</summary>
    static async Task<long?> NextRun(Session session, BuildDetails build, string? arch, long? last, CancellationToken ct)
    {
        session.ComeBack = () => $"Build {build.Id} goes on; come back to it with: skyline log {build.Id} --follow";
        var keepTrying = new KeepTrying(session.Time, session.Screen.Warn);
        while (true)
        {
            var task = PickRun.Task(build, arch);
            if (PickRun.Begun(task) is { } run && !(run.Id <= last)) return run.Id;
            if (build.State.IsOver() || task is { State: var state } && state.IsOver()) return null;
            var asked = build.Revision;
            build = await keepTrying.Until(() => session.Client.WaitBuild(build.Id, asked, Hold, ct), ct);
        }
    }
}
