using System.Collections.Concurrent;

namespace Skyline.Server.Storage;

/// <summary>
/// Wakes who waits for a change, by name ("work", "build 17", "log 5003"). Take the bell, look, then wait: what rings after the
/// look is not missed. A bell that rings is only a hint to look again; the truth is in the database.
/// </summary>
public sealed class Bells(TimeProvider time)
{
    readonly ConcurrentDictionary<string, TaskCompletionSource> bells = new();

    /// <summary>Those that have been taken and have not rung since.</summary>
    public int Count => bells.Count;

    public Task Next(string name) =>
        bells.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Told of each bell that rings here, where other servers are to hear it; null: there are none.</summary>
    internal Action<string>? Elsewhere { get; set; }

    public void Ring(string name)
    {
        RingHere(name);
        Elsewhere?.Invoke(name);
    }

    internal void RingHere(string name)
    {
        if (bells.TryRemove(name, out var waiting)) waiting.SetResult();
    }

    /// <summary>What rang elsewhere meanwhile is not known: whoever waits looks again.</summary>
    internal void RingAllHere()
    {
        foreach (var name in bells.Keys) RingHere(name);
    }

    /// <returns>Whether it rang before the wait was over.</returns>
    public async Task<bool> Wait(Task bell, TimeSpan atMost, CancellationToken ct)
    {
        try
        {
            await bell.WaitAsync(atMost, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <returns>Whether one of them rang before the wait was over.</returns>
    public async Task<bool> WaitAny(IEnumerable<Task> some, TimeSpan atMost, CancellationToken ct)
    {
        // A bell that does not ring for years would keep whatever ever waited for it.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            return await Wait(Task.WhenAny(some.Select(bell => bell.WaitAsync(leaving.Token))), atMost, ct);
        }
        finally
        {
            await leaving.CancelAsync();
        }
    }

    readonly TaskCompletionSource closing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server stops: whoever asked it to wait with its answer is answered now, and asks the next one.</summary>
    public void Close() => closing.TrySetResult();

    public bool IsClosing => closing.Task.IsCompleted;

    /// <summary>A wait that a client asked for.</summary>
    /// <returns>Whether one of them rang before the wait was over; it is over, too, when the server stops.</returns>
    public async Task<bool> Hold(IEnumerable<Task> some, TimeSpan atMost, CancellationToken ct) => !IsClosing && await WaitAny(some.Append(closing.Task), atMost, ct) && !IsClosing;

    static readonly TimeSpan longestHold = TimeSpan.FromSeconds(60);

    /// <summary>Holds whoever asks until a thing's revision is another than the one they have seen, or it is gone, or their wait is over.</summary>
    /// <param name="name">The bell that rings when the revision grows.</param>
    /// <param name="revision">As it is now; null where there is no such thing: a bell of its own would be kept for ever.</param>
    /// <param name="since">Null, or without a wait: nobody waits.</param>
    /// <param name="wait">In seconds, at most 60.</param>
    public async Task UntilChanged(string name, Func<long?> revision, long? since, double? wait, CancellationToken ct)
    {
        if (since is not { } seen || wait is not { } seconds) return;
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(seconds, 0, longestHold.TotalSeconds));
        while (revision() is not null)
        {
            var bell = Next(name);
            var now = revision();
            var left = until - time.GetUtcNow();
            if (now != seen || left <= TimeSpan.Zero || !await Hold([bell], left, ct)) return;
        }
    }

    public const string Work = "work", Publishing = "publishing", Builds = "builds", Tags = "tags", Keys = "keys", KeyStates = "key states", Externals = "externals";

    /// <summary>A repository is to be fetched.</summary>
    public const string Sources = "sources";

    /// <summary>A chain that somebody arranges.</summary>
    public static string ChainDraft(long draft) => $"chain draft {draft}";

    /// <summary>Some tag has a new snapshot.</summary>
    public const string Snapshots = "snapshots";

    /// <summary>Retention, a check or the like began or ended.</summary>
    public const string Keeping = "keeping";

    /// <summary>Some batch has come further.</summary>
    public const string Batches = "batches";

    /// <summary>A schedule was changed, or ran.</summary>
    public const string Schedules = "schedules";

    /// <summary>Some bisection has come further.</summary>
    public const string Bisections = "bisections";

    /// <summary>Somebody is told something, or has read it.</summary>
    public const string Notices = "notices";

    /// <summary>Something happened that somebody may have asked to be told of, beside what other bells tell; or somebody asked.</summary>
    public const string Happenings = "happenings";

    /// <summary>Something waits for a second person, or does no more.</summary>
    public const string Approvals = "approvals";

    /// <summary>Somebody came, or may do something else; an invitation, a team or a token is new, another or no more.</summary>
    public const string People = "people";

    /// <summary>Somebody elsewhere is to be told something, or a try to tell them has ended.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>It is known of some package whether it builds.</summary>
    public const string Histories = "histories";

    /// <summary>It is time to write down when tokens and sessions were last used.</summary>
    public const string Use = "use";

    /// <summary>A minute has passed: whoever watches how it stands with the server looks again.</summary>
    public const string Health = "health";

    /// <summary>A pool was changed, or it is time to look how large each shall be.</summary>
    public const string Pools = "pools";

    /// <summary>It was decided anew how many builders a pool shall have.</summary>
    public const string Pooled = "pooled";

    /// <summary>Something came to a hook.</summary>
    public static string Hook(long id) => $"hook {id}";

    public static string Bisection(long id) => $"bisection {id}";

    public static string Batch(long id) => $"batch {id}";

    /// <summary>An administrator has said something about it, or what it ran has ended.</summary>
    public static string Builder(long id) => $"builder {id}";

    public static string Build(long id) => $"build {id}";

    /// <summary>A tag has a new snapshot, or one that knows of more.</summary>
    public static string Tag(long id) => $"tag {id}";

    public static string Log(long run) => $"log {run}";

    public static string External(string name) => $"external {name}";
}
