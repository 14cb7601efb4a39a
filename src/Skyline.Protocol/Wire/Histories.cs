using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What a build says of its package.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackageResult>))]
public enum PackageResult
{
    /// <summary>It builds.</summary>
    Good,
    /// <summary>It does not, by a builder's word.</summary>
    Bad,
    /// <summary>It was cancelled, or no builder could build it; that says nothing of the package.</summary>
    Unknown,
}

/// <summary>One build of a package in a tag, as its history tells it.</summary>
/// <param name="Build">Its number.</param>
/// <param name="Nvr">Of that build.</param>
/// <param name="Batch">Number of the scheduled run's batch that it is of; null: a real build.</param>
/// <param name="Result">What it says of the package.</param>
/// <param name="At">When it ended, in UTC.</param>
/// <param name="Why">A sentence: why it did not succeed; null: it did.</param>
public sealed record PackageOutcome(long Build, string Nvr, long? Batch, PackageResult Result, DateTimeOffset At, string? Why);

/// <summary>How the builds of a package in a tag went.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Package">Name of the source package.</param>
/// <param name="Result">Whether it builds now; unknown where nothing is known of it yet.</param>
/// <param name="Since">Since when that is so, in UTC; null: nothing is known of it yet.</param>
/// <param name="LastGood">Number of the last build that counts and succeeded; null: none did yet.</param>
/// <param name="FirstBad">Number of the first build that failed after the last that did not; null while it builds.</param>
/// <param name="Bisection">The newest search for what made it fail; null: there was none.</param>
/// <param name="Outcomes">The newest first.</param>
/// <param name="NextBefore">Where older ones begin: ask for `before=` this; null: these are the last.</param>
public sealed record PackageHistory(
    string Tag, string Package, PackageResult Result, DateTimeOffset? Since, long? LastGood, long? FirstBad, BisectionSummary? Bisection, IReadOnlyList<PackageOutcome> Outcomes, long? NextBefore);

/// <summary>A package of a tag that does not build now.</summary>
/// <param name="Package">Name of the source package.</param>
/// <param name="Nvr">What failed last.</param>
/// <param name="Since">Since when, in UTC.</param>
/// <param name="FirstBad">Number of the first build that failed after the last that did not.</param>
/// <param name="LastBad">Number of the newest build that failed.</param>
/// <param name="LastGood">Number of the last build that succeeded; null: none did.</param>
/// <param name="Why">A sentence: why the newest one failed; null: it is not known.</param>
/// <param name="Bisection">The newest search for what made it fail; null: there was none.</param>
public sealed record FailingPackage(string Package, string Nvr, DateTimeOffset Since, long FirstBad, long LastBad, long? LastGood, string? Why, BisectionSummary? Bisection);

/// <summary>Packages that fail alike.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Cause">The line that they have in common, without what differs from build to build.</param>
/// <param name="Packages">Those that fail so.</param>
public sealed record FailingCause(FailureKind Kind, string Cause, IReadOnlyList<FailingPackage> Packages);

/// <summary>Which packages of a tag do not build now, by cause.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Known">Of how many packages of the tag it is known whether they build.</param>
/// <param name="Failing">How many do not build; of more than 5000 the newest.</param>
/// <param name="Causes">The commonest first.</param>
public sealed record FailingPackages(string Tag, int Known, int Failing, IReadOnlyList<FailingCause> Causes);
