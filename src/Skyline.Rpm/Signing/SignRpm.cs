namespace Skyline.Rpm;

/// <summary>Writes a signed copy of a package: a new signature header, every other byte as it was.</summary>
public static class SignRpm
{
    const int ChunkSize = 128 << 10;

    /// <summary>
    /// Copies <paramref name="unsigned"/> (seekable) to <paramref name="signed"/> with the key's signature over the main header;
    /// signatures it had are replaced. Where the package reserves space for signatures, the copy is as large as the original.
    /// </summary>
    /// <exception cref="BadRpmException">The file is not a whole, honest RPM.</exception>
    public static async Task Sign(Stream unsigned, Stream signed, ISigner signer, DateTimeOffset at, CancellationToken ct)
    {
        var head = await SignedHead.Make(unsigned, signer, at, ct);
        await signed.WriteAsync(head.Bytes, ct);
        unsigned.Position = head.BodyOffset;
        await unsigned.CopyToAsync(signed, ChunkSize, ct);
    }
}
