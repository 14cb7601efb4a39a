namespace Skyline.Cli.Connection;

/// <summary>
/// A connection for one upload, on which the server may refuse in the middle. HttpClient would go on sending, run into the
/// server's closing of the connection, and throw the refusal away with it. Here, what is sent after a refusal has come is
/// dropped: HttpClient is done at once and hands the refusal over.
/// </summary>
sealed class AnsweredWhileSending(Stream inner) : Stream
{
    readonly TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (IsRefusal(buffer.Span[..read])) refused.TrySetResult();
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (refused.Task.IsCompleted) return;
        var writing = inner.WriteAsync(buffer, cancellationToken).AsTask();
        if (await Task.WhenAny(writing, refused.Task) == writing) await writing;
        // Whatever becomes of it, nobody reads it any more.
        else _ = writing.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => refused.Task.IsCompleted ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// A status line from 300 up, first or behind "100 Continue". Not 407: a proxy wants a password, and HttpClient asks again
    /// on this connection. One that is torn between two reads is missed, and ends as it would without us.
    /// </summary>
    static bool IsRefusal(ReadOnlySpan<byte> read)
    {
        while (read.StartsWith("HTTP/1.1 1"u8) && read.IndexOf("\r\n\r\n"u8) is >= 0 and var end) read = read[(end + 4)..];
        return read.Length > 12 && read.StartsWith("HTTP/1."u8) && read[9] is >= (byte)'3' and <= (byte)'5' && !read[9..].StartsWith("407"u8);
    }
}
