using System.Buffers;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Skyline.Rpm;

/// <summary>Writes a signed copy of a package: a new signature header, every other byte as it was.</summary>
public static class SignRpm
{
    const int LeadSize = 96;
    const int ChunkSize = 128 << 10;

    /// <summary>
    /// Copies <paramref name="unsigned"/> (seekable) to <paramref name="signed"/> with the key's signature over the main header;
    /// signatures it had are replaced. Where the package reserves space for signatures, the copy is as large as the original.
    /// </summary>
    /// <exception cref="BadRpmException">The file is not a whole, honest RPM.</exception>
    public static async Task Sign(Stream unsigned, Stream signed, SigningKey key, DateTimeOffset at, CancellationToken ct)
    {
        unsigned.Position = 0;
        var package = await RpmPackage.Read(unsigned, ct);
        var lead = new byte[LeadSize];
        unsigned.Position = 0;
        await unsigned.ReadExactlyAsync(lead, ct);
        var signatures = await Signatures(package, unsigned, key, at, ct);
        await signed.WriteAsync(lead, ct);
        await signed.WriteAsync(SignatureHeader.Rebuild(package, signatures), ct);
        unsigned.Position = package.HeaderStart;
        await unsigned.CopyToAsync(signed, ChunkSize, ct);
    }

    static async Task<IReadOnlyList<SignatureValue>> Signatures(RpmPackage package, Stream unsigned, SigningKey key, DateTimeOffset at, CancellationToken ct)
    {
        var signatures = new List<SignatureValue>();
        // Without a region there is no telling what a header signature covers: rpm verifies none on version 3.
        if (package.Format != RpmFormat.V3)
        {
            var ofHeader = key.Start(at);
            ofHeader.Update(package.Header.Bytes.Span);
            var packet = Packet(ofHeader);
            signatures.Add(SignatureValue.Binary(key.IsRsa ? SignatureTag.Rsa : SignatureTag.Dsa, packet));
            if (package.Format == RpmFormat.V6)
                signatures.Add(SignatureValue.Text(SignatureTag.OpenPgp, Convert.ToBase64String(packet)));
        }
        // A header that does not state its payload's digest leaves the payload unsigned: sign both together, as rpmsign does.
        if (package.Format != RpmFormat.V6 && !package.Header.Has(RpmTag.PayloadDigest))
            signatures.Add(SignatureValue.Binary(key.IsRsa ? SignatureTag.Pgp : SignatureTag.Gpg, await OfWholeFile(package, unsigned, key, at, ct)));
        return signatures;
    }

    static async Task<byte[]> OfWholeFile(RpmPackage package, Stream unsigned, SigningKey key, DateTimeOffset at, CancellationToken ct)
    {
        var signing = key.Start(at);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        unsigned.Position = package.HeaderStart;
        while (await unsigned.ReadAsync(buffer, ct) is > 0 and var read)
            signing.Update(buffer, 0, read);
        ArrayPool<byte>.Shared.Return(buffer);
        return Packet(signing);
    }

    static byte[] Packet(PgpSignatureGenerator signing) => signing.Generate().GetEncoded();
}
