using Skyline.Server.Builds;

namespace Skyline.Server.Tasks;

/// <summary>The oldest waiting run of one person, at one priority, in one line.</summary>
/// <param name="Since">When it was put into the queue.</param>
public sealed record Head(long Line, int Priority, long Owner, long Run, long Since);

/// <summary>How many runs of a person are running at a priority: a mass rebuild of one's own holds up nothing urgent of one's own.</summary>
public sealed class RunningNow
{
    readonly Dictionary<(long Owner, int Priority), int> counts = [];

    public int Of(long owner, int priority) => counts.GetValueOrDefault((owner, priority));

    public void Add(long owner, int priority, int count = 1) => counts[(owner, priority)] = Of(owner, priority) + count;
}

/// <summary>
/// Whose turn it is, purely. The lower priority goes first; within one, who has the fewest runs running, so that thousands of builds of
/// one person never starve another; then the oldest. What is of a later priority than usual comes nearer by one for every hour that it
/// waits, until it stands among the usual: background work goes slowly while there is other work, and never not at all.
/// </summary>
public static class NextRun
{
    public static Head? Of(IEnumerable<Head> heads, RunningNow running, long now)
    {
        Head? first = null;
        foreach (var head in heads)
            if (first is null || Compare(head, first, running, now) < 0) first = head;
        return first;
    }

    public static int Compare(Head one, Head other, RunningNow running, long now) =>
        Effective(one, now).CompareTo(Effective(other, now)) is not 0 and var byPriority ? byPriority
        : running.Of(one.Owner, one.Priority).CompareTo(running.Of(other.Owner, other.Priority)) is not 0 and var byShare ? byShare
        : one.Run.CompareTo(other.Run);

    const long Hour = 3_600_000;

    static long Effective(Head head, long now) =>
        head.Priority <= Priorities.Usual ? head.Priority : Math.Max(Priorities.Usual, head.Priority - (Math.Max(0, now - head.Since) / Hour));
}
