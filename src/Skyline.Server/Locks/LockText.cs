using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Server.Locks;

/// <summary>
/// A lock as it is kept, and as its hash names it: a sorted line "SHA256 NEVRA SIZE REPOSITORY" a package. Locks of before sizes and
/// repositories were written down have lines of two words; those come out again as they went in.
/// </summary>
static class LockText
{
    public static string Of(IEnumerable<LockedPackage> packages) => string.Concat(packages.Select(Line).Order(StringComparer.Ordinal));

    static string Line(LockedPackage package) => package.Repo.Length == 0
        ? $"{package.Sha256} {package.Nevra}\n"
        : string.Create(CultureInfo.InvariantCulture, $"{package.Sha256} {package.Nevra} {package.Size} {package.Repo}\n");

    public static IReadOnlyList<LockedPackage> Read(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words =>
        words.Length == 2 ? new LockedPackage(words[1], words[0], "") : new LockedPackage(words[1], words[0], words[3], long.Parse(words[2], CultureInfo.InvariantCulture)))];

    /// <summary>What it is made of would not come out of the text as it went in.</summary>
    public static bool IsUnwritable(LockedPackage package) =>
        !IsWord(package.Nevra) || package.Sha256.Length != 64 || !package.Sha256.All(char.IsAsciiHexDigitLower) || package.Size < 0 || (package.Repo.Length > 0 && !IsWord(package.Repo));

    static bool IsWord(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
