using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Skyline.Rpm;

namespace Skyline.Testing.Rpms;

public sealed record SyntheticFile(string Path, byte[] Content, int Mode = 0x81a4, PackageFileFlags Flags = PackageFileFlags.None);

/// <summary>
/// A package written byte by byte, with every digest that rpm checks, in any of the three formats: for what no rpmbuild at hand
/// can make, and for what none would. The same properties give the same bytes.
/// </summary>
public sealed record SyntheticRpm(string Name, string Version = "1.0", string Release = "1", string Arch = "x86_64")
{
    public RpmFormat Format { get; init; } = RpmFormat.V4;
    public int? Epoch { get; init; }
    public bool IsSource { get; init; }
    public string Summary { get; init; } = "A package";
    public string Description { get; init; } = "A package made of bytes.";
    public string? SourceRpm { get; init; }
    public long BuildTime { get; init; } = 1_700_000_000;
    public IReadOnlyList<SyntheticFile> Files { get; init; } = [new("/usr/share/doc/readme", "read me\n"u8.ToArray())];
    public IReadOnlyList<(DependencyKind Kind, Dependency Dependency)> Dependencies { get; init; } = [];
    public IReadOnlyList<ChangelogEntry> Changelog { get; init; } = [];

    /// <summary>gzip (as rpm does, here without effort), zstd or none.</summary>
    public string Compressor { get; init; } = "gzip";

    /// <summary>Bytes kept free for signatures; null for none.</summary>
    public int? Reserve { get; init; } = 4128;

    /// <summary>State the payload's digest in the main header, as rpm does since 4.14.</summary>
    public bool PayloadDigest { get; init; } = true;

    /// <summary>A last word on the main header, before it is packed.</summary>
    public Action<HeaderWriter>? Header { get; init; }

    /// <summary>A last word on the signature header, before it is packed.</summary>
    public Action<HeaderWriter>? Signature { get; init; }

    /// <summary>Another payload than the files', already packed.</summary>
    public byte[]? Payload { get; init; }

    public string FileName => $"{Name}-{Version}-{Release}.{(IsSource ? "src" : Arch)}.rpm";

    public byte[] Build()
    {
        var plain = SyntheticPayload.Cpio(this);
        var payload = Payload ?? SyntheticPayload.Pack(plain, Compressor);
        var header = MainHeader(plain, payload).Pack(Format == RpmFormat.V3 ? null : RpmTag.HeaderImmutable);
        var signature = SignatureHeader(plain, header, payload).Pack(Format == RpmFormat.V3 ? null : RpmTag.HeaderSignatures);
        return [.. Lead(), .. signature, .. new byte[-signature.Length & 7], .. header, .. payload];
    }

