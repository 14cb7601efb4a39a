using System.Buffers;
using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>A digest that a package states of its own bytes, and the same one as they are read.</summary>
sealed class StatedDigest(string name, HashAlgorithmName algorithm, byte[] stated, bool coversHeader, bool coversPayload) : IDisposable
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(algorithm);

    public string Name => name;
    public bool CoversHeader => coversHeader;
    public bool CoversPayload => coversPayload;

    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    public bool Matches() => hash.GetHashAndReset().AsSpan().SequenceEqual(stated);

    public void Dispose() => hash.Dispose();

    public static StatedDigest[] Of(RpmPackage package)
    {
        var (signature, header, v6) = (package.Signature, package.Header, package.Format == RpmFormat.V6);
        StatedDigest?[] all =
        [
            Hex(package, signature, SignatureTag.Sha256, "SHA-256 of the main header", HashAlgorithmName.SHA256, true),
            Hex(package, signature, SignatureTag.Sha1, "SHA-1 of the main header", HashAlgorithmName.SHA1, true),
            Hex(package, signature, SignatureTag.Sha3, "SHA3-256 of the main header", HashAlgorithmName.SHA3_256, true),
            v6 ? null : Md5(package, signature),
            Hex(package, header, RpmTag.PayloadDigest, "digest of the payload", PayloadAlgorithm(package), false),
            Hex(package, header, RpmTag.PayloadSha512, "SHA-512 of the payload", HashAlgorithmName.SHA512, false),
            Hex(package, header, RpmTag.PayloadSha3, "SHA3-256 of the payload", HashAlgorithmName.SHA3_256, false),
        ];
        return [.. all.OfType<StatedDigest>()];
    }

    static StatedDigest? Hex(RpmPackage package, RpmHeader header, RpmTag tag, string name, HashAlgorithmName algorithm, bool ofHeader)
    {
        if (header.String(tag) is not { } text)
            return null;
        // OpenSSL before 1.1.1 and old Windows lack SHA-3; a SHA-256 of the same bytes always stands beside it.
        if (algorithm == HashAlgorithmName.SHA3_256 && !SHA3_256.IsSupported)
            return null;
        var stated = new byte[text.Length / 2];
        if (Convert.FromHexString(text, stated, out _, out var written) != OperationStatus.Done || written * 2 != text.Length)
            throw new BadRpmException($"{package.File} states a {name} that is no hexadecimal number: \"{CheckNevra.Shown(text)}\".");
        return new(name, algorithm, stated, coversHeader: ofHeader, coversPayload: !ofHeader);
    }

    static StatedDigest? Md5(RpmPackage package, RpmHeader signature)
    {
        if (!signature.Has(SignatureTag.Md5))
            return null;
        return new("MD5 of header and payload", HashAlgorithmName.MD5, signature.Binary(SignatureTag.Md5).ToArray(), true, true);
    }

    /// <summary>By OpenPGP's numbers; rpm has only ever written SHA-256.</summary>
    static HashAlgorithmName PayloadAlgorithm(RpmPackage package) => (package.Header.Integer(RpmTag.PayloadDigestAlgo) ?? 8) switch
    {
        2 => HashAlgorithmName.SHA1,
        8 => HashAlgorithmName.SHA256,
        9 => HashAlgorithmName.SHA384,
        10 => HashAlgorithmName.SHA512,
        var other => throw new BadRpmException($"{package.File} states a digest of its payload by the unknown algorithm {other}."),
    };
}
