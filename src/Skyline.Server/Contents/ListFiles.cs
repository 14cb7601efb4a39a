using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Contents;

/// <summary>A package's files, purely: those that are asked for, a page of them, by path.</summary>
static class ListFiles
{
    const int LongestPath = 4096;

    public static PackageFiles Of(IReadOnlyList<PackageFile> all, string? like, int start, int limit)
    {
        var matching = (string.IsNullOrEmpty(like) ? all : all.Where(file => file.Path.Contains(like, StringComparison.OrdinalIgnoreCase))).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        var page = matching.Skip(start).Take(limit).Select(Packed).ToList();
        return new(all.Count, matching.Count, page, start, start + page.Count < matching.Count && page.Count > 0 ? start + page.Count : null);
    }

    static PackedFile Packed(PackageFile file) => new(
        Cut(file.Path), ModeOf(file.Mode), IsPlain(file) ? file.Size : 0, Cut(file.Owner), Cut(file.Group), file.LinkTarget.Length > 0 ? Cut(file.LinkTarget) : null, file.Digest.Length > 0 ? Cut(file.Digest) : null, [.. Kinds(file.Flags)]);

    static bool IsPlain(PackageFile file) => (file.Mode & 0xf000) == 0x8000;

    static string Cut(string text) => text.Length <= LongestPath ? text : text[..LongestPath] + "…";

    static IEnumerable<string> Kinds(PackageFileFlags flags)
    {
        if (flags.HasFlag(PackageFileFlags.Config)) yield return flags.HasFlag(PackageFileFlags.NoReplace) ? "config(noreplace)" : "config";
        if (flags.HasFlag(PackageFileFlags.Doc)) yield return "doc";
        if (flags.HasFlag(PackageFileFlags.License)) yield return "license";
        if (flags.HasFlag(PackageFileFlags.Ghost)) yield return "ghost";
        if (flags.HasFlag(PackageFileFlags.Spec)) yield return "spec";
    }

    /// <summary>As `ls -l` writes it, with the bits of set-user-ID, set-group-ID and sticky.</summary>
    public static string ModeOf(int mode)
    {
        Span<char> text = stackalloc char[10];
        text[0] = (mode & 0xf000) switch { 0x4000 => 'd', 0xa000 => 'l', 0x8000 => '-', 0x2000 => 'c', 0x6000 => 'b', 0x1000 => 'p', 0xc000 => 's', _ => '?' };
        for (var bit = 0; bit < 9; bit++) text[bit + 1] = (mode & (0x100 >> bit)) != 0 ? "rwx"[bit % 3] : '-';
        if ((mode & 0x800) != 0) text[3] = text[3] == 'x' ? 's' : 'S';
        if ((mode & 0x400) != 0) text[6] = text[6] == 'x' ? 's' : 'S';
        if ((mode & 0x200) != 0) text[9] = text[9] == 'x' ? 't' : 'T';
        return text.ToString();
    }
}
