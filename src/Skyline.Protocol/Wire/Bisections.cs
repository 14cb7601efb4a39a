using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>How far the search for the guilty update is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BisectionState>))]
public enum BisectionState
{
    /// <summary>It builds, or is about to.</summary>
    Running,
    /// <summary>The guilty updates are named, and it was tried that it fails with them and builds without.</summary>
    Found,
    /// <summary>It is over, and no update could be named: its reason says why not.</summary>
    Inconclusive,
    /// <summary>Somebody ended it.</summary>
    Cancelled,
}

/// <summary>What a build with some of the updates says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeOutcome>))]
public enum ProbeOutcome
{
    /// <summary>It builds.</summary>
    Good,
    /// <summary>It does not, by a builder's word.</summary>
    Bad,
    /// <summary>Such a buildroot cannot be made, or no builder could build it: it says nothing.</summary>
    Unresolved,
}

/// <summary>A search for the update that makes a package fail.</summary>
/// <param name="Tag">The tag in whose history the two builds are.</param>
/// <param name="Package">Name of the source package.</param>
/// <param name="Good">Number of a build that is complete; null: the package's last good one.</param>
/// <param name="Bad">Number of a build that failed; null: its first bad one.</param>
/// <param name="MostProbes">It builds so many times at most, 4 to 500; null: 60.</param>
public sealed record NewBisection(string Tag, string Package, long? Good = null, long? Bad = null, int? MostProbes = null);

/// <summary>A search for the guilty update, as lists show it.</summary>
/// <param name="Id">Its number: `GET /api/bisections/{id}`.</param>
/// <param name="Revision">Grows with every change: `GET /api/bisections/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Tag">The tag that the package is in.</param>
/// <param name="Package">Name of the source package.</param>
/// <param name="Good">Number of the build that was good.</param>
/// <param name="Bad">Number of the build that failed.</param>
/// <param name="State">How far it is.</param>
/// <param name="Why">A sentence: why it came to nothing; null: it is not over, or it found something.</param>
/// <param name="Owner">Who began it; of one that began by itself, the owner of the failed build.</param>
/// <param name="CreatedAt">When it was begun, in UTC.</param>
/// <param name="EndedAt">When it was over, in UTC; null: it is not.</param>
/// <param name="Updates">How many updates lie between the two buildroots; 0 until they have been compared.</param>
/// <param name="Probes">How many builds were tried, the one that is on its way too.</param>
/// <param name="Guilty">Those that make it fail ("gcc 14.2-1 → 14.3-1"); several in one text do so only together. Empty: none is known.</param>
public sealed record BisectionSummary(
    long Id, long Revision, string Tag, string Package, long Good, long Bad, BisectionState State, string? Why, string Owner, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    int Updates, int Probes, IReadOnlyList<string> Guilty);

/// <summary>A search for the guilty update, with all that was tried.</summary>
/// <param name="Bisection">What lists show of it.</param>
/// <param name="Updates">What lies between the two buildroots, numbered from 0 by their place.</param>
/// <param name="Probes">In the order in which they were tried.</param>
public sealed record BisectionDetails(BisectionSummary Bisection, IReadOnlyList<BuildrootUpdate> Updates, IReadOnlyList<BisectionProbe> Probes);

/// <summary>Packages that came, went or were replaced together: built from one source package, or not to be installed apart.</summary>
/// <param name="Title">"gcc 14.2-1 → 14.3-1".</param>
/// <param name="Packages">Those that came, went or were replaced.</param>
public sealed record BuildrootUpdate(string Title, IReadOnlyList<PackageUpdate> Packages);

/// <summary>A package that is another in the second buildroot.</summary>
/// <param name="Name">Of the binary package.</param>
/// <param name="Arch">Its architecture.</param>
/// <param name="Before">NEVRA of what was there before; null: it came.</param>
/// <param name="After">NEVRA of what is there after; null: it went.</param>
public sealed record PackageUpdate(string Name, string Arch, string? Before, string? After);

/// <summary>A scratch build with some of the updates.</summary>
/// <param name="Build">Its number.</param>
/// <param name="Updates">The updates that it was built with, by number.</param>
/// <param name="Result">What it said; null: it is not over.</param>
/// <param name="Why">A sentence: why the build ended as it did; null: it succeeded, or is not over.</param>
public sealed record BisectionProbe(long Build, IReadOnlyList<int> Updates, ProbeOutcome? Result, string? Why);

/// <summary>Bisections, a page at a time.</summary>
/// <param name="Bisections">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record BisectionPage(IReadOnlyList<BisectionSummary> Bisections, long? NextBefore);

/// <summary>How the buildroots of two builds differ, on one architecture.</summary>
/// <param name="Before">Number of the first build.</param>
/// <param name="After">Number of the second.</param>
/// <param name="Arch">The architecture whose buildroots are compared.</param>
/// <param name="Updates">What the second has otherwise; empty: both were made of the same packages.</param>
public sealed record BuildrootDifference(long Before, long After, string Arch, IReadOnlyList<BuildrootUpdate> Updates);
