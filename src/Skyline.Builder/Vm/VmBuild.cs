using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Skyline.Builder;

/// <summary>A virtual machine with a build in it. Its output comes by one pipe; the machine's own words, as guest.sh lists them, by another.</summary>
sealed partial class VmBuild : IRunningBuild
{
    const int LongestLine = 500, KeptLines = 5;
    readonly Child child;
    readonly Cgroup? group;
    readonly Chamber chamber;
    readonly TimeProvider time;
    readonly Task output, words;
    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously), arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock counting = new();
    readonly Queue<string> lastWords = new();
    long read, promised = long.MaxValue;
    volatile Breach? breach;

    public VmBuild(Child child, Cgroup? group, VmDisks disks, Chamber chamber, Action<ReadOnlySpan<byte>> to, TimeProvider time)
    {
        (this.child, this.group, this.chamber, this.time) = (child, group, chamber, time);
        child.Input.Close();
        output = Pump(to);
        words = Listen();
        Exit = Finish(disks);
    }

    public Task<int> Exit { get; }

    public Breach? Breached() => breach;

    /// <summary>Waits until the machine has begun with its command.</summary>
    /// <exception cref="BuilderBrokeException">It has not in all that time, or said why it cannot.</exception>
    public async Task Started(TimeSpan patience, CancellationToken ct)
    {
        try
        {
            await started.Task.WaitAsync(patience, time, ct);
        }
        catch (TimeoutException)
        {
            throw new BuilderBrokeException($"the virtual machine has not started within {patience.TotalSeconds:0} seconds{Last()}");
        }
    }

    async Task<int> Finish(VmDisks disks)
    {
        var code = await exited.Task;
        await arrived.Task;
        await End();
        await VmResults.Take(disks.Results, chamber.Work, chamber.Limits.DiskBytes, CancellationToken.None);
        return code;
    }

    async Task Pump(Action<ReadOnlySpan<byte>> to)
    {
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await child.Output.ReadAsync(buffer)) > 0)
        {
            to(buffer.AsSpan(0, count));
            lock (counting) read += count;
            SeeWhetherAllArrived();
        }
        arrived.TrySetResult();
    }

    void SeeWhetherAllArrived()
    {
        lock (counting)
        {
            if (read >= promised) arrived.TrySetResult();
        }
    }

    async Task Listen()
    {
        var buffer = new byte[4096];
        var line = new StringBuilder();
        int count;
        while ((count = await child.Errors.ReadAsync(buffer)) > 0)
        {
            foreach (var letter in Encoding.Latin1.GetString(buffer, 0, count))
            {
                if (letter != '\n')
                {
                    if (line.Length < LongestLine) line.Append(letter);
                    continue;
                }
                Hear(line.ToString().TrimEnd('\r'));
                line.Clear();
            }
        }
        Break($"the build's virtual machine ended before the build did{Last()}");
    }

    void Hear(string line)
    {
        switch (Word().Match(line) is { Success: true } word ? (word.Groups[1].Value, word.Groups[2].Value) : default)
        {
            case ("started", _): started.TrySetResult(); break;
            case ("broken", var why): Break($"the virtual machine does not work: {why}"); break;
            case ("breach", "memory"): breach = Breach.Memory(chamber.Limits.MemoryBytes); break;
            case ("breach", "processes"): breach ??= Breach.Processes(chamber.Limits.Processes); break;
            case ("breach", "disk"): breach ??= Breach.Disk(chamber.Limits.DiskBytes); break;
            case ("exit", var end) when end.Split(' ') is [var code, var bytes] && byte.TryParse(code, CultureInfo.InvariantCulture, out var exit) && long.TryParse(bytes, CultureInfo.InvariantCulture, out var length):
                lock (counting) promised = length;
                exited.TrySetResult(exit);
                SeeWhetherAllArrived();
                break;
            default: Remember(line); break;
        }
    }

    void Remember(string line)
    {
        lock (lastWords)
        {
            if (line.Trim().Length > 0) lastWords.Enqueue(line.Trim());
            if (lastWords.Count > KeptLines) lastWords.Dequeue();
        }
    }

    string Last()
    {
        lock (lastWords) return lastWords.Count == 0 ? "" : ": " + string.Join("; ", lastWords);
    }

    void Break(string why)
    {
        started.TrySetException(new BuilderBrokeException(why));
        exited.TrySetException(new BuilderBrokeException(why));
    }

    /// <summary>Ends qemu, which ends all that is in the machine.</summary>
    async Task End()
    {
        if (group is not null) await group.Remove(time);
        else child.Kill();
        await Task.WhenAll(output, words);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        await Exit.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await child.DisposeAsync();
    }

    [GeneratedRegex(@"skyline: (\w+) ?(.*)\z")]
    private static partial Regex Word();
}
