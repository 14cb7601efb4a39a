using Skyline.Cli.Builds;
using Skyline.Cli.Connection;
using Skyline.Protocol;

namespace Skyline.Cli.Logs;

/// <summary>Reads a log from the server to its end; where the connection breaks, a new one goes on from the same byte.</summary>
static class ReadLog
{
    /// <summary>How long the server may hold a question, in seconds.</summary>
    const int Hold = 50;

    public static async Task OfRun(Session session, long run, LogSink sink, bool follow, CancellationToken ct)
    {
        session.ComeBack = () => follow ? $"The run goes on; come back to it with: skyline log --run {run} --follow" : null;
        await Read(session, run, 0, sink, follow, ct);
    }

    /// <summary>The newest run's log; with follow also the wait before it begins, and the next run's where a builder is lost.</summary>
    public static async Task OfBuild(Session session, long id, string? arch, LogSink sink, bool follow, CancellationToken ct)
    {
        var build = await session.Client.Build(id, ct);
        if (follow) session.ComeBack = () => $"Build {id} goes on; come back to it with: skyline log {id} --follow";
        var keepTrying = new KeepTrying(session.Time, session.Screen.Warn);
        LogPosition? at = null;
        while (true)
        {
            switch (LogStep.After(build, arch, at, follow))
            {
                case LogStep.End when at is null:
                    throw new StopException(ExitCode.Refused, PickRun.NoLogYet(build));
                case LogStep.End:
                    return;
                case LogStep.Read step:
                    if (at is not null && at.Run != step.Run) session.Screen.Warn($"Run {at.Run} was lost; this is run {step.Run} of build {id}.");
                    var reached = await Read(session, step.Run, step.Offset, sink, follow, ct);
                    at = new LogPosition(step.Run, reached, Stalled: reached == step.Offset);
                    if (follow) build = await keepTrying.Until(() => session.Client.Build(id, ct), ct);
                    break;
                case LogStep.Wait:
                    var known = build.Revision;
                    build = await keepTrying.Until(() => session.Client.WaitBuild(id, known, Hold, ct), ct);
                    at = at is null ? null : at with { Stalled = false };
                    break;
            }
        }
    }

    /// <returns>The offset that has been reached.</returns>
    static async Task<long> Read(Session session, long run, long offset, LogSink sink, bool follow, CancellationToken ct)
    {
        var buffer = new byte[1 << 16];
        var keepTrying = new KeepTrying(session.Time, session.Screen.Warn);
        var begun = false;
        while (true)
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
                return offset;
            }
            catch (Exception e) when (begun && Trouble.MayPass(e) && keepTrying.HasPatience)
            {
                await keepTrying.Pause(e, ct);
            }
        }
    }
}
