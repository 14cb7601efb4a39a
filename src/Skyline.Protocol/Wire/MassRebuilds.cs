using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Which packages of a tag: whatever one of these finds.</summary>
/// <param name="All">Every package of it.</param>
/// <param name="Requires">Those with a package that requires such a capability ("libboost*.so.1.83"), or what a package of that name provides.</param>
/// <param name="BuildRequires">Those whose source package does.</param>
/// <param name="Packages">Names of source packages.</param>
public sealed record PackageQuery(bool All = false, IReadOnlyList<string>? Requires = null, IReadOnlyList<string>? BuildRequires = null, IReadOnlyList<string>? Packages = null);

/// <param name="Target">What it builds from, and, when it is merged, into.</param>
/// <param name="Title">For people; null: said from the query.</param>
/// <param name="Changelog">What each package's new changelog entry says; null: the title.</param>
/// <param name="Author">"Name &lt;mail&gt;" of those entries; null: Skyline's.</param>
/// <param name="Bump">Each package's release is raised by one.</param>
/// <param name="Priority">As Koji's, the lower number goes first; null: in the background.</param>
/// <param name="Retries">How often a build is done again that broke through no fault of the package; null: twice.</param>
/// <param name="Exclude">Names of source packages that are left out.</param>
/// <param name="StopAtFailures">What needs a package that failed is not built; otherwise it is built with that package's earlier build.</param>
public sealed record NewMassRebuild(
    string Target, PackageQuery Query, string? Title = null, string? Changelog = null, string? Author = null, bool Bump = true, int? Priority = null, int? Retries = null,
    IReadOnlyList<string>? Exclude = null, bool StopAtFailures = false);

/// <param name="Nvr">Of the build whose source package is built again.</param>
/// <param name="After">Packages that are built before it.</param>
/// <param name="Seconds">How long its last build took; null: nobody knows.</param>
public sealed record PlannedRebuild(string Package, string Nvr, int Wave, IReadOnlyList<string> After, double? Seconds = null);

/// <summary>A package, and why it is not among them.</summary>
public sealed record LeftOut(string Package, string Why);

/// <summary>What a mass rebuild would do.</summary>
/// <param name="Tag">Whose packages they are.</param>
/// <param name="Into">The tag that it would be merged into.</param>
/// <param name="Cycles">Packages that need each other to be built. They are in one wave, each built with what there is of the others.</param>
/// <param name="EstimatedSeconds">By how long each took last, on the builders that are here now.</param>
/// <param name="Notes">What else there is to know, a sentence each.</param>
public sealed record MassRebuildPlan(
    string Target, string Tag, string Into, string Title, IReadOnlyList<PlannedRebuild> Packages, IReadOnlyList<LeftOut> LeftOut, IReadOnlyList<IReadOnlyList<string>> Cycles,
    double EstimatedSeconds, IReadOnlyList<string> Notes);

/// <summary>Why a build failed, as far as its end tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureKind>))]
public enum FailureKind { MissingRequirement, CompileError, TestFailure, PatchFailure, Files, Spec, Release, Limit, Infrastructure, Refused, Other }

/// <summary>Packages that failed of the same cause.</summary>
/// <param name="Cause">The line that they have in common, without what differs from build to build.</param>
public sealed record FailureGroup(FailureKind Kind, string Cause, IReadOnlyList<FailedRebuild> Packages);

public sealed record FailedRebuild(string Package, long? Build, string? Line);

/// <param name="Base">The target that it was asked for.</param>
/// <param name="Into">The tag that it is merged into.</param>
/// <param name="SecondsLeft">How long the rest of it takes, by how long each took last; null: it is over.</param>
/// <param name="Merged">When it was last merged.</param>
public sealed record MassRebuildDetails(
    BatchDetails Batch, string Base, string Into, string Asked, ReleaseBump? Bump, IReadOnlyList<FailureGroup> Failures, IReadOnlyList<LeftOut> LeftOut, double? SecondsLeft, DateTimeOffset? Merged);

public sealed record MassRebuildSummary(BatchSummary Batch, string Base, string Into, DateTimeOffset? Merged);

public sealed record MassRebuildPage(IReadOnlyList<MassRebuildSummary> MassRebuilds, long? NextBefore);

/// <param name="Force">Also if something would not install any more then.</param>
public sealed record MergeMassRebuild(bool Force = false);

/// <summary>What went, or would go, into the tag.</summary>
/// <param name="Skipped">What does not, and why: it has a newer build there meanwhile, say.</param>
/// <param name="Breaks">What would not install any more, a sentence each: with any of these nothing is merged, unless that is forced.</param>
/// <param name="Gates">The rules of a promotion, and whether they hold.</param>
public sealed record MergedMassRebuild(bool Preview, string Into, IReadOnlyList<string> Builds, IReadOnlyList<LeftOut> Skipped, IReadOnlyList<string> Breaks, IReadOnlyList<PromoteGate> Gates);

/// <summary>A package that has come to be left out of every mass rebuild, or one that is.</summary>
public sealed record NoAutoBuild(string Package, string? Why, string By, DateTimeOffset Since);

public sealed record NewNoAutoBuild(string? Why = null);
