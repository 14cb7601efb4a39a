using Skyline.Protocol;

namespace Skyline.Server.Verdicts;

/// <summary>What a task's runs come to.</summary>
public abstract record Verdict
{
    /// <summary>The run's result is the task's.</summary>
    public sealed record Accept(long RunId) : Verdict;

    /// <summary>Nobody's result counts yet: one more run is wanted.</summary>
    public sealed record RunAgain(string Why) : Verdict;

    /// <summary>A run is still open.</summary>
    public sealed record Wait : Verdict;

    /// <param name="IsPackagers">False: no builder could do it, whatever is in the package.</param>
    public sealed record Fail(string Why, bool IsPackagers = true) : Verdict;
}

public sealed record RunResult(long RunId, string? Builder, RunState State, string? Why);

/// <summary>Weighs runs, purely. Builder broke ≠ build broke: a lost run is tried again elsewhere, a failed one is the packager's answer.</summary>
public static class Judge
{
    public const int MostLost = 3;

    public static Verdict Weigh(IReadOnlyList<RunResult> runs)
    {
        if (runs.FirstOrDefault(run => run.State == RunState.Succeeded) is { } succeeded) return new Verdict.Accept(succeeded.RunId);
        if (runs.FirstOrDefault(run => run.State == RunState.Failed) is { } failed) return new Verdict.Fail(failed.Why ?? "The build failed; its log says why.");
        if (runs.Any(run => run.State is RunState.Waiting or RunState.Running)) return new Verdict.Wait();
        var lost = runs.Where(run => run.State == RunState.Lost).ToList();
        return lost.Count < MostLost
            ? new Verdict.RunAgain(lost.Count == 0 ? "No run yet." : Said(lost[^1]))
            : new Verdict.Fail($"{lost.Count} runs were lost through no fault of the package: {string.Join(" ", lost.Select(Said))}", IsPackagers: false);
    }

    static string Said(RunResult run) => $"{run.Builder ?? "A builder"}: {run.Why ?? "it went silent."}";
}
