using Skyline.Rpm;

namespace Skyline.Server.Storage;

/// <summary>A stream that is read once, in one of the two ways, and does something with what passes.</summary>
abstract class PassedStream : ForwardStream
{
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it with ReadAsync.");
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException("Read it with Read.");
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
