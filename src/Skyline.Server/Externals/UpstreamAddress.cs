using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Server.Externals;

/// <summary>Addresses and paths of upstream repositories, purely: dnf's variables, and what a path may be.</summary>
static partial class UpstreamAddress
{
    const int MostLetters = 2000;

    /// <summary>As dnf puts its variables in.</summary>
    public static string Expand(string url, string arch, string releaseVersion) => Variable().Replace(url, match => NameOf(match) switch
    {
        "basearch" => BaseArch(arch),
        "arch" => arch,
        "releasever" => releaseVersion,
        _ => match.Value,
    });

    /// <summary>The architecture that repositories of this one are named by.</summary>
    static string BaseArch(string arch) => arch switch
    {
        "i386" or "i486" or "i586" or "i686" => "i386",
        "armv7hl" or "armv7hnl" or "armv8hl" => "armhfp",
        "armv5tel" or "armv6l" or "armv7l" => "arm",
        _ => arch,
    };

    public static bool UsesReleaseVersion(string url) => Variable().Matches(url).Any(match => NameOf(match) == "releasever");

    /// <returns>Null, or why the server does not ask there.</returns>
    public static string? WhyBad(string url, ExternalKind kind)
    {
        if (url.Length > MostLetters) return $"the address is longer than {MostLetters} letters";
        if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return "the address has blanks or control characters in it";
        if (Variable().Matches(url).FirstOrDefault(match => NameOf(match) is not ("basearch" or "arch" or "releasever")) is { } unknown)
            return $"${NameOf(unknown)} is not known here; $basearch, $arch and $releasever are";
        if (!Uri.TryCreate(Expand(url, "x86_64", "1"), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return "it is not an http or https address";
        if (address.UserInfo.Length > 0) return "the address holds a name or password, which everybody could read here";
        return kind == ExternalKind.BaseUrl && (address.Query.Length > 0 || address.Fragment.Length > 0) ? "a base URL has no ? and no #: the paths of files are put behind it" : null;
    }

    /// <summary>A repository's own word for where a file is, made harmless: relative, within the repository, unescaped.</summary>
    /// <returns>Null for what leads elsewhere.</returns>
    public static string? CleanPath(string? href)
    {
        if (href is not { Length: > 0 and <= MostLetters }) return null;
        var parts = (href.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(href) : href).Split('/').Where(part => part != ".").ToList();
        return parts.Count > 0 && parts.All(part => part is not ("" or "..") && !part.Contains('\\', StringComparison.Ordinal) && !part.Any(char.IsControl))
            && !parts[0].Contains(':', StringComparison.Ordinal) ? string.Join('/', parts) : null;
    }

    /// <param name="mirror">A base address.</param>
    /// <param name="path">A clean one.</param>
    public static Uri Of(string mirror, string path) =>
        new($"{mirror.TrimEnd('/')}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    static string NameOf(Match variable) => variable.Groups[1].Value + variable.Groups[2].Value;

    [GeneratedRegex(@"\$(?:\{([A-Za-z_0-9]+)\}|([A-Za-z_0-9]+))")]
    private static partial Regex Variable();
}
