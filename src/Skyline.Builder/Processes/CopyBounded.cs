using System.Security.Cryptography;

namespace Skyline.Builder;

static class CopyBounded
{
    /// <summary>Copies a stream that has been promised to be so long, and digests it on the way.</summary>
    /// <returns>SHA-256 of what was copied, lower-case hex.</returns>
    /// <exception cref="IOException">There is more of it than promised.</exception>
    public static async Task<string> Copy(Stream from, Stream to, long size, CancellationToken ct)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long copied = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, ct)) > 0)
        {
            if ((copied += read) > size) throw new IOException($"there is more of it than the {size} bytes promised");
            digest.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
