namespace Skyline.Protocol;

/// <summary>What one run's buildroot was made of.</summary>
/// <param name="Build">Number of the build.</param>
/// <param name="Run">Number of the run.</param>
/// <param name="Arch">What it was built for.</param>
/// <param name="Chroot">The chroot of the build's tag.</param>
/// <param name="Sha256">Of the lock's text: a sorted line "SHA256 NEVRA SIZE REPOSITORY" a package.</param>
/// <param name="Kept">How many of the packages this server has; as long as it has all, the run can be had exactly again.</param>
/// <param name="Packages">All that was in the buildroot, by NEVRA.</param>
public sealed record BuildLock(long Build, long Run, string Arch, string Chroot, string Sha256, int Kept, IReadOnlyList<LockPackage> Packages);

/// <summary>A package that was in a buildroot.</summary>
/// <param name="Nevra">"gcc-14.2.1-3.fc43.x86_64"; an epoch other than 0 stands before the version.</param>
/// <param name="Sha256">Of the package's file, in lower-case hex.</param>
/// <param name="Size">In bytes; 0 in locks of before it was written down.</param>
/// <param name="Repo">Id of the repository that it came from; empty in locks of before it was written down.</param>
/// <param name="Kept">Whether this server has it.</param>
/// <param name="Why">A sentence: why it is not kept; null: it is.</param>
public sealed record LockPackage(string Nevra, string Sha256, long Size, string Repo, bool Kept, string? Why = null);
