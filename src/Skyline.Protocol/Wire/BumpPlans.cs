namespace Skyline.Protocol;

/// <summary>A package that a new build would bring, as its file says it.</summary>
/// <param name="File">"libfoo-2-1.x86_64.rpm".</param>
/// <param name="SourceRpm">File name of the source package that it was built from.</param>
/// <param name="Provides">"NAME", or "NAME OPERATOR VERSION".</param>
/// <param name="Files">Paths that others may ask for.</param>
/// <param name="Requires">As Provides; rich ones as they are.</param>
public sealed record GivenPackage(string File, string SourceRpm, IReadOnlyList<string> Provides, IReadOnlyList<string> Files, IReadOnlyList<string> Requires);

/// <param name="Build">The new build of the library: any that is complete, a scratch or a draft build too.</param>
/// <param name="Packages">In place of a build: what its packages say of themselves.</param>
/// <param name="Start">The plan's mass rebuild is begun.</param>
/// <param name="Digest">Only if the plan is still the one of that digest.</param>
public sealed record NewBumpPlan(
    string Target, long? Build = null, IReadOnlyList<GivenPackage>? Packages = null, bool Start = false, string? Digest = null,
    string? Changelog = null, string? Author = null, IReadOnlyList<string>? Exclude = null, int? Priority = null, int? Retries = null);

/// <summary>A package that does not install any more until something is built anew.</summary>
/// <param name="Unmet">What it requires and nothing has.</param>
/// <param name="Through">The package that it needs, and that broke before it; null: what it requires itself has gone.</param>
public sealed record BrokenInstall(string Package, string Source, IReadOnlyList<string> Unmet, string? Through = null);

/// <summary>What a new build of a library comes to, before anything is built.</summary>
/// <param name="Library">Its source package.</param>
/// <param name="Old">What the tag holds of it now; null: nothing.</param>
/// <param name="Gone">What the old packages offer and the new ones do not.</param>
/// <param name="Come">The other way round.</param>
/// <param name="Broken">What does not install any more, until the rebuilds are there: directly first, then what breaks through others.</param>
/// <param name="Rebuilds">What must be built anew, in order.</param>
/// <param name="CannotRebuild">What would have to be, and cannot: those stay broken.</param>
/// <param name="NoLongerBuild">Sources of the tag that need, to be built, something that has gone.</param>
/// <param name="Cycles">Sources whose buildroots need each other's broken packages.</param>
/// <param name="EstimatedSeconds">By how long each took last, on the builders that are here now.</param>
/// <param name="Digest">The same for the same plan.</param>
/// <param name="MassRebuild">Number of the one that was begun.</param>
public sealed record BumpPlan(
    string Target, string Tag, string Library, string New, string? Old, IReadOnlyList<string> Gone, IReadOnlyList<string> Come, IReadOnlyList<BrokenInstall> Broken,
    IReadOnlyList<PlannedRebuild> Rebuilds, IReadOnlyList<LeftOut> CannotRebuild, IReadOnlyList<LeftOut> NoLongerBuild, IReadOnlyList<IReadOnlyList<string>> Cycles,
    double EstimatedSeconds, IReadOnlyList<string> Notes, string Digest, long? MassRebuild = null);
