namespace Skyline.Rpm;

/// <summary>
/// What decompressors read from: buffered, counted, and never endless. Some of them take the -1 of a stream's end for a byte and
/// go on for ever, so a single byte past the end is an <see cref="EndOfStreamException"/> here.
/// </summary>
sealed class PayloadInput(Stream source) : ForwardStream
{
    readonly byte[] buffer = new byte[64 << 10];
    int at, filled;

    /// <summary>The source's own fault, if it had one: not the package's.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Bytes handed out.</summary>
    public override long Position { get => position; set => throw new NotSupportedException(); }
    long position;

    /// <summary>The last four bytes of all, as a number whose lowest byte comes first. Known once the end was reached.</summary>
    public uint LastFour { get; private set; }

    public bool StartsWith(byte first, byte second)
    {
        // Only asked before anything was read.
        while (filled < 2 && Fetch(filled) > 0)
        {
        }
        return filled >= 2 && buffer[0] == first && buffer[1] == second;
    }

    public override int ReadByte()
    {
        if (at == filled && !Refill())
            throw new EndOfStreamException();
        position++;
        return buffer[at++];
    }

    public override int Read(Span<byte> into)
    {
        if (into.IsEmpty || (at == filled && !Refill()))
            return 0;
        var count = Math.Min(into.Length, filled - at);
        buffer.AsSpan(at, count).CopyTo(into);
        at += count;
        position += count;
        return count;
    }

    bool Refill()
    {
        at = filled = 0;
        return Fetch(0) > 0;
    }

    int Fetch(int from)
    {
        try
        {
            var read = source.Read(buffer, from, buffer.Length - from);
            filled += read;
            for (var i = Math.Max(0, read - 4); i < read; i++)
                LastFour = LastFour >> 8 | (uint)buffer[from + i] << 24;
            return read;
        }
        catch (Exception e)
        {
            Fault = e;
            throw;
        }
    }

    public override int Read(byte[] into, int offset, int count) => Read(into.AsSpan(offset, count));
}
