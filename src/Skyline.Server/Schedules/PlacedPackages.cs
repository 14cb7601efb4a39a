using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Schedules;

/// <summary>A package that a repository holds.</summary>
sealed record PlacedPackage(string Name, string Arch, Evr Evr, string Sha256);

/// <summary>What the repositories of a buildroot hold now, purely: which package a name stands for is decided as dnf does, by priority, then version.</summary>
sealed class PlacedPackages
{
    readonly HashSet<string> repos = [];
    readonly Dictionary<(string Name, string Arch), (int Priority, PlacedPackage Package)> best = [];

    /// <param name="repo">As locks name it.</param>
    public void Add(string repo, int priority, IEnumerable<PlacedPackage> packages)
    {
        repos.Add(repo);
        foreach (var package in packages)
            if (!best.TryGetValue((package.Name, package.Arch), out var known) || priority < known.Priority || (priority == known.Priority && package.Evr > known.Package.Evr))
                best[(package.Name, package.Arch)] = (priority, package);
    }

    /// <summary>Whether another package would be in the place of one of these. Of a repository that is not known here nothing can be said.</summary>
    public bool WouldDiffer(IReadOnlyList<LockedPackage> packages) => packages.Any(package =>
        repos.Contains(package.Repo) && Nevra.TryParse(package.Nevra, out var nevra)
        && (!best.TryGetValue((nevra.Name, nevra.Arch), out var now) || now.Package.Sha256 != package.Sha256));
}
