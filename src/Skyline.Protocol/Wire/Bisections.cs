using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Found: the guilty updates are named, and it was tried that it fails with them and builds without. Inconclusive: the reason says why not.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BisectionState>))]
public enum BisectionState { Running, Found, Inconclusive, Cancelled }

/// <summary>Unresolved: such a buildroot cannot be made, so it says nothing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeOutcome>))]
public enum ProbeOutcome { Good, Bad, Unresolved }

/// <param name="Good">A build that succeeded; null: the package's last good one.</param>
/// <param name="Bad">A build that failed; null: its first bad one.</param>
/// <param name="MostProbes">So many builds at most; null: 60.</param>
public sealed record NewBisection(string Tag, string Package, long? Good = null, long? Bad = null, int? MostProbes = null);

/// <param name="Revision">Grows with every change: `GET /api/bisections/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="Updates">How many updates lie between the two buildroots.</param>
/// <param name="Guilty">Those that make it fail ("gcc 14.2-1 → 14.3-1"); several in one text do so only together.</param>
public sealed record BisectionSummary(
    long Id, long Revision, string Tag, string Package, long Good, long Bad, BisectionState State, string? Why, string Owner, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt,
    int Updates, int Probes, IReadOnlyList<string> Guilty);

/// <param name="Updates">Numbered from 0 by their place.</param>
public sealed record BisectionDetails(BisectionSummary Bisection, IReadOnlyList<BuildrootUpdate> Updates, IReadOnlyList<BisectionProbe> Probes);

/// <summary>Packages that came, went or were replaced together: built from one source package, or not to be installed apart.</summary>
/// <param name="Title">"gcc 14.2-1 → 14.3-1".</param>
public sealed record BuildrootUpdate(string Title, IReadOnlyList<PackageUpdate> Packages);

/// <param name="Before">Null: it came.</param>
/// <param name="After">Null: it went.</param>
public sealed record PackageUpdate(string Name, string Arch, string? Before, string? After);

/// <param name="Updates">The updates that it was built with, by number.</param>
/// <param name="Result">Null: it is not over.</param>
public sealed record BisectionProbe(long Build, IReadOnlyList<int> Updates, ProbeOutcome? Result, string? Why);

public sealed record BisectionPage(IReadOnlyList<BisectionSummary> Bisections, long? NextBefore);

/// <summary>How the buildroots of two builds differ, on one architecture.</summary>
public sealed record BuildrootDifference(long Before, long After, string Arch, IReadOnlyList<BuildrootUpdate> Updates);
