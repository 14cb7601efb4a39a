using System.Text;

namespace Skyline.Cli.Tests.Running;

/// <summary>What a program has written so far, and a wait for what it is about to write.</summary>
sealed class SpyStream : Stream
{
    readonly Lock gate = new();
    readonly MemoryStream written = new();
    TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public byte[] Bytes
    {
        get { lock (gate) return written.ToArray(); }
    }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public async Task Has(string text)
    {
        while (true)
        {
            Task next;
            lock (gate) next = more.Task;
            if (Text.Contains(text, StringComparison.Ordinal)) return;
            try
            {
                await next.WaitAsync(TimeSpan.FromSeconds(60));
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"Never written: {text}\nWritten:\n{Text}");
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            written.Write(buffer);
            var old = more;
            more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            old.SetResult();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
