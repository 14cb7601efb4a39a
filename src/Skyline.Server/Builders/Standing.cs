using Skyline.Protocol;
using Skyline.Server.Builds;

namespace Skyline.Server.Builders;

/// <summary>How a builder stands, in one word: what administrators have said of it comes before what it does.</summary>
public enum Standing
{
    /// <summary>It has runs.</summary>
    Building,
    /// <summary>It is here and waits for work.</summary>
    Idle,
    /// <summary>It is here, and something of its own keeps it from working.</summary>
    Unwilling,
    Draining,
    Drained,
    Disabled,
    /// <summary>It was here, and is not heard of any more.</summary>
    Lost,
    /// <summary>It was enrolled, and its agent was never started.</summary>
    New,
}

static class HowItStands
{
    /// <summary>Purely.</summary>
    public static Standing Of(BuilderSummary builder, DateTimeOffset now) => builder switch
    {
        { State: BuilderState.Draining } => Standing.Draining,
        { State: BuilderState.Drained } => Standing.Drained,
        { State: BuilderState.Disabled } => Standing.Disabled,
        { LastSeenAt: null } => Standing.New,
        _ when now - builder.LastSeenAt > WhyWaiting.Away => Standing.Lost,
        { Running: > 0 } => Standing.Building,
        { NoWork: not null } => Standing.Unwilling,
        _ => Standing.Idle,
    };
}
