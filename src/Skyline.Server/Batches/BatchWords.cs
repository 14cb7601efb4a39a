using Skyline.Protocol;

namespace Skyline.Server.Batches;

/// <summary>What pages call things of batches: English, keys of translations.</summary>
static class BatchWords
{
    public static string Of(BatchKind kind) => kind switch
    {
        BatchKind.Chain => "chain",
        BatchKind.MassRebuild => "mass rebuild",
        _ => "scheduled run",
    };

    public static string Several(BatchKind kind) => kind switch
    {
        BatchKind.Chain => "chains",
        BatchKind.MassRebuild => "mass rebuilds",
        _ => "scheduled runs",
    };

    /// <summary>What a wave of such a batch is called.</summary>
    public static string WaveOf(BatchKind kind) => kind switch
    {
        BatchKind.Chain => "Link",
        _ => "Wave",
    };

    /// <summary>With its number as {0}.</summary>
    public static string NumberedWaveOf(BatchKind kind) => kind switch
    {
        BatchKind.Chain => "Link {0}",
        _ => "Wave {0}",
    };

    public static string Of(BatchState state) => state switch
    {
        BatchState.Planned => "planned",
        BatchState.Running => "running",
        BatchState.Complete => "complete",
        BatchState.Failed => "failed",
        _ => "cancelled",
    };

    public static string Of(MemberState state) => state switch
    {
        MemberState.Waiting => "waiting",
        MemberState.Building => "building",
        MemberState.Done => "done",
        MemberState.Failed => "failed",
        MemberState.Blocked => "blocked",
        _ => "cancelled",
    };

    /// <summary>Where its page is.</summary>
    public static string Address(BatchKind kind, long batch) => kind switch { BatchKind.Chain => $"/chains/{batch}", BatchKind.MassRebuild => $"/mass-rebuilds/{batch}", _ => $"/batches/{batch}" };
}
