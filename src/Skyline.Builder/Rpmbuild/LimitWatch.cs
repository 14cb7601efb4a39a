using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Looks at a running build a few times a second and says which limit it went over, if any.</summary>
/// <param name="ownDisk">The work folder is a file system of the run's size; else it is walked.</param>
sealed class LimitWatch(RunLimits limits, RunLog log, TimeProvider time, bool ownDisk = false)
{
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(200);
    /// <summary>Walking a large tree takes its time: a look at the disk costs at most a tenth of the build's.</summary>
    const int DiskShare = 10;
    readonly long started = time.GetTimestamp();
    long diskDueAt = time.GetTimestamp() + time.TimestampFrequency;

    /// <returns>The limit gone over; null when the build ended by itself within all.</returns>
    public async Task<Breach?> Watch(IRunningBuild build, string work, CancellationToken ct)
    {
        using var tick = new PeriodicTimer(look, time);
        while (await EndedOrTick(build, tick, ct) is false)
        {
            if (build.Breached() is { } noticed) return noticed;
            if (time.GetElapsedTime(started) > TimeSpan.FromSeconds(limits.WallSeconds)) return Breach.Wall(TimeSpan.FromSeconds(limits.WallSeconds));
            var quietSince = Math.Max(started, log.LastWrite);
            if (time.GetElapsedTime(quietSince) > TimeSpan.FromSeconds(limits.SilenceSeconds)) return Breach.Silence(TimeSpan.FromSeconds(limits.SilenceSeconds));
            if (log.IsFull) return Breach.Log(log.MaxBytes);
            if (ownDisk && RunDisk.Full(work, limits.DiskBytes) is { } full) return full;
            if (!ownDisk && await DiskIsOver(work, ct)) return Breach.Disk(limits.DiskBytes);
        }
        return build.Breached() ?? (log.IsFull ? Breach.Log(log.MaxBytes) : null);
    }

    static async Task<bool> EndedOrTick(IRunningBuild build, PeriodicTimer tick, CancellationToken ct)
    {
        if (build.Exit.IsCompleted) return true;
        await Task.WhenAny(build.Exit, tick.WaitForNextTickAsync(ct).AsTask());
        ct.ThrowIfCancellationRequested();
        return build.Exit.IsCompleted;
    }

    async Task<bool> DiskIsOver(string work, CancellationToken ct)
    {
        var now = time.GetTimestamp();
        if (now < diskDueAt) return false;
        var used = await DiskUse.Of(work, ct);
        diskDueAt = time.GetTimestamp() + Math.Max(time.TimestampFrequency, (time.GetTimestamp() - now) * DiskShare);
        return used > limits.DiskBytes;
    }
}
