namespace Skyline.Rpm;

#pragma warning disable CS1591 // Called as in rpmfiles.h, which says what each is.
/// <summary>What a package says of a file (rpm's RPMFILE bits; others may be set).</summary>
[Flags]
public enum PackageFileFlags : uint
{
    None = 0,
    Config = 1 << 0,
    Doc = 1 << 1,
    MissingOk = 1 << 3,
    NoReplace = 1 << 4,
    Spec = 1 << 5,
    Ghost = 1 << 6,
    License = 1 << 7,
}
#pragma warning restore CS1591

/// <summary>One file of a package.</summary>
/// <param name="Path">Absolute; a plain name in a source package.</param>
/// <param name="Mode">Type and permissions as in stat(2).</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">Hex, by the algorithm of tag 5011; empty for what is not a regular file.</param>
/// <param name="LinkTarget">Of a symbolic link, else empty.</param>
/// <param name="Flags">What kind of file it is to the package.</param>
/// <param name="Owner">Name of the user that it belongs to.</param>
/// <param name="Group">Name of the group that it belongs to.</param>
public sealed record PackageFile(string Path, int Mode, PackageFileFlags Flags, long Size, string Digest, string LinkTarget, string Owner, string Group)
{
    const int TypeMask = 0xf000;
    const int Folder = 0x4000;

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => (Mode & TypeMask) == Folder;

    /// <summary>Whether the package owns it and does not bring it.</summary>
    public bool IsGhost => Flags.HasFlag(PackageFileFlags.Ghost);

    internal static IReadOnlyList<PackageFile> Of(RpmHeader header)
    {
        var paths = Paths(header);
        var modes = header.NumbersOf(RpmTag.FileModes);
        var flags = header.NumbersOf(RpmTag.FileFlags);
        var sizes = header.NumbersOf(header.Has(RpmTag.LongFileSizes) ? RpmTag.LongFileSizes : RpmTag.FileSizes);
        var digests = header.StringsOf(RpmTag.FileDigests);
        var links = header.StringsOf(RpmTag.FileLinkTos);
        var owners = header.StringsOf(RpmTag.FileUserName);
        var groups = header.StringsOf(RpmTag.FileGroupName);
        var found = new PackageFile[paths.Length];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = new(paths[i], (int)modes[i], (PackageFileFlags)(uint)flags[i], sizes.Count > 0 ? sizes[i] : 0,
                RpmHeader.Decode(digests.Next()), RpmHeader.Decode(links.Next()), RpmHeader.Decode(owners.Next()), RpmHeader.Decode(groups.Next()));
        }
        return found;
    }

    /// <summary>Version 4 keeps folders apart from names; version 3 kept whole paths.</summary>
    static string[] Paths(RpmHeader header)
    {
        if (!header.Has(RpmTag.BaseNames))
            return [.. header.Strings(RpmTag.OldFileNames)];
        var (folders, names) = (header.Strings(RpmTag.DirNames), header.Strings(RpmTag.BaseNames));
        var indexes = header.NumbersOf(RpmTag.DirIndexes);
        var paths = new string[names.Count];
        for (var i = 0; i < paths.Length; i++)
            paths[i] = folders[(int)indexes[i]] + names[i];
        return paths;
    }
}
