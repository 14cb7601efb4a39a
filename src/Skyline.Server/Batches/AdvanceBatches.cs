using Skyline.Server.Storage;

namespace Skyline.Server.Batches;

/// <summary>
/// Takes every running batch as far as it can go each time that something happened to builds or repositories: woken, never by the clock.
/// A fault of one batch holds up no other.
/// </summary>
public sealed class AdvanceBatches(Database database, BuildMembers build, Bells bells, TimeProvider time, ILogger<AdvanceBatches> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);

    /// <summary>Of a cancelled one, a build that was being published then still comes to its end.</summary>
    const string SelectOpen = "SELECT id FROM batches WHERE state = 'Running' OR id IN (SELECT batch_id FROM batch_members WHERE state = 'Building') ORDER BY priority, id";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task[] rings = [bells.Next(Bells.Batches), bells.Next(Bells.Builds), bells.Next(Bells.Snapshots)];
            var (stuck, open) = (false, database.Read(db => db.All<long>(SelectOpen)));
            foreach (var batch in open) stuck |= !await TryAdvance(batch, stoppingToken);
            // A fault such as a full disk may pass. Where no batch is open, one must begin before anything else concerns one.
            await bells.WaitAny(open.Count > 0 ? rings : rings[..1], stuck ? again : Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }

    /// <returns>False if it is to be tried again.</returns>
    async Task<bool> TryAdvance(long batch, CancellationToken ct)
    {
        try
        {
            await Advance(batch, ct);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Batch {Batch} could not be taken further yet", batch);
            return false;
        }
    }

    async Task Advance(long batch, CancellationToken ct)
    {
        var settled = await Settle(batch, ct);
        var queued = 0;
        while (await build.Build(batch, ct) is > 0 and var some)
        {
            queued += some;
            bells.Ring(Bells.Work);
        }
        // One that could not even be queued holds up what needs it, and may have been the last.
        if (queued > 0) settled |= await Settle(batch, ct);
        if (!settled && queued == 0) return;
        bells.Ring(Bells.Batch(batch));
        bells.Ring(Bells.Happenings);
        if (queued > 0) bells.Ring(Bells.Builds);
    }

    Task<bool> Settle(long batch, CancellationToken ct) => database.Read(db => SettleMembers.IsDue(db, batch))
        ? database.Write(tx => SettleMembers.Settle(tx, batch, time.Stamp()), ct)
        : Task.FromResult(false);
}
