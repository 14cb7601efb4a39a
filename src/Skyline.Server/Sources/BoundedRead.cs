using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>What a command says, up to so many bytes.</summary>
sealed class BoundedRead(Stream source, long most) : PassedStream
{
    long passed;

    /// <exception cref="GitFailedException">It says more.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        return (passed += read) <= most ? read : throw new GitFailedException($"it says more of itself than {most >> 10} KiB");
    }
}
