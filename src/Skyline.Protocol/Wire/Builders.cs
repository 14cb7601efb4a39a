using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A builder that is to be let in.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Owner">Who looks after the machine, in words: nobody's account.</param>
/// <param name="Channel">Name of the channel that it works in; null: `default`.</param>
public sealed record NewBuilder(string Name, string Owner, string? Channel = null);

/// <summary>A builder that was let in.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Token">What the agent shows the server with every request. Shown this once; the server keeps its hash only.</param>
public sealed record EnrolledBuilder(string Name, string Token);

/// <summary>Whether a builder gets work, as administrators have said.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuilderState>))]
public enum BuilderState
{
    /// <summary>It gets work.</summary>
    Enabled,
    /// <summary>It gets no new work, and has runs to finish.</summary>
    Draining,
    /// <summary>It gets no new work, and nothing of it runs any more: it may be stopped.</summary>
    Drained,
    /// <summary>It gets no new work; what it runs it finishes.</summary>
    Disabled,
}

/// <summary>A builder as lists show it.</summary>
/// <param name="Name">As it was enrolled.</param>
/// <param name="Owner">Who looks after the machine, in words.</param>
/// <param name="Enabled">Whether administrators let it have work: false while it is drained or disabled.</param>
/// <param name="Arches">What it can build, its own architectures before those that it emulates; empty: it has never asked for work.</param>
/// <param name="Version">Of its agent; null: it has never asked for work.</param>
/// <param name="Isolation">How its builds are isolated: "docker", "bubblewrap" or "vm"; null: it has never asked for work.</param>
/// <param name="LastSeenAt">When it was last heard of, in UTC; null: never.</param>
/// <param name="Running">How many runs it has now.</param>
/// <param name="State">Whether it gets work, as administrators have said.</param>
/// <param name="Reason">Why an administrator drains or disabled it; null: nobody said why.</param>
/// <param name="NoWork">Why it gets no work now, in a sentence; null: nothing but work is missing.</param>
/// <param name="Notice">What its owner should know: that it is of another version than the server; null: nothing.</param>
/// <param name="Channels">Names of the channels that it works in.</param>
/// <param name="Weight">1 to 100; who waits for work and has more is asked first.</param>
/// <param name="Slots">How many builds it does at once.</param>
public sealed record BuilderSummary(
    string Name, string Owner, bool Enabled, IReadOnlyList<string> Arches, string? Version, string? Isolation,
    DateTimeOffset? LastSeenAt, int Running, BuilderState State = BuilderState.Enabled, string? Reason = null, string? NoWork = null, string? Notice = null,
    IReadOnlyList<string>? Channels = null, int Weight = 10, int Slots = 1);

/// <summary>What a builder says of itself with every question for work. What does not fit within the bounds is cut off.</summary>
/// <param name="ForeignArches">Architectures whose programs it runs by emulation; it gets such work when no builder of that architecture is here. Null: none.</param>
/// <param name="Kernel">Release of its kernel, as `uname -r` has it; null: unknown.</param>
/// <param name="Distribution">PRETTY_NAME of its os-release; null: unknown.</param>
/// <param name="Mock">Version of mock in its mock image; null: it has no such image.</param>
/// <param name="Cores">Processors that the agent may use.</param>
/// <param name="MemoryBytes">Memory that the agent may use.</param>
/// <param name="FreeDiskBytes">Bytes left on the disk that it builds on.</param>
/// <param name="KeepsFreeBytes">With fewer bytes than this left it takes no work.</param>
/// <param name="Slots">How many builds it does at once.</param>
/// <param name="Clock">What its clock says as it asks, in UTC.</param>
/// <param name="Trouble">Why it can start no build now: its container engine does not answer. It asks for work all the same, so that this can be read here. Null: it can.</param>
public sealed record BuilderReport(
    IReadOnlyList<string>? ForeignArches, string? Kernel, string? Distribution, string? Mock, int Cores, long MemoryBytes,
    long FreeDiskBytes, long KeepsFreeBytes, int Slots, DateTimeOffset Clock, string? Trouble = null);

/// <summary>A builder with all that is known of it.</summary>
/// <param name="Builder">What lists show of it.</param>
/// <param name="Engines">What it makes buildroots with: "overlay", "mock", "overlay+vm".</param>
/// <param name="Report">What it last said of itself; null: nothing yet.</param>
/// <param name="ClockSkewSeconds">How far its clock is ahead of the server's, as it last asked; negative: behind. Null: not known.</param>
/// <param name="EnrolledAt">When it was let in, in UTC.</param>
/// <param name="Runs">What it runs, then what it ran last, the newest first; the last 50.</param>
public sealed record BuilderDetails(
    BuilderSummary Builder, IReadOnlyList<string> Engines, BuilderReport? Report, double? ClockSkewSeconds, DateTimeOffset EnrolledAt, IReadOnlyList<BuilderRun> Runs);

/// <summary>A run that a builder has or had.</summary>
/// <param name="RunId">Its number.</param>
/// <param name="BuildId">Number of the build that it is of.</param>
/// <param name="Nvr">Of that build.</param>
/// <param name="Arch">What it is built for: an architecture, "noarch", or "src" where a source package is made.</param>
/// <param name="State">Whether it still runs, and how it ended.</param>
/// <param name="Phase">Where it is; Done when it has ended.</param>
/// <param name="Why">A sentence: why it failed or was lost; null: it did not.</param>
/// <param name="LeasedAt">When the builder took it, in UTC.</param>
/// <param name="EndedAt">When it ended, in UTC; null: it still runs.</param>
public sealed record BuilderRun(
    long RunId, long BuildId, string Nvr, string Arch, RunState State, RunPhase Phase, string? Why, DateTimeOffset? LeasedAt, DateTimeOffset? EndedAt);

/// <summary>A builder is to be drained, disabled or enabled.</summary>
/// <param name="Reason">Up to 200 characters, shown with the builder; null: none.</param>
public sealed record BuilderOrder(string? Reason = null);

/// <summary>What is not given stays.</summary>
/// <param name="Weight">1 to 100; who waits for work and has more is asked first.</param>
public sealed record BuilderEdit(int? Weight = null);
