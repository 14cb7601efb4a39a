namespace Skyline.Protocol;

/// <summary>A build as lists show it.</summary>
/// <param name="Id">Its number: `GET /api/builds/{id}`.</param>
/// <param name="Nvr">Name, version and release of its source package; until the spec of one from Git has said them, NAME-git-REF.</param>
/// <param name="Target">The target that it is for; empty: its packages were imported.</param>
/// <param name="Scratch">It goes into no tag.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: why it ended as it did; null: there is nothing to say. (What one waits for is told with the build itself.)</param>
/// <param name="Owner">Who submitted it.</param>
/// <param name="SubmittedAt">When it was submitted, in UTC.</param>
/// <param name="EndedAt">When it ended, in UTC; null: it has not.</param>
/// <param name="Draft">Others may have its name, version and release; it is named by its number, or "NVR,draft_NUMBER".</param>
public sealed record BuildSummary(
    long Id, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, bool Draft = false);

/// <summary>A build as it stands, with its tasks, runs and packages.</summary>
/// <param name="Id">Its number: `GET /api/builds/{id}`.</param>
/// <param name="Revision">Grows with every change: `GET /api/builds/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Nvr">Name, version and release of its source package; until the spec of one from Git has said them, NAME-git-REF.</param>
/// <param name="Target">The target that it is for; empty: its packages were imported.</param>
/// <param name="Scratch">It goes into no tag.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: what it waits for, or why it ended as it did; null: there is nothing to say.</param>
/// <param name="Owner">Who submitted it.</param>
/// <param name="SubmittedAt">When it was submitted, in UTC.</param>
/// <param name="EndedAt">When it ended, in UTC; null: it has not.</param>
/// <param name="Snapshot">Hash of the first snapshot that held it, of those that are kept; null: none did yet, or does any more.</param>
/// <param name="Tasks">One for each architecture that it is built for, and for each further step.</param>
/// <param name="Rpms">Its packages, by file name, once it is complete; empty before, and after they were removed.</param>
/// <param name="Timings">Seconds by step: queue, fetch, resolve, buildroot, rpmbuild, upload, publish. Of several architectures the slowest; steps that did not happen are not there.</param>
/// <param name="Options">Null: it is built as its spec and its chroot say.</param>
/// <param name="Rebuild">Of a build that is an earlier one anew: which, and whether it came out the same. Null: it is none.</param>
/// <param name="Priority">Koji's numbers: the lower goes first; 20 is usual, 25 background.</param>
/// <param name="Draft">Others may have its name, version and release; it is named by its number, or "NVR,draft_NUMBER".</param>
/// <param name="Source">Of a build from Git: where its source package was made from. Null: it came as a source package.</param>
public sealed record BuildDetails(
    long Id, long Revision, string Nvr, string Target, bool Scratch, BuildState State, string? Why, string Owner,
    DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, string? Snapshot,
    IReadOnlyList<TaskDetails> Tasks, IReadOnlyList<RpmDetails> Rpms, IReadOnlyDictionary<string, double> Timings,
    BuildOptions? Options = null, RebuildDetails? Rebuild = null, int Priority = 20, bool Draft = false, BuildSource? Source = null);

/// <summary>What a build that is an earlier one anew says of that one.</summary>
/// <param name="Of">Number of the build whose source package was built again.</param>
/// <param name="Locked">From that build's own locks, exactly as then; otherwise from what there was when it was built again.</param>
/// <param name="Identical">Whether every binary package has the same content hash; null while that cannot be said.</param>
/// <param name="Differs">"ARCH/FILE" of binary packages that do not, or that only one of the two builds has.</param>
public sealed record RebuildDetails(long Of, bool Locked, bool? Identical, IReadOnlyList<string> Differs);

/// <summary>A build is to be built again from its source package.</summary>
/// <param name="Locked">From the build's own locks, exactly as then; otherwise from what there is now.</param>
/// <param name="Target">Another than the build's own; null: that.</param>
/// <param name="Options">In place of the build's own; null: those.</param>
/// <param name="Scratch">False: a real build, published like any. Null: a scratch build.</param>
public sealed record RebuildOrder(bool Locked = false, string? Target = null, BuildOptions? Options = null, bool? Scratch = null);

/// <summary>What is not given stays.</summary>
/// <param name="Priority">Koji's numbers: the lower goes first; 0 to 99, 20 is usual, 25 background.</param>
public sealed record BuildEdit(int? Priority = null);

/// <summary>A unit of work of a build, for one architecture.</summary>
/// <param name="Id">Its number, over all builds.</param>
/// <param name="Kind">"buildArch"; "buildSRPM" where a source package is made of a Git tree; "checkNoarch" where what is of no architecture is built once more elsewhere.</param>
/// <param name="Arch">What it is built for: an architecture, "noarch", or "src" where a source package is made.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: of one that waits, what for; of one that came to nothing, why. Null: there is nothing to say.</param>
/// <param name="Runs">Builders' attempts at it, the first first.</param>
/// <param name="Starts">When one that waits for a builder alone is expected to start; null: it does not wait, or nobody knows.</param>
public sealed record TaskDetails(long Id, string Kind, string Arch, TaskState State, string? Why, IReadOnlyList<RunDetails> Runs, StartEstimate? Starts = null);

