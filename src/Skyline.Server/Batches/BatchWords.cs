using Skyline.Protocol;

namespace Skyline.Server.Batches;

static class BatchWords
{
    public static string Of(BatchKind kind) => kind switch { BatchKind.Chain => "chain", BatchKind.MassRebuild => "mass rebuild", _ => "scheduled run" };

    /// <summary>What a wave of such a batch is called.</summary>
    public static string WaveOf(BatchKind kind) => kind == BatchKind.Chain ? "Link" : "Wave";
}
