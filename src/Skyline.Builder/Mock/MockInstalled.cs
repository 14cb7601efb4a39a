using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>mock's list of what is in a root, "NEVRA BUILDTIME SIZE installed" a line, held against what should be.</summary>
static class MockInstalled
{
    const int MostNamed = 6, MostLines = 100_000;

    /// <returns>null when both are the same packages; else a clause that names some of the difference.</returns>
    public static string? Difference(string file, IReadOnlyCollection<RootPackage> should)
    {
        if (Read(file) is not { } there) return "it left no list of its packages";
        var wanted = should.Select(package => package.Nevra.ToString()).ToHashSet();
        string[] parts = [Clause("it lacks", wanted.Except(there)), Clause("it has besides", there.Except(wanted))];
        return parts.Any(part => part.Length > 0) ? string.Join(", and ", parts.Where(part => part.Length > 0)) : null;
    }

    /// <summary>Those of the packages that are there; null where there is no list, or others are on it.</summary>
    public static IReadOnlyList<RootPackage>? Within(string file, IReadOnlyCollection<RootPackage> most) =>
        Read(file) is { } there && there.IsSubsetOf(most.Select(package => package.Nevra.ToString())) ? [.. most.Where(package => there.Contains(package.Nevra.ToString()))] : null;

    static string Clause(string what, IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "" : $"{what} {string.Join(' ', all.Take(MostNamed))}{(all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "")}";
    }

    static HashSet<string>? Read(string file)
    {
        var there = new HashSet<string>();
        foreach (var line in new FollowedLines(file).Next().Take(MostLines))
        {
            var name = line.Split(' ')[0];
            // Keys are in rpm's database too, as packages that are none.
            if (name.StartsWith("gpg-pubkey-", StringComparison.Ordinal)) continue;
            // rpm writes an epoch of 0 where the package states one.
            there.Add(Nevra.TryParse(name, out var nevra) ? nevra.ToString() : name);
        }
        return there.Count > 0 ? there : null;
    }
}
