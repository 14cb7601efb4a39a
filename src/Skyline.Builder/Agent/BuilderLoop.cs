using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>One slot: asks for a run, does it, asks again.</summary>
sealed class BuilderLoop(int slot, BuilderContract contract, DataFolder data, Workshop shop, BuilderOptions options, Machine machine, ServerNotice notice, ILogger log)
{
    const int WaitSeconds = 50;
    /// <summary>How long an agent that is told to end takes to say so of its runs.</summary>
    static readonly TimeSpan farewell = TimeSpan.FromSeconds(5);
    /// <summary>How often a builder that can take no work looks whether it can again.</summary>
    static readonly TimeSpan idlePause = TimeSpan.FromSeconds(5);
    readonly TimeProvider time = shop.Time;
    bool full;
    /// <summary>Why nothing can be built now.</summary>
    string? unable;
    /// <summary>Name of the question that has had no answer yet.</summary>
    string? question;
    /// <summary>The first question is answered at once: from then on it is known that the server takes this builder (Heard).</summary>
    bool greeted;

    public async Task Run(CancellationToken stopping)
    {
        var backoff = new Backoff(time);
        var reached = true;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var lease = await Lease(stopping);
                if (!reached) log.LogInformation("The server is back");
                reached = true;
                backoff.Reset();
                if (lease is not null) await Work(lease, stopping);
                else if (full || unable is not null) await Task.Delay(idlePause, time, stopping);
                continue;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is RefusedException || RunCalls.IsPassing(e, stopping))
            {
                if (reached) log.LogWarning("No work from {Server}: {Why}; trying on", options.Server, e.Message);
                reached = false;
            }
            await backoff.Wait(stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    async Task<LeasedRun?> Lease(CancellationToken stopping)
    {
        SayWhetherUnable(await shop.Isolation.WhyUnable(stopping));
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var timer = time.CreateTimer(_ => soon.Cancel(), null, TimeSpan.FromSeconds(WaitSeconds + 15), Timeout.InfiniteTimeSpan);
        var report = machine.Report(unable);
        SayWhetherFull(report);
        // A builder that can take none asks all the same, so that the server can say why; it is answered at once.
        question ??= Guid.NewGuid().ToString("N");
        var lease = await contract.Lease(new(options.Arches, AgentVersion.Text, shop.Isolation.Name, full || unable is not null || !greeted ? 0 : WaitSeconds, shop.Engines, report, question, BuilderContract.Version), soon.Token, notice.Heard);
        (question, greeted) = (null, true);
        return lease;
    }

    void SayWhetherUnable(string? why)
    {
        if (why is not null && unable is null) log.LogWarning("Slot {Slot} takes no work: {Why}", slot, why);
        if (why is null && unable is not null) log.LogInformation("Slot {Slot} takes work again", slot);
        unable = why;
    }

    void SayWhetherFull(BuilderReport report)
    {
        var (was, free) = (full, report.FreeDiskBytes >> 20);
        full = report.FreeDiskBytes < report.KeepsFreeBytes;
        if (full && !was) log.LogWarning("Slot {Slot} takes no work: {Free} MiB are free on the disk of {Data}, of the {Keeps} MiB that are kept free (--min-free)", slot, free, data.Root, report.KeepsFreeBytes >> 20);
        if (was && !full) log.LogInformation("Slot {Slot} takes work again: {Free} MiB are free", slot, free);
    }

    /// <summary>A leased run to its end, whichever that is. Nothing of it is left after.</summary>
    async Task Work(LeasedRun lease, CancellationToken stopping)
    {
        using var stop = new RunStop(stopping);
        using var over = new CancellationTokenSource();
        await using var folder = RunFolder.Make(data, lease.RunId, slot, (shop.IsolationOf(lease.Buildroot) ?? shop.Isolation).OwnerOf(slot));
        using var runLog = new RunLog(folder.Log, lease.Limits.LogBytes > 0 ? Math.Min(options.MaxLogBytes, lease.Limits.LogBytes) : options.MaxLogBytes, time);
        var calls = new RunCalls(contract, lease.RunId, stop, time);
        var phases = new PhaseClock(time);
        log.LogInformation("Run {Run}: {Nvr} for {Arch}", lease.RunId, lease.Nvr, lease.Arch);
        var heart = new Heart(contract, lease, phases, stop, time).Beat(over.Token);
        var sender = new LogSender(calls, runLog, time).Send(stop.Token);
        RunReport? report = null;
        try
        {
            report = await (lease.Source is null ? new BuildRun(lease, folder, runLog, phases, calls, shop).Run(stop.Token) : new SourceRun(lease, folder, runLog, phases, calls, shop).Run(stop.Token));
            runLog.Close();
            await sender;
            await Report(lease, report, calls, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Reason is { } reason)
        {
            log.LogInformation("Run {Run} is stopped: {Reason}", lease.RunId, reason);
            if (reason is StopReason.Stopping) await SayFarewell(lease, report);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.LogError(e, "Run {Run}: the builder failed", lease.RunId);
            await SayLost(lease, $"The builder failed: {e.Message}", stop.Token);
        }
        finally
        {
            runLog.Close();
            await over.CancelAsync();
            await Task.WhenAll(heart, sender).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    async Task Report(LeasedRun lease, RunReport report, RunCalls calls, CancellationToken ct)
    {
        log.LogInformation("Run {Run}: {Outcome}{Why}", lease.RunId, report.Outcome, report.Why is { } why ? ": " + why : "");
        try
        {
            await calls.UntilAnswered(async token =>
            {
                await contract.Report(lease.RunId, report, token);
                return true;
            }, ct);
        }
        catch (RefusedException e)
        {
            log.LogError("Run {Run}: the server refused the report: {Why}", lease.RunId, e.Message);
            await SayLost(lease, $"The server refused the builder's report: {e.Message}", ct);
        }
    }

    Task SayFarewell(LeasedRun lease, RunReport? report) =>
        TryOnce(token => contract.Report(lease.RunId, report ?? Lost("The builder was stopped by its operator."), token), CancellationToken.None);

    Task SayLost(LeasedRun lease, string why, CancellationToken ct) => TryOnce(token => contract.Report(lease.RunId, Lost(why), token), ct);

    static RunReport Lost(string why) => new(RunOutcome.Lost, why, [], [], [], []);

    /// <summary>A server that does not take it will see the lease run out.</summary>
    async Task TryOnce(Func<CancellationToken, Task> call, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(_ => soon.Cancel(), null, farewell, Timeout.InfiniteTimeSpan);
        try
        {
            await call(soon.Token);
        }
        catch (Exception e) when (e is RefusedException or OperationCanceledException || RunCalls.IsPassing(e, ct))
        {
            log.LogWarning("The server did not take the end of a run: {Why}", e.Message);
        }
    }
}
