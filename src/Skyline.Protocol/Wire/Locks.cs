namespace Skyline.Protocol;

/// <summary>What one run's buildroot was made of.</summary>
/// <param name="Sha256">Of the lock's text: a sorted line "SHA256 NEVRA SIZE REPOSITORY" a package.</param>
/// <param name="Kept">How many of the packages this server has; as long as it has all, the run can be had exactly again.</param>
public sealed record BuildLock(long Build, long Run, string Arch, string Chroot, string Sha256, int Kept, IReadOnlyList<LockPackage> Packages);

/// <param name="Why">Why it is not kept.</param>
public sealed record LockPackage(string Nevra, string Sha256, long Size, string Repo, bool Kept, string? Why = null);
