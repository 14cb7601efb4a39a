using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Batches;

/// <summary>Follows a batch to its end: a line each time that it has come further. The server wakes us; it holds each question until something has changed.</summary>
static class WatchBatch
{
    /// <summary>How long the server may hold a question, in seconds.</summary>
    const int Hold = 50;

    /// <returns>What scripts go by: ok, a build failed, or it was cancelled.</returns>
    public static async Task<ExitCode> ToTheEnd(Session session, BatchDetails batch, CancellationToken ct)
    {
        session.ComeBack = () => $"Batch {batch.Id} goes on; come back to it with: skyline batch watch {batch.Id}";
        var keepTrying = new KeepTrying(session.Time, session.Screen.Say);
        var told = "";
        while (true)
        {
            if (Progress(batch) is var line && line != told) session.Screen.Say(Untrusted.Line(told = line));
            if (batch.State is not (BatchState.Planned or BatchState.Running)) break;
            var asked = session.Time.GetTimestamp();
            var now = await keepTrying.Until(() => session.Client.WaitBatch(batch.Id, batch.Revision, Hold, ct), ct);
            // Something between us and the server does not hold the question: ask no more than once a second.
            if (now.Revision == batch.Revision && session.Time.GetElapsedTime(asked) < TimeSpan.FromSeconds(1)) await Task.Delay(TimeSpan.FromSeconds(1), session.Time, ct);
            batch = now;
        }
        session.ComeBack = () => null;
        if (session.Screen.Json) session.Screen.Document(batch, SkylineJson.Default.BatchDetails);
        return batch.State switch { BatchState.Complete => ExitCode.Ok, BatchState.Cancelled => ExitCode.Cancelled, _ => ExitCode.BuildFailed };
    }

    static string Progress(BatchDetails batch) => batch.State is BatchState.Running or BatchState.Planned
        ? $"Batch {batch.Id}: {batch.Counts.Done} of {batch.Counts.All} built, {batch.Counts.Building} being built{Some(batch.Counts.Failed, "failed")}{Some(batch.Counts.Blocked, "blocked")}"
        : BatchCommand.Line(batch);

    static string Some(int count, string what) => count > 0 ? $", {count} {what}" : "";
}
