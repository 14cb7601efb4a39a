using Skyline.Protocol;

namespace Skyline.Server.Batches;

/// <summary>What pages call things of batches: English, keys of translations.</summary>
static class BatchWords
{
    public static string Of(BatchKind kind) => kind switch { BatchKind.Chain => "chain", BatchKind.MassRebuild => "mass rebuild", _ => "scheduled run" };

    /// <summary>What a wave of such a batch is called.</summary>
    public static string WaveOf(BatchKind kind) => kind == BatchKind.Chain ? "Link" : "Wave";

    /// <summary>With its number as {0}.</summary>
    public static string NumberedWaveOf(BatchKind kind) => kind == BatchKind.Chain ? "Link {0}" : "Wave {0}";

    /// <summary>Where its page is.</summary>
    public static string Address(BatchKind kind, long batch) => kind switch { BatchKind.Chain => $"/chains/{batch}", BatchKind.MassRebuild => $"/mass-rebuilds/{batch}", _ => $"/batches/{batch}" };
}
