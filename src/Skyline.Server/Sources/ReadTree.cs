using System.Formats.Tar;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>What a repository's tree may be: so many files of so many bytes, and no link that leads out of it. Two looks: at git's list before anything is written, and at the archive as it passes.</summary>
static class ReadTree
{
    const int LongestLink = 4096, LongestPath = 4096;

    /// <summary>Of `git ls-tree -r -l -z`: "MODE TYPE OBJECT SIZE\tPATH" and a zero byte each.</summary>
    /// <exception cref="GitFailedException">It is too large.</exception>
    public static async Task<int> List(Stream output, SkylineSettings settings)
    {
        var (files, bytes) = (0, 0L);
        await foreach (var line in Records(output))
        {
            var words = line.Split('\t', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 4) throw new GitFailedException("git's list of its files cannot be read");
            if (++files > settings.SourceFiles) throw new GitFailedException($"it has more than {settings.SourceFiles} files (Skyline:SourceFiles)");
            // Of a submodule there is no size: its folder stays empty.
            if (!long.TryParse(words[3], out var size)) continue;
            if (words[0] == "120000" && size > LongestLink) throw new GitFailedException($"a symbolic link in it is {size} bytes long, and such links are not taken");
            if ((bytes += size) > settings.SourceBytes) throw new GitFailedException($"its files are larger than {settings.SourceBytes >> 20} MiB together (Skyline:SourceBytes)");
        }
        return files;
    }

    static async IAsyncEnumerable<string> Records(Stream output)
    {
        var record = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await output.ReadAsync(buffer)) > 0)
            for (var at = 0; at < read; at++)
                if (buffer[at] != 0)
                {
                    if (record.Length > LongestPath + 200) throw new GitFailedException("a file's path in it is too long");
                    record.WriteByte(buffer[at]);
                }
                else
                {
                    yield return Encoding.UTF8.GetString(record.GetBuffer(), 0, (int)record.Length);
                    record.SetLength(0);
                }
    }

    /// <summary>Reads an archive to its end.</summary>
    /// <returns>Null, or a sentence's end that says what is in it that is not taken.</returns>
    public static async Task<string?> Check(Stream archive, int mostFiles, CancellationToken ct)
    {
        await using var tar = new TarReader(archive, leaveOpen: true);
        var links = new HashSet<string>(StringComparer.Ordinal);
        for (var entries = 0; await tar.GetNextEntryAsync(copyData: false, ct) is { } entry; entries++)
        {
            // (Folders have entries too.)
            if (entries > 4L * mostFiles) return "it has more files than are taken";
            if (entry is PaxGlobalExtendedAttributesTarEntry) continue;
            if (WhyNot(entry, links) is { } why) return why;
        }
        return null;
    }

    static string? WhyNot(TarEntry entry, HashSet<string> links)
    {
        var path = entry.Name.TrimEnd('/');
        var parts = path.Split('/');
        if (parts.Any(part => part is "" or "." or "..") || path.Any(char.IsControl)) return $"a file of it is called '{Shown(path)}', which no file may be";
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
            if (links.Contains(path[..at])) return $"'{Shown(path)}' is behind a symbolic link of the same tree";
        if (entry.EntryType is TarEntryType.Directory or TarEntryType.RegularFile or TarEntryType.V7RegularFile) return null;
        if (entry.EntryType is not TarEntryType.SymbolicLink) return $"'{Shown(path)}' is neither a file nor a folder";
        links.Add(path);
        return LeadsOut(parts.Length - 1, entry.LinkName) ? $"the symbolic link '{Shown(path)}' leads out of it, to '{Shown(entry.LinkName)}'" : null;
    }

    /// <summary>So many folders up as it is deep at most, and then down: whatever other links are on the way down, they lead nowhere else either.</summary>
    /// <param name="depth">In how many folders the link is.</param>
    public static bool LeadsOut(int depth, string target)
    {
        if (target.Length == 0 || target[0] == '/') return true;
        var (up, down) = (0, false);
        foreach (var part in target.Split('/'))
            if (part == "..")
            {
                if (down || ++up > depth) return true;
            }
            else if (part is not ("" or ".")) down = true;
        return false;
    }

    static string Shown(string text) => new([.. text.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
