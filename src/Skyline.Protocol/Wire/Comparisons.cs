using Skyline.Rpm;

namespace Skyline.Protocol;

/// <summary>What differs between two builds' binary packages, paired by name and architecture whatever their versions.</summary>
/// <param name="Before">Number of the first build.</param>
/// <param name="After">Number of the second.</param>
/// <param name="Identical">Both have the same binary packages, and each the same content hash (L0).</param>
/// <param name="OnlyBefore">File names of packages that the first build alone has.</param>
/// <param name="OnlyAfter">File names of packages that the second build alone has.</param>
/// <param name="Same">How many pairs have the same content hash.</param>
/// <param name="Differ">The pairs that have not, by name and architecture.</param>
public sealed record BuildComparison(
    long Before, long After, bool Identical, IReadOnlyList<string> OnlyBefore, IReadOnlyList<string> OnlyAfter, int Same, IReadOnlyList<PackageComparison> Differ);

/// <summary>A binary package that two builds both have, and not with the same content.</summary>
/// <param name="Name">Of the package.</param>
/// <param name="Arch">Its architecture.</param>
/// <param name="Before">Of the first build.</param>
/// <param name="After">Of the second.</param>
/// <param name="Differences">What differs; null where more than 200 pairs do, or one cannot be read: Why says which.</param>
/// <param name="Why">A sentence: why it was not looked into; null: it was.</param>
public sealed record PackageComparison(string Name, string Arch, RpmDetails Before, RpmDetails After, PackageDifferences? Differences, string? Why = null);
