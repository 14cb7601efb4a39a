namespace Skyline.Protocol;

/// <summary>A builder asks for work.</summary>
/// <param name="Arches">What this builder can build ("x86_64"); noarch goes with any.</param>
/// <param name="Version">Of its agent, as it was released: what its owner is told of goes by it.</param>
/// <param name="Isolation">How it isolates builds: "docker", "bubblewrap" or "vm".</param>
/// <param name="WaitSeconds">How many seconds the server may hold the request open until there is work (at most 60).</param>
/// <param name="Engines">What it can make buildroots with: "overlay", "mock"; and "overlay+vm" where it can isolate by virtual machines. Null: overlay alone.</param>
/// <param name="Report">What machine it is and how it stands; null: it does not say.</param>
/// <param name="Question">The builder's own name for this question, at most 64 letters: asked again under it, a run whose answer was lost on its way is given again. Null: it cannot be.</param>
/// <param name="Protocol">The version of the contract that it speaks (<see cref="BuilderContract.Version"/>): it is given nothing that it does not know. What says none speaks the first.</param>
public sealed record LeaseRequest(
    IReadOnlyList<string> Arches, string Version, string Isolation, int WaitSeconds, IReadOnlyList<string>? Engines = null, BuilderReport? Report = null,
    string? Question = null, int Protocol = 1);

/// <summary>A run that is now this builder's, and all it needs to know to do it.</summary>
/// <param name="RunId">Number of the run: every further call names it.</param>
/// <param name="TaskId">Number of the task that it is an attempt at.</param>
/// <param name="BuildId">Number of the build.</param>
/// <param name="Nvr">Of the build.</param>
/// <param name="Kind">"buildArch", "buildSRPM" or "checkNoarch", as <see cref="TaskDetails"/> has it.</param>
/// <param name="Arch">What it is to build for: an architecture, "noarch", or "src" where it makes a source package.</param>
/// <param name="LeasedUntil">When the run is lost if nothing is heard of the builder by then, in UTC; a heartbeat puts it off.</param>
/// <param name="HeartbeatSeconds">After how many seconds the builder is to be heard of again.</param>
/// <param name="Srpm">The source package; where Source is said, a repository's tree, as a tar.</param>
/// <param name="Buildroot">What the buildroot is made of.</param>
/// <param name="Limits">What the build may take.</param>
/// <param name="Options">What it is built with beside its spec and its chroot; null: nothing.</param>
/// <param name="Lock">The buildroot is made of exactly these packages, and nothing is resolved; each is served by its SHA-256. Null: the builder resolves.</param>
/// <param name="Source">The run makes a source package, of the tree that Srpm is. Null: it builds one.</param>
/// <param name="Trace">What the run is part of, as W3C's traceparent says it, where the server has its builds traced; null: it has not.</param>
public sealed record LeasedRun(
    long RunId, long TaskId, long BuildId, string Nvr, string Kind, string Arch,
    DateTimeOffset LeasedUntil, int HeartbeatSeconds,
    SourceFile Srpm, BuildrootRecipe Buildroot, RunLimits Limits, BuildOptions? Options = null, IReadOnlyList<LockedPackage>? Lock = null, SourceOrder? Source = null, string? Trace = null);

/// <summary>A file that a run is given.</summary>
/// <param name="FileName">What it is called.</param>
/// <param name="Sha256">Of the file, in lower-case hex.</param>
/// <param name="Size">In bytes.</param>
public sealed record SourceFile(string FileName, string Sha256, long Size);

/// <summary>What a clean buildroot is made of. The resolved set of packages is the builder's to compute and to report.</summary>
/// <param name="Chroot">Name of the chroot definition.</param>
/// <param name="ReleaseVersion">What $releasever stands for in the repositories' addresses.</param>
/// <param name="BuildrootArch">Architecture of the packages in the buildroot.</param>
/// <param name="TargetArch">What `rpmbuild --target` is given; differs from BuildrootArch only for cross targets.</param>
/// <param name="Packages">What every buildroot has: names, or "@group".</param>
/// <param name="Repos">What its packages are taken from: the tag's own repository, its chroot's, and external ones.</param>
/// <param name="Macros">rpm macros by name, without the per cent sign.</param>
/// <param name="Engine">"overlay", the builder's own, or "mock".</param>
/// <param name="Isolation">"vm": in a virtual machine or not at all. Null: as the builder isolates.</param>
/// <param name="Mock">What mock does where it is the engine: "root", it makes the buildroot and never sees the source package; "whole", it builds too, by `mock --rebuild`.</param>
public sealed record BuildrootRecipe(
    string Chroot, string ReleaseVersion, string BuildrootArch, string TargetArch,
    IReadOnlyList<string> Packages, IReadOnlyList<RecipeRepo> Repos, IReadOnlyDictionary<string, string> Macros, string Engine = "overlay", string? Isolation = null, string Mock = "root")
{
    /// <summary>What a builder must have said that it has.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Needs => Isolation is null ? Engine : $"{Engine}+{Isolation}";
}

