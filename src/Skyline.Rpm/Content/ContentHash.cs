namespace Skyline.Rpm;

/// <summary>Content hashes that leave signatures aside.</summary>
public static class ContentHash
{
    /// <summary>L0: SHA-256 of the main header's bytes, lower-case hex.</summary>
    public static string L0(RpmPackage package) => throw new NotImplementedException();

    /// <summary>L1: header without the tags that vary between honest rebuilds, and the uncompressed payload. Decompression is bounded by <paramref name="maxPayload"/> bytes.</summary>
    public static Task<string> L1(RpmPackage package, Stream payload, long maxPayload, CancellationToken ct) => throw new NotImplementedException();
}
