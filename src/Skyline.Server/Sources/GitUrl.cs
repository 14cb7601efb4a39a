using System.Text.RegularExpressions;

namespace Skyline.Server.Sources;

/// <summary>
/// Where a Git repository is, taken apart and put together anew: what is not understood here is never seen by git, for which an address may
/// also be a file, a command or an option.
/// </summary>
/// <param name="Host">In lower case, a name or a number; of IPv6 with brackets.</param>
/// <param name="Port">The scheme's own, unless another was named.</param>
/// <param name="Path">Begins with a slash.</param>
public sealed partial record GitUrl(string Scheme, string Host, int Port, string Path)
{
    const int MostLetters = 1000;

    /// <summary>The schemes that are ever fetched from, and their ports; all but the first by a setting only.</summary>
    static readonly Dictionary<string, int> ports = new() { ["https"] = 443, ["http"] = 80, ["git"] = 9418 };

    public string Text => $"{Scheme}://{Host}{(Port == ports[Scheme] ? "" : $":{Port}")}{Path}";

    /// <summary>Without brackets, as a resolver knows it.</summary>
    public string BareHost => Host.Trim('[', ']');

    /// <summary>Whether an address is of the same server: scheme, host and port.</summary>
    public bool IsWhere(Uri address) => address.Scheme == Scheme && address.Port == Port && (address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost).Equals(Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the repository is called: the last part of its path.</summary>
    public string Name => Path.TrimEnd('/').Split('/')[^1] is var last && last.EndsWith(".git", StringComparison.Ordinal) && last.Length > 4 ? last[..^4] : last;

    /// <summary>"git+https://HOST/PATH#REF" is taken apart; both ends may be missing.</summary>
    public static (string Url, string? Ref) Split(string text)
    {
        var url = text.StartsWith("git+", StringComparison.Ordinal) ? text[4..] : text;
        return url.IndexOf('#') is >= 0 and var at ? (url[..at], url[(at + 1)..]) : (url, null);
    }

    /// <returns>Either the address, or a sentence that says what is wrong with it.</returns>
    /// <param name="schemes">Beside https.</param>
    public static (GitUrl? Url, string? Why) Parse(string? text, IReadOnlyCollection<string> schemes)
    {
        if (string.IsNullOrEmpty(text)) return (null, "A build from Git names the repository's address, https://HOST/PATH.");
        if (text.Length > MostLetters || text.Any(letter => letter <= ' ' || letter > '~')) return (null, "A repository's address has no spaces, no control characters and no letters beyond ASCII, and at most 1000 letters.");
        if (text[0] == '-') return (null, $"'{text}' is an option of git and no address; name the repository as https://HOST/PATH.");
        if (!text.Contains("://", StringComparison.Ordinal) || text.Contains("::", StringComparison.Ordinal) && !text.Contains("://[", StringComparison.Ordinal))
            return (null, $"'{text}' is no address that a server fetches from: SSH, files and transport helpers of git are not taken. Name the repository as https://HOST/PATH.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return (null, $"'{text}' is no address; name the repository as https://HOST/PATH.");
        if (uri.Scheme != "https" && !schemes.Contains(uri.Scheme)) return (null, $"'{uri.Scheme}' is no scheme that this server fetches Git repositories by: {(schemes.Count == 0 ? "https alone is" : $"https, {string.Join(", ", schemes)} are")} (Skyline:GitSchemes).");
        if (!ports.ContainsKey(uri.Scheme)) return (null, $"'{uri.Scheme}' is no scheme that Git repositories are fetched by, whatever the settings say; https is.");
        // (Where an address says who asks, its words would be in logs and on pages.)
        if (uri.UserInfo.Length > 0 || text.Contains('@') && text.IndexOf('@') < text.IndexOf('/', text.IndexOf("://", StringComparison.Ordinal) + 3)) return (null, "A repository's address says no user and no password: what opens a private one is given beside it, with `skyline git-credential add`.");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0) return (null, $"A repository's address has no query and no fragment; name a branch, a tag or a commit as the ref.");
        var host = (uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost).ToLowerInvariant();
        if (!Hosts().IsMatch(host)) return (null, $"'{uri.Host}' is no host's name.");
        // As it was written: Uri would have taken "/a/../b" and "%2e" for something else already.
        var path = text.IndexOf('/', text.IndexOf("://", StringComparison.Ordinal) + 3) is >= 0 and var slash ? text[slash..] : "";
        return Paths().IsMatch(path) && !path.Split('/').Any(part => part is "." or "..") ? (new(uri.Scheme, host, uri.Port is -1 ? ports[uri.Scheme] : uri.Port, path.TrimEnd('/')), null)
            : (null, $"'{path}' is no repository's path: it has letters, digits and . _ ~ + @ = , - between slashes, and no '..'.");
    }

    [GeneratedRegex(@"\A([a-z0-9]([a-z0-9_.-]{0,252}[a-z0-9])?|\[[0-9a-f:.]+\])\z")]
    private static partial Regex Hosts();

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~+@=,-]+)+/?\z")]
    private static partial Regex Paths();

    public override string ToString() => Text;
}
