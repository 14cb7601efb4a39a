using System.Buffers;
using System.Security.Cryptography;

namespace Skyline.Rpm;

/// <summary>
/// A signed copy of a package without the copy: only what differs, its beginning. The copy is <see cref="Bytes"/> followed by
/// the given file from <see cref="BodyOffset"/> on, so any number of keys sign one package at the cost of a header each.
/// </summary>
/// <param name="Bytes">Lead, signature header and its padding.</param>
/// <param name="BodyOffset">Where the main header begins in the given file.</param>
/// <param name="Sha256">Of the copy, lower-case hex.</param>
/// <param name="Size">Of the copy, bytes.</param>
/// <param name="Package">The copy, as reading it would show it.</param>
public sealed record SignedHead(byte[] Bytes, long BodyOffset, string Sha256, long Size, RpmPackage Package)
{
    const int LeadSize = 96;
    const int ChunkSize = 256 << 10;

    /// <summary>Signs the main header of <paramref name="file"/> (seekable); signatures it has are replaced. Reads the file once, from its beginning to its end.</summary>
    /// <exception cref="BadRpmException">The file is not a whole, honest RPM.</exception>
    public static async Task<SignedHead> Make(Stream file, ISigner signer, DateTimeOffset at, CancellationToken ct)
    {
        file.Position = 0;
        var lead = new byte[LeadSize];
        await file.ReadAtLeastAsync(lead, LeadSize, throwOnEndOfStream: false, ct);
        file.Position = 0;
        var package = await RpmPackage.Read(file, ct);
        var signature = SignatureHeader.Rebuild(package, await Signatures(package, file, signer, at, ct));
        byte[] bytes = [.. lead, .. signature.Bytes.Span, .. new byte[-signature.Bytes.Length & 7]];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        hash.AppendData(package.Header.Bytes.Span);
        file.Position = package.HeaderEnd;
        var payload = Append(file, hash, ct);
        return new(bytes, package.HeaderStart, Convert.ToHexStringLower(hash.GetHashAndReset()),
            bytes.Length + package.Header.Bytes.Length + payload, package.Under(signature, bytes.Length));
    }

    static async Task<IReadOnlyList<HeaderValue>> Signatures(RpmPackage package, Stream file, ISigner signer, DateTimeOffset at, CancellationToken ct)
    {
        var isRsa = signer.Public.Kind != SigningKeyKind.Ed25519;
        var signatures = new List<HeaderValue>();
        // Without a region there is no telling what a header signature covers: rpm verifies none on version 3.
        if (package.Format != RpmFormat.V3)
        {
            var packet = await signer.Detach(Armor.Open(package.Header.Bytes), at, ct);
            signatures.Add(HeaderValue.Binary(isRsa ? SignatureTag.Rsa : SignatureTag.Dsa, packet));
            if (package.Format == RpmFormat.V6)
                signatures.Add(HeaderValue.Text(SignatureTag.OpenPgp, Convert.ToBase64String(packet)));
        }
        // A header that does not state its payload's digest leaves the payload unsigned: sign both together, as rpmsign does.
        if (package.Format != RpmFormat.V6 && !package.Header.Has(RpmTag.PayloadDigest))
        {
            file.Position = package.HeaderStart;
            signatures.Add(HeaderValue.Binary(isRsa ? SignatureTag.Pgp : SignatureTag.Gpg, await signer.Detach(file, at, ct)));
        }
        return signatures;
    }

    /// <summary>Synchronous: the file was just uploaded or built, and a hop to another thread costs more than a read from the page cache.</summary>
    static long Append(Stream rest, IncrementalHash hash, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var size = 0L;
            while (rest.Read(buffer) is > 0 and var read)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                size += read;
            }
            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
