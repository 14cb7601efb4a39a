using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Makes a run's report of what is known at its end.</summary>
sealed class RunEnding(RunLog log, PhaseClock phases)
{
    /// <summary>What its buildroot was made of, as soon as that is known.</summary>
    public IReadOnlyList<LockedPackage> Lock { get; set; } = [];

    /// <summary>The packager's fault; the log ends with it too.</summary>
    public RunReport Failed(IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences) log.Say(sentence);
        return Ended(RunOutcome.Failed, sentences[0], sentences);
    }

    public RunReport Ended(RpmbuildEnd.Failed failed) => Ended(RunOutcome.Failed, failed.Why, failed.Lines) with { FailingPlaces = failed.Places };

    public RunReport Ended(RunOutcome outcome, string? why, IReadOnlyList<string> lines)
    {
        phases.Enter(RunPhase.Done);
        return new(outcome, why, lines, [], phases.Timings, Lock);
    }
}
