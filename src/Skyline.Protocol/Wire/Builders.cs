using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <param name="Channel">The channel that it works in; null: `default`.</param>
public sealed record NewBuilder(string Name, string Owner, string? Channel = null);

/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record EnrolledBuilder(string Name, string Token);

/// <summary>Draining: it gets no new work and has runs to finish; drained: nothing of it runs any more. A disabled builder finishes what it runs too.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuilderState>))]
public enum BuilderState { Enabled, Draining, Drained, Disabled }

/// <param name="Reason">Why an administrator drains or disabled it.</param>
/// <param name="NoWork">Why it gets no work now, in a sentence; null: nothing but work is missing.</param>
/// <param name="Notice">What its owner should know: that it is of another version than the server.</param>
/// <param name="Weight">1 to 100; who waits for work and has more is asked first.</param>
public sealed record BuilderSummary(
    string Name, string Owner, bool Enabled, IReadOnlyList<string> Arches, string? Version, string? Isolation,
    DateTimeOffset? LastSeenAt, int Running, BuilderState State = BuilderState.Enabled, string? Reason = null, string? NoWork = null, string? Notice = null,
    IReadOnlyList<string>? Channels = null, int Weight = 10, int Slots = 1);

/// <summary>What a builder says of itself with every question for work. What does not fit within the bounds is cut off.</summary>
/// <param name="ForeignArches">Architectures whose programs it runs by emulation; it gets such work when no builder of that architecture is here.</param>
/// <param name="Distribution">PRETTY_NAME of its os-release.</param>
/// <param name="Mock">Version of mock in its mock image.</param>
/// <param name="FreeDiskBytes">Left on the disk that it builds on.</param>
/// <param name="KeepsFreeBytes">With less than this left it takes no work.</param>
/// <param name="Clock">What its clock says as it asks.</param>
/// <param name="Trouble">Why it can start no build now: its container engine does not answer. It asks for work all the same, so that this can be read here.</param>
public sealed record BuilderReport(
    IReadOnlyList<string>? ForeignArches, string? Kernel, string? Distribution, string? Mock, int Cores, long MemoryBytes,
    long FreeDiskBytes, long KeepsFreeBytes, int Slots, DateTimeOffset Clock, string? Trouble = null);

/// <summary>A builder with all that is known of it.</summary>
/// <param name="ClockSkewSeconds">How far its clock is ahead of the server's, as it last asked; negative: behind.</param>
/// <param name="Runs">What it runs, then what it ran last, the newest first.</param>
public sealed record BuilderDetails(
    BuilderSummary Builder, IReadOnlyList<string> Engines, BuilderReport? Report, double? ClockSkewSeconds, DateTimeOffset EnrolledAt, IReadOnlyList<BuilderRun> Runs);

public sealed record BuilderRun(
    long RunId, long BuildId, string Nvr, string Arch, RunState State, RunPhase Phase, string? Why, DateTimeOffset? LeasedAt, DateTimeOffset? EndedAt);

/// <param name="Reason">Shown with the builder.</param>
public sealed record BuilderOrder(string? Reason = null);

/// <summary>What is not given stays.</summary>
public sealed record BuilderEdit(int? Weight = null);
