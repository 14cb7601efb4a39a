using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Which packages of a tag: whatever one of these finds.</summary>
/// <param name="All">Every package of it.</param>
/// <param name="Requires">Those with a package that requires such a capability ("libboost*.so.1.83"), or what a package of that name provides.</param>
/// <param name="BuildRequires">Those whose source package does.</param>
/// <param name="Packages">Names of source packages.</param>
public sealed record PackageQuery(bool All = false, IReadOnlyList<string>? Requires = null, IReadOnlyList<string>? BuildRequires = null, IReadOnlyList<string>? Packages = null);

/// <summary>A mass rebuild that is wanted.</summary>
/// <param name="Target">Name of the target that it builds from, and, when it is merged, into.</param>
/// <param name="Query">Which packages of the tag that the target builds with.</param>
/// <param name="Title">For people, one line of up to 300 letters; null: said from the query.</param>
/// <param name="Changelog">What each package's new changelog entry says; null: the title.</param>
/// <param name="Author">"Name &lt;mail&gt;" of those entries; null: Skyline's.</param>
/// <param name="Bump">Each package's release is raised by one.</param>
/// <param name="Priority">0 to 100, as Koji's, the lower number goes first; null: 25, in the background.</param>
/// <param name="Retries">How often a build is done again that broke through no fault of the package, up to 10; null: twice.</param>
/// <param name="Exclude">Names of source packages that are left out; null: none.</param>
/// <param name="StopAtFailures">What needs a package that failed is not built; otherwise it is built with that package's earlier build.</param>
/// <param name="By">When it shall be done, in UTC, within 30 days: pools grow for it; null: it has time.</param>
/// <param name="MostBuilders">How many builders of pools it may have at a time, from 1 to 1000; null: as many as the pools may have.</param>
public sealed record NewMassRebuild(
    string Target, PackageQuery Query, string? Title = null, string? Changelog = null, string? Author = null, bool Bump = true, int? Priority = null, int? Retries = null,
    IReadOnlyList<string>? Exclude = null, bool StopAtFailures = false, DateTimeOffset? By = null, int? MostBuilders = null);

/// <summary>A package that a mass rebuild would build again.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Nvr">Of the build whose source package is built again.</param>
/// <param name="Wave">From 1; those of a wave do not wait for one another.</param>
/// <param name="After">Names of source packages that are built before it.</param>
/// <param name="Seconds">How long its last build took, in seconds; null: nobody knows.</param>
public sealed record PlannedRebuild(string Package, string Nvr, int Wave, IReadOnlyList<string> After, double? Seconds = null);

/// <summary>A package, and why it is not among them.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Why">A sentence.</param>
public sealed record LeftOut(string Package, string Why);

/// <summary>What a mass rebuild would do.</summary>
/// <param name="Target">The target that was asked for.</param>
/// <param name="Tag">Whose packages they are.</param>
/// <param name="Into">The tag that it would be merged into.</param>
/// <param name="Title">What it would be called.</param>
/// <param name="Packages">What would be built again, in order.</param>
/// <param name="LeftOut">What would not, and why.</param>
/// <param name="Cycles">Packages that need each other to be built. They are in one wave, each built with what there is of the others.</param>
/// <param name="EstimatedSeconds">By how long each took last, on the builders that are here now.</param>
/// <param name="Notes">What else there is to know, a sentence each.</param>
public sealed record MassRebuildPlan(
    string Target, string Tag, string Into, string Title, IReadOnlyList<PlannedRebuild> Packages, IReadOnlyList<LeftOut> LeftOut, IReadOnlyList<IReadOnlyList<string>> Cycles,
    double EstimatedSeconds, IReadOnlyList<string> Notes);

/// <summary>Why a build failed, as far as its end tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>A BuildRequires that nothing provides, or that cannot be met together with others.</summary>
    MissingRequirement,
    /// <summary>The compiler, the linker or what else runs in %build or %install.</summary>
    CompileError,
    /// <summary>Its tests.</summary>
    TestFailure,
    /// <summary>%prep: a patch that does not apply, say.</summary>
    PatchFailure,
    /// <summary>%files names what is not there, or lacks what is.</summary>
    Files,
    /// <summary>The spec cannot be read.</summary>
    Spec,
    /// <summary>Its release cannot be raised.</summary>
    Release,
    /// <summary>It took more time, memory, room or log than a build may, or fell silent.</summary>
    Limit,
    /// <summary>Every builder that tried it was lost: no fault of the package.</summary>
    Infrastructure,
    /// <summary>It was built already, and could not be taken once more.</summary>
    Refused,
    /// <summary>Nothing of these, as far as can be told.</summary>
    Other,
}

