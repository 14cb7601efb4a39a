using System.Buffers;

namespace Skyline.Rpm;

/// <summary>
/// A package's files are named by those who made it. A binary package's are absolute and never climb; a source package's have
/// no folder at all: rpmbuild unpacks them into one.
/// </summary>
static class CheckFileNames
{
    const long MaxPathBytes = 256 << 20;

    static readonly SearchValues<byte> Control = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), 0x7f]);

    public static void ArePlain(RpmPackage package)
    {
        var folders = package.Header.StringsOf(RpmTag.DirNames);
        var longest = 0;
        for (var i = folders.Count; i > 0; i--)
        {
            var folder = folders.Next();
            CheckFolder(package, folder);
            longest = Math.Max(longest, folder.Length);
        }
        CheckPathBytes(package, longest);
        var names = package.Header.StringsOf(RpmTag.BaseNames);
        for (var i = names.Count; i > 0; i--)
            CheckName(package, names.Next());
        var paths = package.Header.StringsOf(RpmTag.OldFileNames);
        for (var i = paths.Count; i > 0; i--)
            CheckPath(package, paths.Next());
    }

    static void CheckFolder(RpmPackage package, ReadOnlySpan<byte> folder)
    {
        if (package.IsSource)
        {
            if (!folder.IsEmpty)
                throw Bad(package, folder, "a source package's files have no folder");
            return;
        }
        if (folder is not [(byte)'/', .., (byte)'/'] and not [(byte)'/'])
            throw Bad(package, folder, "an installed file's folder begins and ends with a slash");
        if (folder.ContainsAny(Control) || Climbs(folder))
            throw Bad(package, folder, "it climbs out of its place or holds control characters");
    }

    static void CheckName(RpmPackage package, ReadOnlySpan<byte> name)
    {
        // The root folder itself, as the package "filesystem" owns it, is the folder / and an empty name.
        var unnamed = name.IsEmpty && package.IsSource;
        if (unnamed || name.Contains((byte)'/') || name.ContainsAny(Control) || name.SequenceEqual(".."u8) || name.SequenceEqual("."u8))
            throw Bad(package, name, "a file's name is not empty and has no slash, no control character and no dots alone");
    }

    /// <summary>A long folder's name that a million files share is short in the header and a bomb once paths are made of it.</summary>
    static void CheckPathBytes(RpmPackage package, long longestFolder)
    {
        if (longestFolder * package.Header.Count(RpmTag.BaseNames) > MaxPathBytes)
            throw new BadRpmException($"{package.File} lists {package.Header.Count(RpmTag.BaseNames)} files in folders with names of up to {longestFolder} bytes; their paths would take more than {MaxPathBytes} bytes.");
    }

    static void CheckPath(RpmPackage package, ReadOnlySpan<byte> path)
    {
        if (package.IsSource)
            CheckName(package, path);
        else if (path is not [(byte)'/', ..] || path.ContainsAny(Control) || Climbs(path))
            throw Bad(package, path, "an installed file's path is absolute and does not climb");
    }

    static bool Climbs(ReadOnlySpan<byte> path) => path.IndexOf("/../"u8) >= 0 || path.EndsWith("/.."u8);

    static BadRpmException Bad(RpmPackage package, ReadOnlySpan<byte> name, string rule) =>
        new($"{package.File} holds the file name \"{CheckNevra.Shown(RpmHeader.Decode(name))}\": {rule}.");
}
