using Skyline.Protocol;

namespace Skyline.Server.Builders;

/// <summary>What one build may take, purely: a slot's share of the builder's machine, within what the server's settings allow.</summary>
static class SlotShare
{
    /// <summary>No build is given less; what is overcommitted then is the operator's choice of slots.</summary>
    const long LeastMemory = 256L << 20;

    /// <param name="report">Null: the builder does not say what machine it is; nothing is assumed of it beyond one processor.</param>
    public static RunLimits Of(SkylineSettings settings, BuilderReport? report)
    {
        var cpus = report is null ? 1 : Math.Max(1, (double)report.Cores / report.Slots);
        var memory = report is not { MemoryBytes: > 0 } ? settings.BuildMemoryBytes : Math.Min(settings.BuildMemoryBytes, Math.Max(LeastMemory, report.MemoryBytes / report.Slots));
        return new(memory, settings.BuildProcesses, settings.BuildDiskBytes, cpus, settings.BuildWallSeconds, settings.BuildSilenceSeconds, Tasks.RunLog.LongestBuild(settings));
    }
}
