using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Unknown: it was cancelled, or no builder could build it; that says nothing of the package.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageResult>))]
public enum PackageResult { Good, Bad, Unknown }

/// <summary>One build of a package in a tag, as its history tells it.</summary>
/// <param name="Batch">The scheduled run that it is of; null: a real build.</param>
public sealed record PackageOutcome(long Build, string Nvr, long? Batch, PackageResult Result, DateTimeOffset At, string? Why);

/// <summary>How the builds of a package in a tag went.</summary>
/// <param name="Result">Whether it builds now; unknown where nothing is known of it yet.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="FirstBad">The first build that failed after the last that did not; null while it builds.</param>
/// <param name="Bisection">The newest search for what made it fail.</param>
/// <param name="Outcomes">The newest first.</param>
public sealed record PackageHistory(
    string Tag, string Package, PackageResult Result, DateTimeOffset? Since, long? LastGood, long? FirstBad, BisectionSummary? Bisection, IReadOnlyList<PackageOutcome> Outcomes, long? NextBefore);

/// <param name="Nvr">What failed last.</param>
public sealed record FailingPackage(string Package, string Nvr, DateTimeOffset Since, long FirstBad, long LastBad, long? LastGood, string? Why, BisectionSummary? Bisection);

/// <summary>Packages that fail alike.</summary>
public sealed record FailingCause(FailureKind Kind, string Cause, IReadOnlyList<FailingPackage> Packages);

/// <param name="Known">Of how many packages of the tag it is known whether they build.</param>
/// <param name="Causes">The commonest first.</param>
public sealed record FailingPackages(string Tag, int Known, int Failing, IReadOnlyList<FailingCause> Causes);
