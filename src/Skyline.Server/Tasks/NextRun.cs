using Skyline.Server.Builds;

namespace Skyline.Server.Tasks;

/// <summary>The oldest waiting run of one person, at one priority, in one line.</summary>
/// <param name="Since">When it was put into the queue.</param>
/// <param name="Served">When its person was last given a run at that priority, as a number that grows; 0: never.</param>
public sealed record Head(long Line, int Priority, long Owner, long Run, long Since, long Served = 0);

/// <summary>What people have at each priority, how many that run and whose turn was last: a mass rebuild of one's own holds up nothing urgent of one's own.</summary>
public sealed class RunningNow
{
    readonly Dictionary<(long Owner, int Priority), int> counts = [];
    readonly Dictionary<(long Owner, int Priority), long> turns = [];
    long turn = long.MaxValue / 2;

    /// <summary>A turn that was given since this began; before all of them, what was known then.</summary>
    public long Served(Head head) => turns.GetValueOrDefault((head.Owner, head.Priority), head.Served);

    public void Give(long owner, int priority)
    {
        Add(owner, priority);
        turns[(owner, priority)] = ++turn;
    }

    public int Of(long owner, int priority) => counts.GetValueOrDefault((owner, priority));

    public void Add(long owner, int priority, int count = 1) => counts[(owner, priority)] = Of(owner, priority) + count;
}

/// <summary>
/// Whose turn it is, purely. The lower priority goes first; within one, who has the fewest runs running, then whose last turn
/// was longest ago, so that thousands of builds of one person never starve another, not even on a single slot; then the oldest. What is of a later priority than usual comes nearer by one for every hour that it
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
        : running.Served(one).CompareTo(running.Served(other)) is not 0 and var byTurn ? byTurn
        : one.Run.CompareTo(other.Run);

    const long Hour = 3_600_000;

    static long Effective(Head head, long now) =>
        head.Priority <= Priorities.Usual ? head.Priority : Math.Max(Priorities.Usual, head.Priority - (Math.Max(0, now - head.Since) / Hour));
}