/// <summary>When a task is expected to get a builder.</summary>
/// <param name="At">In UTC.</param>
/// <param name="Before">How many that wait are expected to start before it.</param>
/// <param name="Basis">What that is worked out from, in words.</param>
public sealed record StartEstimate(DateTimeOffset At, int Before, string Basis);

/// <summary>One builder's attempt at a task.</summary>
/// <param name="Id">Its number, over all builds.</param>
/// <param name="Builder">The builder that has it or had it; null: nobody has taken it yet.</param>
/// <param name="State">Whether it still runs, and how it ended.</param>
/// <param name="Phase">Where it is; Done when it has ended.</param>
/// <param name="Why">A sentence: why it failed or was lost; null: it did not.</param>
/// <param name="FailingLines">Of a failed run: the log's lines that say why, the cause first; empty where there are none.</param>
/// <param name="LeasedAt">When the builder took it, in UTC; null: nobody has yet.</param>
/// <param name="EndedAt">When it ended, in UTC; null: it has not.</param>
/// <param name="LogBytes">How long its log is, in bytes.</param>
/// <param name="Phases">How long each phase took, once it has ended, in their order.</param>
/// <param name="Vote">What independent builders must agree on: SHA-256, lower-case hex, of the inputs and of every binary package's content hash. Null: it did not succeed.</param>
/// <param name="LockSha256">SHA-256, lower-case hex, of its lock's text; null before the run has reported.</param>
/// <param name="FailingPlaces">Where in the log each of the failing lines is; null where that is not known.</param>
/// <param name="QueuedAt">When it began to wait for a builder, in UTC.</param>
/// <param name="PhaseStarts">Of a run that has not reported: when it entered each phase after the first, as its builder told; null: it has told of none.</param>
public sealed record RunDetails(
    long Id, string? Builder, RunState State, RunPhase Phase, string? Why, IReadOnlyList<string> FailingLines,
    DateTimeOffset? LeasedAt, DateTimeOffset? EndedAt, long LogBytes, IReadOnlyList<PhaseTiming> Phases, string? Vote, string? LockSha256 = null,
    IReadOnlyList<LogPlace>? FailingPlaces = null, DateTimeOffset? QueuedAt = null, IReadOnlyList<PhaseStart>? PhaseStarts = null);

/// <summary>When a run entered a phase.</summary>
/// <param name="Phase">Which phase.</param>
/// <param name="At">In UTC, as the server heard of it.</param>
public sealed record PhaseStart(RunPhase Phase, DateTimeOffset At);

/// <summary>A package that a build made.</summary>
/// <param name="Nevra">"hello-2.12-1.x86_64"; an epoch other than 0 stands before the version: "hello-1:2.12-1.x86_64".</param>
/// <param name="FileName">"hello-2.12-1.x86_64.rpm".</param>
/// <param name="Arch">Its architecture, "noarch" or "src".</param>
/// <param name="Size">Of the file that is served, in bytes.</param>
/// <param name="Sha256">Of the file that is served, in lower-case hex: it changes when the package is signed anew.</param>
/// <param name="ContentHash">L0: SHA-256, lower-case hex, of the package without its signatures: the same for the unsigned and the signed file.</param>
/// <param name="Url">Path on this server that the file is served at.</param>
public sealed record RpmDetails(string Nevra, string FileName, string Arch, long Size, string Sha256, string ContentHash, string Url);

/// <summary>How long one phase of a run took.</summary>
/// <param name="Phase">Which phase.</param>
/// <param name="Seconds">In seconds, to the millisecond.</param>
public sealed record PhaseTiming(RunPhase Phase, double Seconds);

/// <summary>A source package that is not uploaded with the question: the server fetches it, or it was sent ahead.</summary>
/// <param name="Url">http or https; null: it was sent ahead.</param>
/// <param name="Target">The target that it is built for.</param>
/// <param name="Scratch">It goes into no tag.</param>
/// <param name="Options">What it is built with beside its spec and its chroot; null: nothing.</param>
/// <param name="Arches">Of a scratch build: the only architectures that it is built for. Null: all of the tag's.</param>
/// <param name="Priority">Null: 20, the usual.</param>
/// <param name="Draft">Others may have its name, version and release.</param>
/// <param name="Sha256">Of one that was sent ahead (PUT /api/sources/{sha256}), in lower-case hex; null: it is at the address.</param>
public sealed record BuildFromUrl(
    string? Url, string Target, bool Scratch = false, BuildOptions? Options = null, IReadOnlyList<string>? Arches = null, int? Priority = null, bool Draft = false, string? Sha256 = null);

/// <summary>Builds, a page at a time.</summary>
/// <param name="Builds">In the order that was asked for: the newest first as a rule.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
/// <param name="PreviousAfter">Where the page before this one ends: ask for `after=` this; null: this is the first, or it was not looked.</param>
/// <param name="Found">How many there are of what was asked for, counted up to 10,000; null: all builds were asked for, and nobody counted.</param>
/// <param name="FoundMore">There are more than `found`.</param>
public sealed record BuildPage(IReadOnlyList<BuildSummary> Builds, long? NextBefore, long? PreviousAfter = null, int? Found = null, bool FoundMore = false);
