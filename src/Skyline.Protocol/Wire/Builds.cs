namespace Skyline.Protocol;

/// <param name="Draft">Others may have its name, version and release; it is named by its number, or "NVR,draft_NUMBER".</param>
/// <summary>A build as lists show it. Why is a sentence: what it waits for, or why it ended as it did.</summary>
public sealed record BuildSummary(
    long Id, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, bool Draft = false);

/// <param name="Revision">Grows with every change: `GET /api/builds/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Timings">Seconds by step: queue, fetch, resolve, buildroot, rpmbuild, upload, publish.</param>
/// <param name="Options">Null: it is built as its spec and its chroot say.</param>
/// <param name="Priority">Koji's numbers: the lower goes first; 20 is usual, 25 background.</param>
/// <param name="Rebuild">Of a build that is an earlier one anew: which, and whether it came out the same.</param>
/// <param name="Source">Of a build from Git: where its source package was made from.</param>
public sealed record BuildDetails(
    long Id, long Revision, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, string? Snapshot,
    IReadOnlyList<TaskDetails> Tasks, IReadOnlyList<RpmDetails> Rpms, IReadOnlyDictionary<string, double> Timings,
    BuildOptions? Options = null, RebuildDetails? Rebuild = null, int Priority = 20, bool Draft = false, BuildSource? Source = null);

/// <param name="Of">The build whose source package was built again.</param>
/// <param name="Locked">From that build's own locks, exactly as then; otherwise from what there was when it was built again.</param>
/// <param name="Identical">Whether every binary package has the same content hash; null while that cannot be said.</param>
/// <param name="Differs">"ARCH/FILE" of binary packages that do not, or that only one of the two builds has.</param>
public sealed record RebuildDetails(long Of, bool Locked, bool? Identical, IReadOnlyList<string> Differs);

/// <param name="Target">Another than the build's own; null: that.</param>
/// <param name="Options">In place of the build's own; null: those.</param>
/// <param name="Scratch">False: a real build, published like any. Null: a scratch build.</param>
public sealed record RebuildOrder(bool Locked = false, string? Target = null, BuildOptions? Options = null, bool? Scratch = null);

/// <summary>What is not given stays.</summary>
public sealed record BuildEdit(int? Priority = null);

/// <param name="Why">Of one that waits: what for.</param>
/// <param name="Starts">When one that waits for a builder alone is expected to start; null: it does not wait, or nobody knows.</param>
public sealed record TaskDetails(long Id, string Kind, string Arch, TaskState State, string? Why, IReadOnlyList<RunDetails> Runs, StartEstimate? Starts = null);

/// <param name="Before">How many that wait are expected to start before it.</param>
/// <param name="Basis">What that is worked out from, in words.</param>
public sealed record StartEstimate(DateTimeOffset At, int Before, string Basis);

/// <param name="FailingLines">Of a failed run: the log's lines that say why, first.</param>
/// <param name="LockSha256">Of the lock's text; null before the run has reported.</param>
/// <param name="FailingPlaces">Where in the log each of the failing lines is; null where that is not known.</param>
public sealed record RunDetails(
    long Id, string? Builder, RunState State, RunPhase Phase, string? Why, IReadOnlyList<string> FailingLines,
    DateTimeOffset? LeasedAt, DateTimeOffset? EndedAt, long LogBytes, IReadOnlyList<PhaseTiming> Phases, string? Vote, string? LockSha256 = null,
    IReadOnlyList<LogPlace>? FailingPlaces = null);

/// <param name="Url">Path on this server that the file is served at.</param>
/// <param name="ContentHash">L0: the same for the unsigned and the signed file.</param>
public sealed record RpmDetails(string Nevra, string FileName, string Arch, long Size, string Sha256, string ContentHash, string Url);

/// <summary>How long one phase of a run took.</summary>
public sealed record PhaseTiming(RunPhase Phase, double Seconds);

/// <summary>A source package that is not uploaded with the question: the server fetches it, or it was sent ahead.</summary>
/// <param name="Url">http or https; null: it was sent ahead.</param>
/// <param name="Arches">Of a scratch build: the only architectures that it is built for.</param>
/// <param name="Priority">Null: 20, the usual.</param>
/// <param name="Sha256">Of one that was sent ahead (PUT /api/sources/{sha256}).</param>
public sealed record BuildFromUrl(
    string? Url, string Target, bool Scratch = false, BuildOptions? Options = null, IReadOnlyList<string>? Arches = null, int? Priority = null, bool Draft = false, string? Sha256 = null);

public sealed record BuildPage(IReadOnlyList<BuildSummary> Builds, long? NextBefore);
