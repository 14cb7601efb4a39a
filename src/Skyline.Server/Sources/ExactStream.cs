using System.Security.Cryptography;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>What came is not what was said.</summary>
sealed class InexactException(string message) : Exception(message);

/// <summary>Reads what must be, to the byte, what was said; no more of it than that.</summary>
sealed class ExactStream(Stream source, LfsPointer said) : PassedStream
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    long passed;

    /// <exception cref="InexactException">There is more than was said.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        if ((passed += read) > said.Size) throw new InexactException($"more came than the {said.Size} bytes that it is");
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    /// <exception cref="InexactException">It was less, or something else.</exception>
    public void HoldToIt()
    {
        if (passed != said.Size) throw new InexactException($"{passed} bytes came of the {said.Size} that it is");
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) is var came && came != said.Sha256) throw new InexactException($"what came has the SHA-256 {came}, not {said.Sha256} as the repository says");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
