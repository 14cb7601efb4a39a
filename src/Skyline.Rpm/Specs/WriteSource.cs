using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Skyline.Rpm;

/// <summary>
/// What the header of a source package says of it beside its files; all of it is the spec's own word. Time is when it was made, in seconds since 1970; files are of then too, so
/// the same words are the same bytes.
/// </summary>
public sealed record SourceWords(string Name, string Version, string Release, string Summary, string Description, string License, uint Time, string BuildArch = "noarch");

/// <summary>
/// Makes a small source package as `rpmbuild -bs` does, of a spec file that needs no sources: for what a server brings itself. Any rpm since 4.6 installs
/// it; its digests are stated as rpm states them.
/// </summary>
public static class WriteSource
{
    const uint SpecFile = 32, Sha256Algorithm = 8;
    const ushort PlainFile = 0x81a4;
    static readonly (string Name, uint Flags, string Version)[] needed = [("rpmlib(CompressedFileNames)", 0x0100000a, "3.0.4-1"), ("rpmlib(FileDigests)", 0x0100000a, "4.6.0-1")];

    /// <summary>The whole package file, `NAME-VERSION-RELEASE.src.rpm`.</summary>
    public static byte[] Of(SourceWords words, string spec)
    {
        var bytes = Encoding.UTF8.GetBytes(spec);
        var archive = Archive(words, $"{words.Name}.spec", bytes);
        var payload = Packed(archive);
        var header = WriteHeader.Of(RpmTag.HeaderImmutable, [.. Says(words), .. OfFile(words, bytes), .. OfPayload(payload)]);
        var signature = WriteHeader.Of(RpmTag.HeaderSignatures, Digests(header, payload, archive.Length));
        return [.. Lead(words), .. signature, .. new byte[-signature.Length & 7], .. header, .. payload];
    }

    static IEnumerable<HeaderValue> Says(SourceWords words) =>
    [
        HeaderValue.All(RpmTag.I18nTable, "C"), HeaderValue.One(RpmTag.Name, words.Name), HeaderValue.One(RpmTag.Version, words.Version), HeaderValue.One(RpmTag.Release, words.Release),
        HeaderValue.One(RpmTag.Summary, words.Summary, RpmType.I18nString), HeaderValue.One(RpmTag.Description, words.Description, RpmType.I18nString),
        HeaderValue.Numbers(RpmTag.BuildTime, words.Time), HeaderValue.One(RpmTag.BuildHost, "skyline"), HeaderValue.One(RpmTag.License, words.License),
        HeaderValue.One(RpmTag.Group, "Unspecified", RpmType.I18nString), HeaderValue.One(RpmTag.Os, "linux"), HeaderValue.One(RpmTag.Arch, words.BuildArch), HeaderValue.All(RpmTag.BuildArchs, words.BuildArch),
        HeaderValue.One(RpmTag.RpmVersion, "4.14.0"), HeaderValue.One(RpmTag.Encoding, "utf-8"), HeaderValue.Numbers(RpmTag.SourcePackage, 1),
        HeaderValue.All(RpmTag.RequireName, [.. needed.Select(one => one.Name)]), HeaderValue.Numbers(RpmTag.RequireFlags, [.. needed.Select(one => one.Flags)]), HeaderValue.All(RpmTag.RequireVersion, [.. needed.Select(one => one.Version)]),
    ];

