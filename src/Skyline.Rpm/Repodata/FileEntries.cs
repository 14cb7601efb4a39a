namespace Skyline.Rpm;

/// <summary>
/// The files of a package: all of them in filelists, and in primary those that dependencies commonly name (/etc, anything with
/// bin/ in its path, /usr/lib/sendmail), so that a solver seldom needs filelists.
/// </summary>
sealed class FileEntries
{
    const int TypeMask = 0xf000;
    const int Folder = 0x4000;

    const int KeptPath = 16 << 10, KeptFolders = 4096; // what a common package never exceeds; an uncommon one's memory is given back

    readonly XmlBuffer primary = new(8 << 10);
    byte[] path = new byte[512];
    (int Start, int Length)[] folders = new (int, int)[64];

    /// <summary>The lines for primary, once <see cref="Write"/> was called.</summary>
    public ReadOnlySpan<byte> Primary => primary.Written;

    public void Write(RpmHeader header, XmlBuffer filelists, DependencyEntries dependencies)
    {
        var whole = !header.Has(RpmTag.BaseNames);
        var names = header.StringsOf(whole ? RpmTag.OldFileNames : RpmTag.BaseNames);
        if (names.Count == 0)
            return;
        var indexes = header.NumbersOf(RpmTag.DirIndexes);
        var flags = header.NumbersOf(RpmTag.FileFlags);
        var modes = header.NumbersOf(RpmTag.FileModes);
        var allFolders = FindFolders(header);
        for (var i = 0; i < names.Count; i++)
        {
            var (start, length) = whole ? default : folders[indexes[i]];
            var full = Join(allFolders.Slice(start, length), names.Next());
            var open = OpenTag((int)modes[i], (PackageFileFlags)(uint)flags[i]);
            filelists.Raw("  "u8).Raw(open).Text(full).Raw("</file>\n"u8);
            if (!IsPrimary(full))
                continue;
            primary.Raw("    "u8).Raw(open).Text(full).Raw("</file>\n"u8);
            dependencies.Owns(full);
        }
    }

    /// <summary>Lets go of the package: a thread's writer outlives it.</summary>
    public void Forget()
    {
        primary.Clear();
        if (path.Length > KeptPath)
            path = new byte[512];
        if (folders.Length > KeptFolders)
            folders = new (int, int)[64];
    }

    public static bool IsPrimary(ReadOnlySpan<byte> path) =>
        path.StartsWith("/etc/"u8) || path.IndexOf("bin/"u8) >= 0 || path.SequenceEqual("/usr/lib/sendmail"u8);

    static ReadOnlySpan<byte> OpenTag(int mode, PackageFileFlags flags) =>
        (mode & TypeMask) == Folder ? "<file type=\"dir\">"u8
        : (flags & PackageFileFlags.Ghost) != 0 ? "<file type=\"ghost\">"u8
        : "<file>"u8;

    /// <summary>Where each folder's name lies in the header, so that files can find theirs by number.</summary>
    ReadOnlySpan<byte> FindFolders(RpmHeader header)
    {
        var count = header.Count(RpmTag.DirNames);
        if (folders.Length < count)
            folders = new (int, int)[count];
        var walk = header.StringsOf(RpmTag.DirNames);
        var all = walk.Rest;
        for (int i = 0, start = 0; i < count; i++)
        {
            folders[i] = (start, walk.Next().Length);
            start += folders[i].Length + 1;
        }
        return all;
    }

    ReadOnlySpan<byte> Join(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> name)
    {
        var length = folder.Length + name.Length;
        if (path.Length < length)
            path = new byte[length * 2];
        folder.CopyTo(path);
        name.CopyTo(path.AsSpan(folder.Length));
        return path.AsSpan(0, length);
    }
}
