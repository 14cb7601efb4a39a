namespace Skyline.Rpm;

#pragma warning disable CS1591 // Called as in rpmtag.h, which says what each is.
/// <summary>Header tags by rpm's numbers (rpmtag.h): those that Skyline reads. A header may hold any other; reach it with a cast.</summary>
public enum RpmTag
{
    None = 0,
    HeaderSignatures = 62,
    HeaderImmutable = 63,
    I18nTable = 100,

    Name = 1000,
    Version = 1001,
    Release = 1002,
    Epoch = 1003,
    Summary = 1004,
    Description = 1005,
    BuildTime = 1006,
    BuildHost = 1007,
    Size = 1009,
    Distribution = 1010,
    Vendor = 1011,
    License = 1014,
    Packager = 1015,
    Group = 1016,
    Source = 1018,
    Patch = 1019,
    Url = 1020,
    Os = 1021,
    Arch = 1022,
    OldFileNames = 1027,
    FileSizes = 1028,
    FileModes = 1030,
    FileRdevs = 1033,
    FileMtimes = 1034,
    FileDigests = 1035,
    FileLinkTos = 1036,
    FileFlags = 1037,
    FileUserName = 1039,
    FileGroupName = 1040,
    SourceRpm = 1044,
    FileVerifyFlags = 1045,
    ArchiveSize = 1046,
    ProvideName = 1047,
    RequireFlags = 1048,
    RequireName = 1049,
    RequireVersion = 1050,
    NoSource = 1051,
    NoPatch = 1052,
    ConflictFlags = 1053,
    ConflictName = 1054,
    ConflictVersion = 1055,
    ExcludeArch = 1059,
    ExclusiveArch = 1061,
    RpmVersion = 1064,
    ChangelogTime = 1080,
    ChangelogName = 1081,
    ChangelogText = 1082,
    BuildArchs = 1089,
    ObsoleteName = 1090,
    Cookie = 1094,
    FileDevices = 1095,
    FileInodes = 1096,
    FileLangs = 1097,
    SourcePackage = 1106,
    ProvideFlags = 1112,
    ProvideVersion = 1113,
    ObsoleteFlags = 1114,
    ObsoleteVersion = 1115,
    DirIndexes = 1116,
    BaseNames = 1117,
    DirNames = 1118,
    OptFlags = 1122,
    PayloadFormat = 1124,
    PayloadCompressor = 1125,
    PayloadFlags = 1126,
    Platform = 1132,
    SourcePkgId = 1146,
    OldSuggestsName = 1156,
    OldSuggestsVersion = 1157,
    OldSuggestsFlags = 1158,
    OldEnhancesName = 1159,
    OldEnhancesVersion = 1160,
    OldEnhancesFlags = 1161,

    LongFileSizes = 5008,
    LongSize = 5009,
    FileDigestAlgo = 5011,
    RecommendName = 5046,
    RecommendVersion = 5047,
    RecommendFlags = 5048,
    SuggestName = 5049,
    SuggestVersion = 5050,
    SuggestFlags = 5051,
    SupplementName = 5052,
    SupplementVersion = 5053,
    SupplementFlags = 5054,
    EnhanceName = 5055,
    EnhanceVersion = 5056,
    EnhanceFlags = 5057,
    Encoding = 5062,
    PayloadDigest = 5092,
    PayloadDigestAlgo = 5093,
    PayloadDigestAlt = 5097,
    PayloadSize = 5112,
    PayloadSizeAlt = 5113,
    RpmFormat = 5114,
    SourceNevr = 5120,
    PayloadSha512 = 5121,
    PayloadSha512Alt = 5122,
    PayloadSha3 = 5123,
    PayloadSha3Alt = 5124,
}
#pragma warning restore CS1591

#pragma warning disable CS1591 // Called as in rpmtag.h, which says what each is.
/// <summary>Tags of the signature header. Some numbers mean something else in the main header, hence a list of their own.</summary>
public static class SignatureTag
{
    public const RpmTag Dsa = (RpmTag)267;
    public const RpmTag Rsa = (RpmTag)268;
    public const RpmTag Sha1 = (RpmTag)269;
    public const RpmTag LongSize = (RpmTag)270;
    public const RpmTag LongArchiveSize = (RpmTag)271;
    public const RpmTag Sha256 = (RpmTag)273;
    public const RpmTag OpenPgp = (RpmTag)278;
    public const RpmTag Sha3 = (RpmTag)279;
    public const RpmTag Reserved = (RpmTag)999;
    public const RpmTag Size = (RpmTag)1000;
    public const RpmTag Pgp = (RpmTag)1002;
    public const RpmTag Md5 = (RpmTag)1004;
    public const RpmTag Gpg = (RpmTag)1005;
    public const RpmTag Pgp5 = (RpmTag)1006;
    public const RpmTag PayloadSize = (RpmTag)1007;
    public const RpmTag ReservedSpace = (RpmTag)1008;
}
#pragma warning restore CS1591
