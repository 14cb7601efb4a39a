using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Locks;

/// <summary>A package that one lock has and another has otherwise; one of the two is null where it came or went.</summary>
sealed record LockChange(string Name, string Arch, LockedPackage? Before, LockedPackage? After);

/// <summary>How the packages of two locks differ, purely, and what lies between the two.</summary>
static class CompareLocks
{
    /// <summary>By name, then architecture. Packages of the same bytes are the same, wherever they came from.</summary>
    public static IReadOnlyList<LockChange> Of(IReadOnlyList<LockedPackage> before, IReadOnlyList<LockedPackage> after)
    {
        var (had, has) = (before.Select(package => package.Sha256).ToHashSet(), after.Select(package => package.Sha256).ToHashSet());
        var gone = before.Where(package => !has.Contains(package.Sha256)).ToLookup(KeyOf);
        var come = after.Where(package => !had.Contains(package.Sha256)).ToLookup(KeyOf);
        return
        [
            .. gone.Select(one => one.Key).Union(come.Select(one => one.Key)).OrderBy(key => key.Name, StringComparer.Ordinal).ThenBy(key => key.Arch, StringComparer.Ordinal)
                .SelectMany(key => Paired(key, [.. gone[key]], [.. come[key]])),
        ];
    }

    /// <summary>Of a package that may be there several times over (kernels), each is its own.</summary>
    static IEnumerable<LockChange> Paired((string Name, string Arch) key, List<LockedPackage> gone, List<LockedPackage> come) =>
        Enumerable.Range(0, Math.Max(gone.Count, come.Count)).Select(at => new LockChange(key.Name, key.Arch, gone.ElementAtOrDefault(at), come.ElementAtOrDefault(at)));

    static (string Name, string Arch) KeyOf(LockedPackage package) => Nevra.TryParse(package.Nevra, out var nevra) ? (nevra.Name, nevra.Arch) : (package.Nevra, "");

    /// <summary>The lock before, with some of the changes: all of them make it the one after.</summary>
    public static IReadOnlyList<LockedPackage> Mixed(IReadOnlyList<LockedPackage> before, IEnumerable<LockChange> some)
    {
        var (without, with) = (new HashSet<string>(), new List<LockedPackage>());
        foreach (var change in some)
        {
            if (change.Before is { } gone) without.Add(gone.Sha256);
            if (change.After is { } come) with.Add(come);
        }
        return [.. before.Where(package => !without.Contains(package.Sha256)), .. with];
    }
}
