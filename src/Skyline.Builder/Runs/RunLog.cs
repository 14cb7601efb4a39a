using System.Text;

namespace Skyline.Builder;

/// <summary>
/// A run's log in a file of its own, bytes as they came. The build appends, the sender reads; a server that is away costs nothing
/// but the file.
/// </summary>
sealed class RunLog(string path, long maxBytes, TimeProvider time) : IDisposable
{
    readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 0);
    readonly Lock writing = new();
    TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long MaxBytes => maxBytes;
    public long Length { get; private set; }
    public long LastWrite { get; private set; } = time.GetTimestamp();
    /// <summary>The build wrote more than may be kept.</summary>
    public bool IsFull { get; private set; }
    public bool IsClosed { get; private set; }

    /// <summary>What the build wrote. What goes over the bound is dropped, with a line that says so.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (writing)
        {
            LastWrite = time.GetTimestamp();
            if (IsFull) return;
            var kept = (int)Math.Min(bytes.Length, maxBytes - Length);
            Write(bytes[..kept]);
            if (kept < bytes.Length)
            {
                IsFull = true;
                Write("\nSkyline: the log ends here; it is longer than is kept.\n"u8);
            }
        }
    }

    /// <summary>Something goes on that the log does not show: it is not silence.</summary>
    public void Stir()
    {
        lock (writing) LastWrite = time.GetTimestamp();
    }

    /// <summary>A line of the builder's own.</summary>
    public void Say(string line)
    {
        lock (writing) Write(Encoding.UTF8.GetBytes($"Skyline: {line}\n"));
    }

    /// <summary>Nothing more will come.</summary>
    public void Close()
    {
        lock (writing)
        {
            IsClosed = true;
            grown.TrySetResult();
        }
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || bytes.Length == 0) return;
        RandomAccess.Write(file.SafeFileHandle, bytes, Length);
        Length += bytes.Length;
        grown.TrySetResult();
        grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <returns>When there is more than so much, or nothing more to come.</returns>
    public async Task WaitPast(long offset, CancellationToken ct)
    {
        while (true)
        {
            Task more;
            lock (writing)
            {
                if (Length > offset || IsClosed) return;
                more = grown.Task;
            }
            await more.WaitAsync(ct);
        }
    }

    /// <returns>How many bytes there were.</returns>
    public int Read(long offset, Span<byte> into) =>
        RandomAccess.Read(file.SafeFileHandle, into[..(int)Math.Clamp(Length - offset, 0, into.Length)], offset);

    public LogLines LinesFrom(long offset) => new(Read, offset);

    public string? LastLine() => LinesFrom(Math.Max(0, Length - 8192)).LastOrDefault(line => line.Trim().Length > 0);

    public void Dispose() => file.Dispose();
}
