namespace Skyline.Server.Pools;

/// <summary>One builder of a pool: what the engine has of it, and what is known of it here.</summary>
/// <param name="Service">Of the engine's; null: it has none.</param>
/// <param name="IsHere">It has joined, and was not removed since.</param>
/// <param name="IsAway">It is here no more, as far as it is heard of.</param>
/// <param name="IsOff">An administrator has drained or disabled it: it is theirs.</param>
/// <param name="WasRemoved">It was let in no more after its service was started: what is left of it is the service.</param>
/// <param name="IsOverdue">It was started long ago and has never joined.</param>
sealed record Member(string Name, string? Service, bool IsHere = false, bool IsLeaving = false, bool IsAway = false, bool IsOff = false, bool WasRemoved = false, bool IsOverdue = false, int Running = 0);

/// <summary>What is done next, by names.</summary>
/// <param name="Keep">Was on its way out, and stays.</param>
/// <param name="Leave">Is to be drained.</param>
/// <param name="Remove">Nothing of it runs: it goes, and its service after it.</param>
/// <param name="End">Services alone.</param>
sealed record Steps(IReadOnlyList<string> Keep, IReadOnlyList<string> Start, IReadOnlyList<string> Leave, IReadOnlyList<string> Remove, IReadOnlyList<string> End);

/// <summary>
/// How a pool comes from what it has to what it shall have, purely. A builder with a run is never among those that are removed: it is drained, and
/// goes in a later step, when it has none.
/// </summary>
static class NextSteps
{
    public static Steps Of(string prefix, int wanted, int most, IReadOnlyList<Member> members)
    {
        // Whose service is gone, or that was never one's, and nothing is heard of: there is nobody to drain.
        var lost = members.Where(one => one is { Service: null, IsHere: true, Running: 0 } && (one.IsAway || one.IsLeaving)).ToList();
        var ended = members.Where(one => one is { Service: not null, IsHere: false } && (one.WasRemoved || one.IsOverdue)).ToList();
        var there = members.Where(one => one.Service is not null && !one.IsOff).Except(ended).ToList();
        var staying = there.Where(one => !one.IsLeaving).ToList();
        var back = there.Where(one => one.IsLeaving).OrderByDescending(one => one.Running).Take(Math.Max(0, wanted - staying.Count)).ToList();
        var room = most - members.Count(one => one.Service is not null) + ended.Count;
        var start = Free(prefix, members).Take(Math.Max(0, Math.Min(room, wanted - staying.Count - back.Count))).ToList();
        // Those first that have not come yet; then who has nothing to do, and who has least.
        var leave = staying.OrderBy(one => one.IsHere).ThenBy(one => one.Running).ThenByDescending(one => one.Name, StringComparer.Ordinal).Take(Math.Max(0, staying.Count - wanted)).ToList();
        var gone = there.Where(one => one.IsLeaving && one.Running == 0).Except(back);
        return new(Names(back), start, Names(leave.Where(one => one.IsHere)), Names(lost.Concat(gone)), Names(ended.Concat(leave.Where(one => !one.IsHere))));
    }

    static IReadOnlyList<string> Names(IEnumerable<Member> members) => [.. members.Select(one => one.Name)];

    /// <summary>The lowest numbers that nobody has: not even one whose service is still being ended.</summary>
    static IEnumerable<string> Free(string prefix, IReadOnlyList<Member> members)
    {
        var taken = members.Where(one => one.Service is not null || one.IsHere).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        for (var number = 1; ; number++)
            if ($"{prefix}-{number}" is var name && !taken.Contains(name)) yield return name;
    }
}
