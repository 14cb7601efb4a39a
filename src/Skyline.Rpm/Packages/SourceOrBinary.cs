namespace Skyline.Rpm;

/// <summary>Is it a source package? By the main header alone: the lead is not signed, nor in the content hash.</summary>
static class SourceOrBinary
{
    public static bool IsSource(RpmPackage package)
    {
        var header = package.Header;
        var claimsSource = header.Integer(RpmTag.SourcePackage) is > 0;
        var hasOrigin = header.Has(RpmTag.SourceRpm);
        // Readers differ on which tag they look at, so a file with both would be two packages at once.
        if (claimsSource && hasOrigin)
            throw new BadRpmException($"{package.File} says both that it is a source package and that it was built from {header.String(RpmTag.SourceRpm)}.");
        return claimsSource || (!hasOrigin && HasPlainFilesOnly(header));
    }

    /// <summary>What rpm does for ancient packages, which have neither tag: a source package's files have no folders.</summary>
    static bool HasPlainFilesOnly(RpmHeader header)
    {
        if (header.Has(RpmTag.OldFileNames))
            return header.Utf8(RpmTag.OldFileNames) is not [(byte)'/', ..];
        return header.Count(RpmTag.DirNames) == 1 && header.Utf8(RpmTag.DirNames).IsEmpty;
    }
}
