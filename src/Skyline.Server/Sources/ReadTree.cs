using System.Formats.Tar;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>What git lists of a tree, before anything of it is written.</summary>
/// <param name="Links">Submodules: where, and which commit.</param>
/// <param name="ModulesSize">Of the file .gitmodules, in bytes; null: there is none.</param>
sealed record TreeList(IReadOnlyList<(string Path, string Commit)> Links, long? ModulesSize);

/// <summary>What a repository's tree may be: so many files of so many bytes, and no link that leads out of it. Two looks: at git's list before anything is written, and at each entry as it passes.</summary>
static class ReadTree
{
    const int LongestLink = 4096, LongestPath = 4096;

    /// <summary>Of `git ls-tree -r -l -z`: "MODE TYPE OBJECT SIZE\tPATH" and a zero byte each.</summary>
    /// <exception cref="GitFailedException">It is too large.</exception>
    public static async Task<TreeList> List(Stream output, TreeRoom room)
    {
        var (links, modules) = (new List<(string, string)>(), (long?)null);
        await foreach (var line in Records(output))
        {
            if (line.Split('\t', 2) is not [var head, var path] || head.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var mode, _, var id, var told]) throw new GitFailedException("git's list of its files cannot be read");
            // Of a submodule there is no size.
            if (!long.TryParse(told, out var size)) links.Add((path, id));
            if (mode == "120000" && size > LongestLink) throw new GitFailedException($"a symbolic link in it is {size} bytes long, and such links are not taken");
            room.TakeFile(size);
            if (path != ".gitmodules") continue;
            if (mode == "120000") throw new GitFailedException("its file .gitmodules is a symbolic link, which git does not take either");
            modules = size;
        }
        return new(links, modules);
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

    /// <param name="path">In the tree as a whole.</param>
    /// <param name="links">Symbolic links that have passed; it is added to them, if it is one.</param>
    /// <returns>Null, or a sentence's end that says why it is not taken.</returns>
    public static string? WhyNot(TarEntry entry, string path, HashSet<string> links)
    {
        var parts = path.Split('/');
        if (parts.Any(part => part is "" or "." or "..") || path.Any(char.IsControl)) return $"a file of it is called '{Shown(path)}', which no file may be";
        if (links.Contains(path)) return $"'{Shown(path)}' is in the place of a symbolic link of the same tree";
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
