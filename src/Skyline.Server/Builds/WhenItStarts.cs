using Skyline.Server.Tasks;

namespace Skyline.Server.Builds;

/// <summary>A run that waits, and how long it is expected to take.</summary>
/// <param name="Measured">Whether that is of earlier runs of its package on its architecture; otherwise what runs usually take.</param>
public sealed record ExpectedRun(long Run, double Seconds, bool Measured);

/// <summary>One person's runs at one priority in one line, in their order.</summary>
/// <param name="Served">As <see cref="Head.Served"/>.</param>
/// <param name="Slots">Numbers of the slots that can take them.</param>
public sealed record WaitingGroup(long Line, int Priority, long Owner, long Since, IReadOnlyList<ExpectedRun> Runs, IReadOnlySet<int> Slots, long Served = 0);

/// <summary>What a builder may run beside what it runs.</summary>
/// <param name="FreeIn">Seconds from now until what runs in it is expected to have ended; 0: it is free.</param>
/// <param name="Owner">Whose run that is, and at which priority; null: nobody's.</param>
public sealed record Slot(double FreeIn, long? Owner = null, int Priority = 0);

/// <param name="In">Seconds from now.</param>
/// <param name="Before">How many that wait are started before it.</param>
/// <param name="Measured">How many of those are expected to take as long as their package took before.</param>
public sealed record Start(double In, int Before, int Measured);

/// <summary>
/// When what waits will be started, purely: the queue's own order (<see cref="NextRun"/>) played forward over the slots of the builders
/// that are here, with each run taking as long as its like took. The play ends after so many starts.
/// </summary>
public static class WhenItStarts
{
    public const int MostPlayed = 5_000;

    /// <returns>By run; what no slot can take is not among them.</returns>
    public static IReadOnlyDictionary<long, Start> Of(IReadOnlyList<WaitingGroup> groups, IReadOnlyList<Slot> slots, long now)
    {
        var (starts, running) = (new Dictionary<long, Start>(), new RunningNow());
        var free = new PriorityQueue<(int Slot, double At), (double, int)>();
        var holders = slots.Select(slot => (slot.Owner, slot.Priority)).ToArray();
        for (var n = 0; n < slots.Count; n++)
        {
            free.Enqueue((n, slots[n].FreeIn), (slots[n].FreeIn, n));
            if (slots[n].Owner is { } owner) running.Add(owner, slots[n].Priority);
        }
        var (taken, measured) = (new int[groups.Count], 0);
        while (starts.Count < MostPlayed && free.TryDequeue(out var next, out _))
        {
            if (holders[next.Slot].Owner is { } ended) running.Add(ended, holders[next.Slot].Priority, -1);
            holders[next.Slot] = default;
            if (First(groups, taken, next.Slot, running, now + (long)(next.At * 1000)) is not { } group) continue;
            var run = groups[group].Runs[taken[group]++];
            starts[run.Run] = new(next.At, starts.Count, measured);
            if (run.Measured) measured++;
            running.Give(groups[group].Owner, groups[group].Priority);
            holders[next.Slot] = (groups[group].Owner, groups[group].Priority);
            free.Enqueue((next.Slot, next.At + run.Seconds), (next.At + run.Seconds, next.Slot));
        }
        return starts;
    }

    static int? First(IReadOnlyList<WaitingGroup> groups, int[] taken, int slot, RunningNow running, long at)
    {
        int? first = null;
        Head? head = null;
        for (var n = 0; n < groups.Count; n++)
        {
            if (taken[n] >= groups[n].Runs.Count || !groups[n].Slots.Contains(slot)) continue;
            var other = new Head(groups[n].Line, groups[n].Priority, groups[n].Owner, groups[n].Runs[taken[n]].Run, groups[n].Since, groups[n].Served);
            if (head is null || NextRun.Compare(other, head, running, at) < 0) (first, head) = (n, other);
        }
        return first;
    }
}