    static IEnumerable<HeaderValue> OfFile(SourceWords words, byte[] spec) =>
    [
        HeaderValue.All(RpmTag.BaseNames, $"{words.Name}.spec"), HeaderValue.All(RpmTag.DirNames, ""), HeaderValue.Numbers(RpmTag.DirIndexes, 0),
        HeaderValue.Numbers(RpmTag.FileSizes, (uint)spec.Length), HeaderValue.Numbers(RpmTag.Size, (uint)spec.Length), HeaderValue.Short(RpmTag.FileModes, PlainFile), HeaderValue.Short(RpmTag.FileRdevs, 0),
        HeaderValue.Numbers(RpmTag.FileMtimes, words.Time), HeaderValue.All(RpmTag.FileDigests, Convert.ToHexStringLower(SHA256.HashData(spec))), HeaderValue.Numbers(RpmTag.FileDigestAlgo, Sha256Algorithm),
        HeaderValue.All(RpmTag.FileLinkTos, ""), HeaderValue.Numbers(RpmTag.FileFlags, SpecFile), HeaderValue.All(RpmTag.FileUserName, "root"), HeaderValue.All(RpmTag.FileGroupName, "root"),
        HeaderValue.Numbers(RpmTag.FileVerifyFlags, uint.MaxValue), HeaderValue.Numbers(RpmTag.FileDevices, 1), HeaderValue.Numbers(RpmTag.FileInodes, 1), HeaderValue.All(RpmTag.FileLangs, ""),
    ];

    static IEnumerable<HeaderValue> OfPayload(byte[] payload) =>
    [
        HeaderValue.One(RpmTag.PayloadFormat, "cpio"), HeaderValue.One(RpmTag.PayloadCompressor, "gzip"), HeaderValue.One(RpmTag.PayloadFlags, "9"),
        HeaderValue.All(RpmTag.PayloadDigest, Convert.ToHexStringLower(SHA256.HashData(payload))), HeaderValue.Numbers(RpmTag.PayloadDigestAlgo, Sha256Algorithm),
    ];

    /// <summary>No MD5 and SHA-1: who runs in FIPS mode has them not, and rpm since 4.14 needs them not.</summary>
    static IEnumerable<HeaderValue> Digests(byte[] header, byte[] payload, int unpacked) =>
    [
        HeaderValue.One(SignatureTag.Sha256, Convert.ToHexStringLower(SHA256.HashData(header))),
        HeaderValue.Numbers(SignatureTag.Size, (uint)(header.Length + payload.Length)), HeaderValue.Numbers(SignatureTag.PayloadSize, (uint)unpacked),
    ];

    static byte[] Archive(SourceWords words, string name, byte[] bytes)
    {
        var archive = new MemoryStream();
        Entry(archive, name, PlainFile, 1, words.Time, bytes);
        Entry(archive, "TRAILER!!!", 0, 0, 0, []);
        return archive.ToArray();
    }

    /// <summary>In cpio's "newc" format.</summary>
    static void Entry(MemoryStream archive, string name, uint mode, uint inode, uint time, byte[] bytes)
    {
        uint[] fields = [inode, mode, 0, 0, 1, time, (uint)bytes.Length, 0, 0, 0, 0, (uint)name.Length + 1, 0];
        archive.Write(Encoding.ASCII.GetBytes($"070701{string.Concat(fields.Select(field => $"{field:x8}"))}{name}\0"));
        archive.Write(new byte[-archive.Length & 3]);
        archive.Write(bytes);
        archive.Write(new byte[-archive.Length & 3]);
    }

    /// <summary>.NET writes no time into a gzip's head, so the same archive is the same bytes.</summary>
    static byte[] Packed(byte[] archive)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(archive);
        return packed.ToArray();
    }

    /// <summary>The lead is for programs of the last century; its magic and its kind are all that anybody looks at.</summary>
    static byte[] Lead(SourceWords words)
    {
        var lead = new byte[96];
        BinaryPrimitives.WriteUInt32BigEndian(lead, 0xedabeedb);
        (lead[4], lead[7], lead[9]) = (3, 1, 1);
        var name = Encoding.ASCII.GetBytes($"{words.Name}-{words.Version}-{words.Release}");
        name.AsSpan(0, Math.Min(65, name.Length)).CopyTo(lead.AsSpan(10));
        (lead[77], lead[79]) = (1, 5);
        return lead;
    }
}
