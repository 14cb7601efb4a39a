namespace Skyline.Server.Externals;

/// <summary>A stream that is read once, front to back, and does something with what passes.</summary>
abstract class PassedStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it with ReadAsync.");
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException("Read it with Read.");
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Tells of every piece that arrives; its reads end with the patience of whoever opened it.</summary>
sealed class TimelyStream(Stream body, Patience patience) : PassedStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await body.ReadAsync(buffer, patience.Token);
            patience.Arrived(read);
            return read;
        }
        catch (IOException fault)
        {
            throw new UpstreamException(fault is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? "the answer broke off in the middle" : $"the connection broke off: {fault.Message.TrimEnd('.')}");
        }
    }
}