    /// <summary>Writes the package into a folder and returns its path.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        File.WriteAllBytes(path, Build());
        return path;
    }

    HeaderWriter MainHeader(byte[] plain, byte[] payload)
    {
        var header = new HeaderWriter()
            .Texts(RpmTag.I18nTable, ["C"]).Text(RpmTag.Name, Name).Text(RpmTag.Version, Version).Text(RpmTag.Release, Release)
            .I18n(RpmTag.Summary, Summary).I18n(RpmTag.Description, Description).Int32(RpmTag.BuildTime, BuildTime)
            .Text(RpmTag.BuildHost, "forge.example").Text(RpmTag.Vendor, "Synthetic").Text(RpmTag.License, "MIT").I18n(RpmTag.Group, "Unspecified")
            .Text(RpmTag.Url, "https://example.invalid/").Text(RpmTag.Os, "linux").Text(RpmTag.Arch, Arch).Text(RpmTag.RpmVersion, "4.18.0")
            .Text(RpmTag.PayloadFormat, "cpio").Text(RpmTag.PayloadFlags, "9").Text(RpmTag.Encoding, "utf-8");
        if (Epoch is { } epoch)
            header.Int32(RpmTag.Epoch, epoch);
        if (Compressor != "none")
            header.Text(RpmTag.PayloadCompressor, Compressor);
        if (IsSource)
            header.Int32(RpmTag.SourcePackage, 1);
        else
            header.Text(RpmTag.SourceRpm, SourceRpm ?? $"{Name}-{Version}-{Release}.src.rpm");
        SyntheticFiles.Write(header, this);
        WriteDependencies(header);
        header.Int32(RpmTag.ChangelogTime, Changelog.Select(c => c.Time.ToUnixTimeSeconds()))
            .Texts(RpmTag.ChangelogName, [.. Changelog.Select(c => c.Author)]).Texts(RpmTag.ChangelogText, [.. Changelog.Select(c => c.Text)]);
        WritePayloadFacts(header, plain, payload);
        Header?.Invoke(header);
        return header;
    }

    void WriteDependencies(HeaderWriter header)
    {
        foreach (var kind in Dependencies.GroupBy(d => d.Kind, d => d.Dependency))
        {
            var (name, flags, version) = kind.Key switch
            {
                DependencyKind.Provides => (RpmTag.ProvideName, RpmTag.ProvideFlags, RpmTag.ProvideVersion),
                DependencyKind.Requires => (RpmTag.RequireName, RpmTag.RequireFlags, RpmTag.RequireVersion),
                DependencyKind.Conflicts => (RpmTag.ConflictName, RpmTag.ConflictFlags, RpmTag.ConflictVersion),
                DependencyKind.Obsoletes => (RpmTag.ObsoleteName, RpmTag.ObsoleteFlags, RpmTag.ObsoleteVersion),
                DependencyKind.Recommends => (RpmTag.RecommendName, RpmTag.RecommendFlags, RpmTag.RecommendVersion),
                DependencyKind.Suggests => (RpmTag.SuggestName, RpmTag.SuggestFlags, RpmTag.SuggestVersion),
                DependencyKind.Supplements => (RpmTag.SupplementName, RpmTag.SupplementFlags, RpmTag.SupplementVersion),
                _ => (RpmTag.EnhanceName, RpmTag.EnhanceFlags, RpmTag.EnhanceVersion),
            };
            header.Texts(name, [.. kind.Select(d => d.Name)]).Int32(flags, kind.Select(d => (long)d.Flags)).Texts(version, [.. kind.Select(d => d.Evr)]);
        }
    }

    void WritePayloadFacts(HeaderWriter header, byte[] plain, byte[] payload)
    {
        if (Format == RpmFormat.V3 || !PayloadDigest)
            return;
        header.Texts(RpmTag.PayloadDigest, [Hex(SHA256.HashData(payload))]).Texts(RpmTag.PayloadDigestAlt, [Hex(SHA256.HashData(plain))]);
        if (Format == RpmFormat.V4)
        {
            header.Int32(RpmTag.PayloadDigestAlgo, 8);
            return;
        }
        header.Int32(RpmTag.RpmFormat, 6).Int64(RpmTag.PayloadSize, payload.Length).Int64(RpmTag.PayloadSizeAlt, plain.Length)
            .Text(RpmTag.SourceNevr, $"{Name}-{Version}-{Release}")
            .Text(RpmTag.PayloadSha512, Hex(SHA512.HashData(payload))).Text(RpmTag.PayloadSha512Alt, Hex(SHA512.HashData(plain)))
            .Text(RpmTag.PayloadSha3, Hex(SHA3_256.HashData(payload))).Text(RpmTag.PayloadSha3Alt, Hex(SHA3_256.HashData(plain)));
    }

    HeaderWriter SignatureHeader(byte[] plain, byte[] header, byte[] payload)
    {
        var signature = new HeaderWriter();
        if (Format != RpmFormat.V3)
            signature.Text(SignatureTag.Sha256, Hex(SHA256.HashData(header)));
        if (Format == RpmFormat.V6)
            signature.Text(SignatureTag.Sha3, Hex(SHA3_256.HashData(header)));
        else
            WriteOldDigests(signature, plain, header, payload);
        if (Reserve is { } space && Format != RpmFormat.V3)
            signature.Binary(Format == RpmFormat.V6 ? SignatureTag.Reserved : SignatureTag.ReservedSpace, new byte[space]);
        Signature?.Invoke(signature);
        return signature;
    }

    void WriteOldDigests(HeaderWriter signature, byte[] plain, byte[] header, byte[] payload)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        if (Format == RpmFormat.V4)
            signature.Text(SignatureTag.Sha1, Hex(CryptographicOperations.HashData(HashAlgorithmName.SHA1, header)));
        md5.AppendData(header);
        md5.AppendData(payload);
        signature.Binary(SignatureTag.Md5, md5.GetHashAndReset()).Int32(SignatureTag.Size, header.Length + payload.Length)
            .Int32(SignatureTag.PayloadSize, plain.Length);
    }

    byte[] Lead()
    {
        var lead = new byte[96];
        BinaryPrimitives.WriteUInt32BigEndian(lead, 0xedabeedb);
        lead[4] = (byte)(Format == RpmFormat.V6 ? 4 : 3);
        lead[7] = (byte)(IsSource ? 1 : 0);
        lead[9] = 1;
        var name = Encoding.ASCII.GetBytes($"{Name}-{Version}-{Release}");
        name.AsSpan(0, Math.Min(65, name.Length)).CopyTo(lead.AsSpan(10));
        lead[77] = 1;
        lead[79] = 5;
        return lead;
    }

    static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
