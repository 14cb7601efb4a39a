using Skyline.Rpm;

namespace Skyline.Protocol;

/// <summary>What differs between two builds' binary packages, paired by name and architecture whatever their versions.</summary>
/// <param name="Identical">Both have the same packages, and each the same content hash (L0).</param>
/// <param name="OnlyBefore">File names of packages that the first build alone has.</param>
/// <param name="Same">How many pairs have the same content hash.</param>
public sealed record BuildComparison(
    long Before, long After, bool Identical, IReadOnlyList<string> OnlyBefore, IReadOnlyList<string> OnlyAfter, int Same, IReadOnlyList<PackageComparison> Differ);

/// <param name="Differences">Null where there are more pairs than are looked into, or one cannot be read: Why says which.</param>
public sealed record PackageComparison(string Name, string Arch, RpmDetails Before, RpmDetails After, PackageDifferences? Differences, string? Why = null);