/// <summary>A repository that a buildroot's packages are taken from; it has one of the three addresses.</summary>
/// <param name="Id">What dnf calls it, and the lock behind its packages.</param>
/// <param name="BaseUrl">Absolute, or a path on the Skyline server ("/repos/testos/@HASH/x86_64/"); null: it has another address.</param>
/// <param name="Metalink">Address of a metalink, absolute; null: it has another address.</param>
/// <param name="MirrorList">Address of a list of mirrors, absolute; null: it has another address.</param>
/// <param name="Priority">A lower one wins, as in dnf.</param>
/// <param name="GpgCheck">Packages must be signed by one of the keys.</param>
/// <param name="GpgKeys">Addresses of armored public keys, absolute or paths on the Skyline server.</param>
/// <param name="Pinned">The address never changes its content, so cached metadata is never asked after.</param>
public sealed record RecipeRepo(
    string Id, string? BaseUrl, string? Metalink, string? MirrorList, int Priority,
    bool GpgCheck, IReadOnlyList<string> GpgKeys, bool Pinned);

/// <summary>What one build may take: a slot's share of the builder's machine, within what the server allows.</summary>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="Processes">How many processes at a time.</param>
/// <param name="DiskBytes">Room on the disk, in bytes.</param>
/// <param name="Cpus">Processors; 1.5 are one and a half.</param>
/// <param name="WallSeconds">A build that takes more seconds is ended.</param>
/// <param name="SilenceSeconds">A build that writes no line for so many seconds is ended.</param>
/// <param name="LogBytes">The longest log that the server takes of a build, in bytes; 0: as long as the builder keeps.</param>
public sealed record RunLimits(long MemoryBytes, int Processes, long DiskBytes, double Cpus, int WallSeconds, int SilenceSeconds, long LogBytes = 0);

/// <summary>A builder is still at a run.</summary>
/// <param name="Phase">Where it is.</param>
public sealed record Heartbeat(RunPhase Phase);

/// <summary>What the server says to a heartbeat.</summary>
/// <param name="Cancel">The build was cancelled: stop, clean up, report nothing.</param>
/// <param name="LeasedUntil">When the run is lost if nothing more is heard of the builder by then, in UTC.</param>
public sealed record HeartbeatAnswer(bool Cancel, DateTimeOffset LeasedUntil);

/// <summary>How far the server has the log: what is to be sent next starts at this offset.</summary>
/// <param name="Bytes">How many bytes it has.</param>
public sealed record LogReceipt(long Bytes);

/// <summary>How a run ended.</summary>
/// <param name="Outcome">What it came to.</param>
/// <param name="Why">One sentence for the packager (Failed) or the operator (Lost); null where it succeeded.</param>
/// <param name="FailingLines">Of a failed run: the log's lines that say why, the cause first; empty: there are none.</param>
/// <param name="Files">All that was uploaded, and nothing else; empty where it did not succeed.</param>
/// <param name="Phases">How long each phase took.</param>
/// <param name="Lock">The buildroot's exact packages; empty: it was not made.</param>
/// <param name="FailingPlaces">Where in the log each of the failing lines is; null: the builder does not say.</param>
public sealed record RunReport(
    RunOutcome Outcome, string? Why, IReadOnlyList<string> FailingLines, IReadOnlyList<ResultFile> Files,
    IReadOnlyList<PhaseTiming> Phases, IReadOnlyList<LockedPackage> Lock, IReadOnlyList<LogPlace>? FailingPlaces = null);

/// <summary>A line of a log.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Offset">Of its first byte.</param>
public sealed record LogPlace(long Line, long Offset);

/// <summary>A file already uploaded with `PUT /api/runs/{id}/files/{name}`.</summary>
/// <param name="FileName">What it is called: "hello-2.12-1.x86_64.rpm".</param>
/// <param name="Sha256">Of the file, in lower-case hex.</param>
/// <param name="Size">In bytes.</param>
public sealed record ResultFile(string FileName, string Sha256, long Size);

/// <summary>How far the server has a result: what is to be sent next starts at this offset.</summary>
/// <param name="Bytes">How many bytes of it have come.</param>
/// <param name="Stored">It has it whole, and as a result of the run: nothing more is to be sent.</param>
public sealed record UploadState(long Bytes, bool Stored);

/// <summary>A package of a buildroot, exactly.</summary>
/// <param name="Nevra">"gcc-14.2.1-3.fc43.x86_64"; an epoch other than 0 stands before the version.</param>
/// <param name="Sha256">Of the package's file, in lower-case hex, as its repository's metadata says.</param>
/// <param name="Repo">Id of the recipe's repository that it came from; empty in locks of before it was written down.</param>
/// <param name="Size">In bytes; 0 in locks of before it was written down.</param>
public sealed record LockedPackage(string Nevra, string Sha256, string Repo, long Size = 0);
