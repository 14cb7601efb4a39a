namespace Skyline.Protocol;

/// <summary>A package that a new build would bring, as its file says it.</summary>
/// <param name="File">"libfoo-2-1.x86_64.rpm".</param>
/// <param name="SourceRpm">File name of the source package that it was built from.</param>
/// <param name="Provides">"NAME", or "NAME OPERATOR VERSION".</param>
/// <param name="Files">Paths that others may ask for.</param>
/// <param name="Requires">As Provides; rich ones as they are.</param>
public sealed record GivenPackage(string File, string SourceRpm, IReadOnlyList<string> Provides, IReadOnlyList<string> Files, IReadOnlyList<string> Requires);

/// <summary>A new build of a library, whose consequences are to be told.</summary>
/// <param name="Target">The target whose build tag is looked at, and in which what needs the library is rebuilt.</param>
/// <param name="Build">Number of the new build of the library: any that is complete, a scratch or a draft build too. Null: its packages are given.</param>
/// <param name="Packages">In place of a build: what its packages say of themselves.</param>
/// <param name="Start">The plan's mass rebuild is begun.</param>
/// <param name="Digest">Only if the plan is still the one of that digest.</param>
/// <param name="Changelog">What each rebuilt package's new changelog entry says; null: "Rebuild for NVR".</param>
/// <param name="Author">"Name &lt;mail&gt;" of those entries; null: Skyline's.</param>
/// <param name="Exclude">Names of source packages that are not rebuilt; null: none.</param>
/// <param name="Priority">0 to 100, as Koji's, the lower number goes first; null: 25, in the background.</param>
/// <param name="Retries">How often a build is done again that broke through no fault of the package, up to 10; null: twice.</param>
public sealed record NewBumpPlan(
    string Target, long? Build = null, IReadOnlyList<GivenPackage>? Packages = null, bool Start = false, string? Digest = null,
    string? Changelog = null, string? Author = null, IReadOnlyList<string>? Exclude = null, int? Priority = null, int? Retries = null);

/// <summary>A package that does not install any more until something is built anew.</summary>
/// <param name="Package">NEVRA of the package.</param>
/// <param name="Source">Name of its source package.</param>
/// <param name="Unmet">What it requires and nothing has.</param>
/// <param name="Through">The package that it needs, and that broke before it; null: what it requires itself has gone.</param>
public sealed record BrokenInstall(string Package, string Source, IReadOnlyList<string> Unmet, string? Through = null);

/// <summary>What a new build of a library comes to, before anything is built.</summary>
/// <param name="Target">The target that was asked for.</param>
/// <param name="Tag">The tag that was looked at: the one that the target builds with.</param>
/// <param name="Library">Its source package.</param>
/// <param name="New">NVR of the new build.</param>
/// <param name="Old">NVR of what the tag holds of it now; null: nothing.</param>
/// <param name="Gone">What the old packages offer and the new ones do not.</param>
/// <param name="Come">The other way round.</param>
/// <param name="Broken">What does not install any more, until the rebuilds are there: directly first, then what breaks through others.</param>
/// <param name="Rebuilds">What must be built anew, in order.</param>
/// <param name="CannotRebuild">What would have to be, and cannot: those stay broken.</param>
/// <param name="NoLongerBuild">Sources of the tag that need, to be built, something that has gone.</param>
/// <param name="Cycles">Sources whose buildroots need each other's broken packages.</param>
/// <param name="EstimatedSeconds">By how long each took last, on the builders that are here now.</param>
/// <param name="Notes">What else there is to know, a sentence each.</param>
/// <param name="Digest">32 letters, the same for the same plan.</param>
/// <param name="MassRebuild">Number of the one that was begun; null: none was.</param>
public sealed record BumpPlan(
    string Target, string Tag, string Library, string New, string? Old, IReadOnlyList<string> Gone, IReadOnlyList<string> Come, IReadOnlyList<BrokenInstall> Broken,
    IReadOnlyList<PlannedRebuild> Rebuilds, IReadOnlyList<LeftOut> CannotRebuild, IReadOnlyList<LeftOut> NoLongerBuild, IReadOnlyList<IReadOnlyList<string>> Cycles,
    double EstimatedSeconds, IReadOnlyList<string> Notes, string Digest, long? MassRebuild = null);
