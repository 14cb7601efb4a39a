using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Skyline.Server.Tasks;

/// <summary>
/// A log as server-sent events, framed without being decoded. "log": whole lines, as they look in the end; its id is the offset after
/// them, so a browser that reconnects goes on where it was. "line": the line being written, as it looks now; the next event replaces it.
/// "part": the log event before it was a part of a longer line, which goes on in the next.
/// </summary>
/// <param name="offset">Of the first byte that comes.</param>
sealed class LogEvents(long offset)
{
    /// <summary>A longer line is shown in parts.</summary>
    const int LongestLine = 4096;
    readonly ArrayBufferWriter<byte> held = new(1 << 12);

    /// <summary>More of the log: what is whole of it goes out.</summary>
    public void Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> to)
    {
        if (held.WrittenCount > 0)
        {
            var stop = bytes.IndexOf((byte)'\n') + 1;
            held.Write(stop == 0 ? bytes : bytes[..stop]);
            var rest = held.WrittenSpan[Whole(held.WrittenSpan, to)..].ToArray();
            held.Clear();
            held.Write(rest);
            if (stop == 0) return;
            bytes = bytes[stop..];
        }
        held.Write(bytes[Whole(bytes, to)..]);
    }

    /// <summary>No more for now.</summary>
    public void Pause(IBufferWriter<byte> to)
    {
        if (held.WrittenCount == 0) return;
        to.Write("event: line\n"u8);
        Data(Seen(held.WrittenSpan, out _), to);
        to.Write("\n"u8);
    }

    /// <summary>No more at all: the last line need not have an end.</summary>
    public void End(IBufferWriter<byte> to)
    {
        if (held.WrittenCount > 0) Whole([.. held.WrittenSpan, (byte)'\n'], to, held.WrittenCount);
        held.Clear();
    }

    /// <returns>How much has gone out, or need never go: it has been written over.</returns>
    int Whole(ReadOnlySpan<byte> bytes, IBufferWriter<byte> to, int most = int.MaxValue)
    {
        var (at, begun) = (0, false);
        while (true)
        {
            var stop = bytes[at..].IndexOf((byte)'\n');
            var line = stop < 0 ? bytes[at..] : bytes.Slice(at, stop);
            var seen = Seen(line, out var over);
            if (seen.Length > LongestLine)
            {
                var part = CharacterEnd(seen, LongestLine);
                if (begun) Id(offset + at, to);
                begun = false;
                Line(seen[..part], to, ref begun);
                at += over + part;
                Id(offset + at, to);
                to.Write("event: part\ndata: \n\n"u8);
                begun = false;
                continue;
            }
            if (stop < 0)
            {
                // A bar drawn over and over is one line for minutes.
                if (line.Length > 2 * LongestLine) at += over > 0 ? over : line.Length - 1;
                break;
            }
            Line(seen, to, ref begun);
            at += stop + 1;
        }
        at = Math.Min(at, most);
        offset += at;
        if (begun) Id(offset, to);
        return at;
    }

    static void Line(ReadOnlySpan<byte> line, IBufferWriter<byte> to, ref bool begun)
    {
        if (!begun) to.Write("event: log\n"u8);
        begun = true;
        Data(line, to);
    }

    static void Data(ReadOnlySpan<byte> line, IBufferWriter<byte> to)
    {
        to.Write("data: "u8);
        to.Write(Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line)));
        to.Write("\n"u8);
    }

    static void Id(long offset, IBufferWriter<byte> to)
    {
        to.Write("id: "u8);
        Utf8Formatter.TryFormat(offset, to.GetSpan(20), out var digits);
        to.Advance(digits);
        to.Write("\n\n"u8);
    }

    /// <summary>What is seen of a line: what follows the last carriage return that is not its end.</summary>
    /// <param name="over">So much before it has been written over.</param>
    static ReadOnlySpan<byte> Seen(ReadOnlySpan<byte> line, out int over)
    {
        var written = line.TrimEnd((byte)'\r');
        over = written.LastIndexOf((byte)'\r') + 1;
        return written[over..];
    }

    /// <returns>At most <paramref name="most"/>, and not within a character.</returns>
    static int CharacterEnd(ReadOnlySpan<byte> text, int most)
    {
        var end = most;
        while (end > most - 4 && (text[end] & 0xC0) == 0x80) end--;
        return (text[end] & 0xC0) == 0x80 ? most : end;
    }
}
