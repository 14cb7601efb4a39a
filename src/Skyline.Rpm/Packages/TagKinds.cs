namespace Skyline.Rpm;

enum TagKind { Any, Text, Number, Binary }

/// <summary>What kind of value each tag holds, by rpm's own table; of tags that are not here, any.</summary>
static class TagKinds
{
    public static TagKind OfSignature(RpmTag tag) => tag switch
    {
        SignatureTag.Sha1 or SignatureTag.Sha256 or SignatureTag.Sha3 or SignatureTag.OpenPgp => TagKind.Text,
        SignatureTag.LongSize or SignatureTag.LongArchiveSize or SignatureTag.Size or SignatureTag.PayloadSize => TagKind.Number,
        SignatureTag.Dsa or SignatureTag.Rsa or SignatureTag.Pgp or SignatureTag.Md5 or SignatureTag.Gpg => TagKind.Binary,
        _ => TagKind.Any,
    };

    public static TagKind OfMain(RpmTag tag) => tag switch
    {
        RpmTag.Name or RpmTag.Version or RpmTag.Release or RpmTag.Summary or RpmTag.Description or RpmTag.BuildHost
            or RpmTag.Distribution or RpmTag.Vendor or RpmTag.License or RpmTag.Packager or RpmTag.Group or RpmTag.Source or RpmTag.Patch
            or RpmTag.Url or RpmTag.Arch or RpmTag.OldFileNames or RpmTag.FileDigests or RpmTag.FileLinkTos or RpmTag.FileUserName
            or RpmTag.FileGroupName or RpmTag.SourceRpm or RpmTag.ProvideName or RpmTag.RequireName or RpmTag.RequireVersion
            or RpmTag.ConflictName or RpmTag.ConflictVersion or RpmTag.ExcludeArch or RpmTag.ExclusiveArch or RpmTag.RpmVersion
            or RpmTag.ChangelogName or RpmTag.ChangelogText or RpmTag.BuildArchs or RpmTag.ObsoleteName or RpmTag.Cookie or RpmTag.FileLangs
            or RpmTag.ProvideVersion or RpmTag.ObsoleteVersion or RpmTag.BaseNames or RpmTag.DirNames or RpmTag.OptFlags
            or RpmTag.PayloadFormat or RpmTag.PayloadCompressor or RpmTag.PayloadFlags or RpmTag.Platform
            or RpmTag.OldSuggestsName or RpmTag.OldSuggestsVersion or RpmTag.OldEnhancesName or RpmTag.OldEnhancesVersion
            or RpmTag.RecommendName or RpmTag.RecommendVersion or RpmTag.SuggestName or RpmTag.SuggestVersion
            or RpmTag.SupplementName or RpmTag.SupplementVersion or RpmTag.EnhanceName or RpmTag.EnhanceVersion
            or RpmTag.Encoding or RpmTag.PayloadDigest or RpmTag.PayloadDigestAlt or RpmTag.SourceNevr or RpmTag.PayloadSha512
            or RpmTag.PayloadSha512Alt or RpmTag.PayloadSha3 or RpmTag.PayloadSha3Alt => TagKind.Text,
        RpmTag.Epoch or RpmTag.BuildTime or RpmTag.Size or RpmTag.FileSizes or RpmTag.FileModes or RpmTag.FileRdevs or RpmTag.FileMtimes
            or RpmTag.FileFlags or RpmTag.FileVerifyFlags or RpmTag.ArchiveSize or RpmTag.RequireFlags or RpmTag.NoSource or RpmTag.NoPatch
            or RpmTag.ConflictFlags or RpmTag.ChangelogTime or RpmTag.FileDevices or RpmTag.FileInodes or RpmTag.SourcePackage
            or RpmTag.ProvideFlags or RpmTag.ObsoleteFlags or RpmTag.DirIndexes or RpmTag.OldSuggestsFlags or RpmTag.OldEnhancesFlags
            or RpmTag.LongFileSizes or RpmTag.LongSize or RpmTag.FileDigestAlgo or RpmTag.RecommendFlags or RpmTag.SuggestFlags
            or RpmTag.SupplementFlags or RpmTag.EnhanceFlags or RpmTag.PayloadDigestAlgo or RpmTag.PayloadSize or RpmTag.PayloadSizeAlt
            or RpmTag.RpmFormat => TagKind.Number,
        RpmTag.SourcePkgId => TagKind.Binary,
        _ => TagKind.Any,
    };
}
