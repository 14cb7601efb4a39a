using System.Text;

namespace Skyline.Server.Sources;

/// <summary>A submodule that was followed.</summary>
/// <param name="Path">Where it is in the tree as a whole.</param>
sealed record Submodule(string Path, string Url, string Commit);

/// <summary>
/// What a repository says of its submodules, judged purely. All of it is a stranger's word: where git has been tricked by a submodule's name, path or
/// address before, nothing of that is used here. Names are looked at and used for nothing; paths are the tree's own; addresses are a repository's.
/// </summary>
static class Submodules
{
    /// <summary>So deep submodules have submodules.</summary>
    public const int Deepest = 5;

    /// <summary>Of the file .gitmodules, in bytes.</summary>
    public const int LargestFile = 256 << 10;

    /// <summary>Of `git config --list -z`: "submodule.NAME.path", a new line, the value, a zero byte.</summary>
    /// <returns>Addresses by path.</returns>
    /// <exception cref="GitFailedException">One is called what none may be.</exception>
    public static IReadOnlyDictionary<string, string> Read(byte[] listed)
    {
        var known = new Dictionary<string, (string? Path, string? Url)>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(listed).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = line.IndexOf('\n') is >= 0 and var at ? (line[..at], line[(at + 1)..]) : (line, "");
            if (!key.StartsWith("submodule.", StringComparison.Ordinal) || key.LastIndexOf('.') is var last && last <= "submodule.".Length) continue;
            var name = key["submodule.".Length..last];
            if (name.Split('/', '\\').Contains("..") || name[0] == '-' || name.Any(char.IsControl)) throw new GitFailedException("a submodule in it has a name that no submodule may have, with '..' or like an option");
            known.TryGetValue(name, out var one);
            if (key[(last + 1)..] == "path") known[name] = (value, one.Url);
            else if (key[(last + 1)..] == "url") known[name] = (one.Path, value);
        }
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, url) in known.Values) if (path is not null && url is not null) paths.TryAdd(path, url);
        return paths;
    }

    /// <returns>Null, or the end of a sentence.</returns>
    public static string? WhyNotAt(string path) =>
        RepositoryFolder.WhyNot(path) is not null || path.Split('/').Any(part => part.TrimEnd('.', ' ').Equals(".git", StringComparison.OrdinalIgnoreCase) || part.StartsWith("git~", StringComparison.OrdinalIgnoreCase))
            ? $"a submodule in it is at '{Shown(path)}', where none may be" : null;

    /// <summary>"../other" is beside the repository that names it, as git has it; all else is an address like any.</summary>
    public static (GitUrl? Url, string? Why) Address(GitUrl of, string text, IReadOnlyCollection<string> schemes)
    {
        if (!text.StartsWith("./", StringComparison.Ordinal) && !text.StartsWith("../", StringComparison.Ordinal)) return GitUrl.Parse(text, schemes);
        var parts = of.Path.Trim('/').Split('/').ToList();
        var rest = text;
        while (rest.StartsWith("./", StringComparison.Ordinal) || rest.StartsWith("../", StringComparison.Ordinal))
        {
            if (rest[1] == '.' && parts.Count == 0) return (null, $"'{Shown(text)}' leads out of {of.Host}.");
            if (rest[1] == '.') parts.RemoveAt(parts.Count - 1);
            rest = rest[(rest.IndexOf('/') + 1)..];
        }
        return GitUrl.Parse((of with { Path = string.Concat(parts.Append(rest).Select(part => "/" + part)) }).Text, [.. schemes, of.Scheme]);
    }

    static string Shown(string text) => new([.. text.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