/// <summary>Packages that failed of the same cause.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Cause">The line that they have in common, without what differs from build to build.</param>
/// <param name="Packages">Those that failed so, by name.</param>
public sealed record FailureGroup(FailureKind Kind, string Cause, IReadOnlyList<FailedRebuild> Packages);

/// <summary>A package that failed.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Build">Number of the build that failed; null: there was none.</param>
/// <param name="Line">The line of its log that says why, or the sentence with which it ended; null: nothing is known.</param>
public sealed record FailedRebuild(string Package, long? Build, string? Line);

/// <summary>A mass rebuild as it stands.</summary>
/// <param name="Batch">Its builds.</param>
/// <param name="Base">The target that it was asked for.</param>
/// <param name="Into">The tag that it is merged into: the destination of the target that it was asked for.</param>
/// <param name="Asked">Its title: as it was given, or said from the query.</param>
/// <param name="Bump">What is done to each package's release and changelog; null: they are built as they are.</param>
/// <param name="Failures">What failed, by cause, the commonest first.</param>
/// <param name="LeftOut">What is not built, and why.</param>
/// <param name="SecondsLeft">How many seconds the rest of it takes, by how long each took last; null: it is over.</param>
/// <param name="Merged">When it was last merged, in UTC; null: never.</param>
/// <param name="By">When it shall be done, in UTC; null: it has time.</param>
/// <param name="MostBuilders">How many builders of pools it may have at a time; null: as many as the pools may have.</param>
/// <param name="Late">That it will not be done by then, and when instead; null: it will, or it has time, or it is over.</param>
public sealed record MassRebuildDetails(
    BatchDetails Batch, string Base, string Into, string Asked, ReleaseBump? Bump, IReadOnlyList<FailureGroup> Failures, IReadOnlyList<LeftOut> LeftOut, double? SecondsLeft, DateTimeOffset? Merged,
    DateTimeOffset? By = null, int? MostBuilders = null, string? Late = null);

/// <summary>A mass rebuild as lists show it.</summary>
/// <param name="Batch">Its builds.</param>
/// <param name="Base">The target that it was asked for.</param>
/// <param name="Into">The tag that it is merged into.</param>
/// <param name="Merged">When it was last merged, in UTC; null: never.</param>
public sealed record MassRebuildSummary(BatchSummary Batch, string Base, string Into, DateTimeOffset? Merged);

/// <summary>Mass rebuilds, a page at a time.</summary>
/// <param name="MassRebuilds">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record MassRebuildPage(IReadOnlyList<MassRebuildSummary> MassRebuilds, long? NextBefore);

/// <summary>What a mass rebuild has built is to go into the tag.</summary>
/// <param name="Force">Also if something would not install any more then; administrators only.</param>
public sealed record MergeMassRebuild(bool Force = false);

/// <summary>What went, or would go, into the tag.</summary>
/// <param name="Preview">Nothing was done; this is what would be.</param>
/// <param name="Into">Name of the tag that it goes into.</param>
/// <param name="Builds">NVRs of what went or would go, in the order in which it is tagged.</param>
/// <param name="Skipped">What does not, and why: it has a newer build there meanwhile, say.</param>
/// <param name="Breaks">What would not install any more, a sentence each: with any of these nothing is merged, unless that is forced.</param>
/// <param name="Gates">The rules of a promotion, and whether they hold.</param>
public sealed record MergedMassRebuild(bool Preview, string Into, IReadOnlyList<string> Builds, IReadOnlyList<LeftOut> Skipped, IReadOnlyList<string> Breaks, IReadOnlyList<PromoteGate> Gates);

/// <summary>A package that has come to be left out of every mass rebuild, or one that is.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Why">As it was said; null: nothing was.</param>
/// <param name="By">Who said so.</param>
/// <param name="Since">When, in UTC.</param>
public sealed record NoAutoBuild(string Package, string? Why, string By, DateTimeOffset Since);

/// <summary>A package is to be left out of every mass rebuild of a tag.</summary>
/// <param name="Why">Up to 500 letters; null: nothing is said.</param>
public sealed record NewNoAutoBuild(string? Why = null);
