namespace Skyline.Protocol;

/// <summary>A build as lists show it. Why is a sentence: what it waits for, or why it ended as it did.</summary>
public sealed record BuildSummary(
    long Id, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt);

/// <param name="Revision">Grows with every change: `GET /api/builds/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Timings">Seconds by step: queue, fetch, resolve, buildroot, rpmbuild, upload, publish.</param>
public sealed record BuildDetails(
    long Id, long Revision, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, string? Snapshot,
    IReadOnlyList<TaskDetails> Tasks, IReadOnlyList<RpmDetails> Rpms, IReadOnlyDictionary<string, double> Timings);

public sealed record TaskDetails(long Id, string Kind, string Arch, TaskState State, string? Why, IReadOnlyList<RunDetails> Runs);

/// <param name="FailingLines">Of a failed run: the log's lines that say why, first.</param>
/// <param name="FailingPlaces">Where in the log each of them is; null where that is not known.</param>
public sealed record RunDetails(
    long Id, string? Builder, RunState State, RunPhase Phase, string? Why, IReadOnlyList<string> FailingLines,
    DateTimeOffset? LeasedAt, DateTimeOffset? EndedAt, long LogBytes, IReadOnlyList<PhaseTiming> Phases, string? Vote, IReadOnlyList<LogPlace>? FailingPlaces = null);

/// <param name="Url">Path on this server that the file is served at.</param>
/// <param name="ContentHash">L0: the same for the unsigned and the signed file.</param>
public sealed record RpmDetails(string Nevra, string FileName, string Arch, long Size, string Sha256, string ContentHash, string Url);

/// <summary>How long one phase of a run took.</summary>
public sealed record PhaseTiming(RunPhase Phase, double Seconds);

/// <summary>An SRPM to fetch, instead of an upload: http or https.</summary>
public sealed record BuildFromUrl(string Url, string Target, bool Scratch = false);

public sealed record BuildPage(IReadOnlyList<BuildSummary> Builds, long? NextBefore);
