namespace Skyline.Rpm;

/// <summary>Values that belong together (a file's name, its mode, its folder …) are kept in arrays side by side: they must be equally long.</summary>
static class CheckArrays
{
    static readonly (RpmTag Leads, RpmTag[] Follow)[] Groups =
    [
        (RpmTag.ProvideName, [RpmTag.ProvideFlags, RpmTag.ProvideVersion]),
        (RpmTag.RequireName, [RpmTag.RequireFlags, RpmTag.RequireVersion]),
        (RpmTag.ConflictName, [RpmTag.ConflictFlags, RpmTag.ConflictVersion]),
        (RpmTag.ObsoleteName, [RpmTag.ObsoleteFlags, RpmTag.ObsoleteVersion]),
        (RpmTag.RecommendName, [RpmTag.RecommendFlags, RpmTag.RecommendVersion]),
        (RpmTag.SuggestName, [RpmTag.SuggestFlags, RpmTag.SuggestVersion]),
        (RpmTag.SupplementName, [RpmTag.SupplementFlags, RpmTag.SupplementVersion]),
        (RpmTag.EnhanceName, [RpmTag.EnhanceFlags, RpmTag.EnhanceVersion]),
        (RpmTag.OldSuggestsName, [RpmTag.OldSuggestsFlags, RpmTag.OldSuggestsVersion]),
        (RpmTag.OldEnhancesName, [RpmTag.OldEnhancesFlags, RpmTag.OldEnhancesVersion]),
        (RpmTag.ChangelogTime, [RpmTag.ChangelogName, RpmTag.ChangelogText]),
    ];

    static readonly RpmTag[] PerFile =
    [
        RpmTag.FileSizes, RpmTag.LongFileSizes, RpmTag.FileModes, RpmTag.FileRdevs, RpmTag.FileMtimes, RpmTag.FileDigests, RpmTag.FileLinkTos,
        RpmTag.FileFlags, RpmTag.FileUserName, RpmTag.FileGroupName, RpmTag.FileVerifyFlags, RpmTag.DirIndexes,
    ];

    public static void AgreeInLength(RpmHeader header, HeaderPart part)
    {
        foreach (var (leads, follow) in Groups)
        {
            foreach (var tag in follow)
                Agree(header, part, leads, tag);
        }
        var names = header.Has(RpmTag.BaseNames) ? RpmTag.BaseNames : RpmTag.OldFileNames;
        foreach (var tag in PerFile)
            Agree(header, part, names, tag);
        if (!header.Has(names))
            return;
        if (!header.Has(RpmTag.FileFlags) || !header.Has(RpmTag.FileModes))
            throw part.Bad("lists files without their modes and flags");
        if (names == RpmTag.BaseNames)
            CheckFolders(header, part);
    }

    /// <summary>Ancient packages may lack the followers; where they are, there is one for each.</summary>
    static void Agree(RpmHeader header, HeaderPart part, RpmTag leads, RpmTag follows)
    {
        var count = header.Count(follows);
        if (count != 0 && count != header.Count(leads))
            throw part.Bad($"has {header.Count(leads)} values of {leads} but {count} of {follows}");
    }

    static void CheckFolders(RpmHeader header, HeaderPart part)
    {
        var indexes = header.NumbersOf(RpmTag.DirIndexes);
        var folders = header.Count(RpmTag.DirNames);
        if (indexes.Count == 0)
            throw part.Bad("lists files without their folders");
        for (var i = 0; i < indexes.Count; i++)
        {
            if (indexes[i] >= folders)
                throw part.Bad($"puts a file into folder {indexes[i]} of {folders}");
        }
    }
}
