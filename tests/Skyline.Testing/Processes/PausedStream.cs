namespace Skyline.Testing;

/// <summary>Gives half of its bytes, says so, and the rest when told to.</summary>
public sealed class PausedStream(byte[] bytes) : Stream
{
    readonly TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int position;

    public Task HalfSent => half.Task;

    public void GoOn() => goOn.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var end = goOn.Task.IsCompleted ? bytes.Length : bytes.Length / 2;
        if (position >= bytes.Length / 2 && !goOn.Task.IsCompleted)
        {
            half.TrySetResult();
            await goOn.Task.WaitAsync(cancellationToken);
            end = bytes.Length;
        }
        var count = Math.Min(buffer.Length, end - position);
        bytes.AsMemory(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => bytes.Length;
    public override long Position { get => position; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
