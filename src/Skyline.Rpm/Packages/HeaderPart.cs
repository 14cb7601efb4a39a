namespace Skyline.Rpm;

/// <summary>Which of a package's two headers is being read, of which file: the bounds that hold there, and the words for errors.</summary>
/// <param name="File">How a message names the file: "hello-1-1.x86_64.rpm", or "The package".</param>
/// <param name="Name">"signature header" or "main header".</param>
/// <param name="Region">The tag that opens its immutable region.</param>
/// <param name="WholeRegion">In the main header the region must cover all; signing tools have added to signature headers.</param>
/// <param name="MaxEntries">rpm's own bound on the index.</param>
/// <param name="MaxStore">rpm's own bound on the data, bytes.</param>
sealed record HeaderPart(string File, string Name, RpmTag Region, bool WholeRegion, int MaxEntries, int MaxStore)
{
    public static HeaderPart Signature(string file) => new(file, "signature header", RpmTag.HeaderSignatures, false, 32, 64 << 20);

    public static HeaderPart Main(string file) => new(file, "main header", RpmTag.HeaderImmutable, true, 0xffff, (256 << 20) - 1);

    public BadRpmException Bad(string what) => new($"{File} is not a sound RPM package: its {Name} {what}.");

    /// <summary>Known tags must have the kind that rpm gives them; unknown ones may come with later versions of rpm.</summary>
    public bool Allows(HeaderEntry entry) =>
        (WholeRegion ? TagKinds.OfMain(entry.Tag) : TagKinds.OfSignature(entry.Tag)) switch
        {
            TagKind.Text => entry.IsText,
            TagKind.Number => entry.IsNumber,
            TagKind.Binary => entry.Type == RpmType.Binary,
            _ => true,
        };
}

enum TagKind { Any, Text, Number, Binary }

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
