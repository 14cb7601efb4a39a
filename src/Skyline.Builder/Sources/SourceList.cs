using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>What a source package needs from elsewhere, purely: of what its spec names and the repository lacks, where each is and what it must be.</summary>
static partial class SourceList
{
    /// <param name="wanted">What Source and Patch lines name: addresses, or names of files.</param>
    /// <param name="listed">The lines of dist-git's file `sources`.</param>
    /// <returns>Either the files, or a sentence for the packager. What has no address is left out: rpmbuild says that it is missing.</returns>
    public static (IReadOnlyList<WantedFile> Files, string? Why) Of(IReadOnlyList<string> wanted, IReadOnlyList<string> listed, SourceOrder order)
    {
        var known = new Dictionary<string, (string Type, string Hash)>(StringComparer.Ordinal);
        foreach (var line in listed.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (Read(line) is not var (name, type, hash)) return ([], $"The file 'sources' has a line that says no file and its checksum: {(line.Length > 200 ? line[..200] + "…" : line)}");
            known[name] = (type, hash);
        }
        var files = new List<WantedFile>();
        foreach (var source in wanted)
        {
            // As rpm names it: all behind the last slash, of "…/v1.tar.gz#/hello-1.tar.gz" too.
            var name = source[(source.LastIndexOf('/') + 1)..];
            // (It becomes a file's name here.)
            if (name.Length is 0 or > 255 || name[0] == '.' || name.Any(char.IsControl)) return ([], "The spec names a source whose address does not end in a file's name; give it one, as in https://HOST/PATH#/NAME-1.tar.gz.");
            if (known.TryGetValue(name, out var told) && order.Lookaside is { } lookaside)
                files.Add(new(name, Address(lookaside, order.Name, name, told.Type, told.Hash), $"{told.Type}:{told.Hash}"));
            else if (source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
                files.Add(new(name, source.Split('#')[0], known.TryGetValue(name, out told) ? $"{told.Type}:{told.Hash}" : null));
            else if (source.Contains("://", StringComparison.Ordinal))
                return ([], $"The spec names {source}, which is neither in the repository nor at an http or https address; put {name} into the repository, or name it by https.");
        }
        return ([.. files.DistinctBy(file => file.FileName)], null);
    }

    /// <summary>"SHA512 (NAME) = HEX", or the older "MD5HEX  NAME".</summary>
    static (string Name, string Type, string Hash)? Read(string line) =>
        Tagged().Match(line) is { Success: true } tagged ? (tagged.Groups[2].Value, tagged.Groups[1].Value.ToLowerInvariant(), tagged.Groups[3].Value.ToLowerInvariant())
        : Plain().Match(line) is { Success: true } plain ? (plain.Groups[2].Value, "md5", plain.Groups[1].Value.ToLowerInvariant())
        : null;

    static string Address(string template, string name, string file, string type, string hash) => template
        .Replace("{name}", Uri.EscapeDataString(name), StringComparison.Ordinal).Replace("{file}", Uri.EscapeDataString(file), StringComparison.Ordinal)
        .Replace("{type}", type, StringComparison.Ordinal).Replace("{hash}", hash, StringComparison.Ordinal);

    [GeneratedRegex(@"\A(MD5|SHA1|SHA256|SHA384|SHA512) \(([^/()\s]+)\) = ([0-9A-Fa-f]+)\z")]
    private static partial Regex Tagged();

    [GeneratedRegex(@"\A([0-9A-Fa-f]{32})\s+\*?([^/\s]+)\z")]
    private static partial Regex Plain();
}
