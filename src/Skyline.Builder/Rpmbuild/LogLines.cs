using System.Buffers;
using System.Collections;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>A log's lines from an offset on, read once and in pieces; of a very long one, its start.</summary>
/// <param name="read">Reads at an offset; 0 at the end.</param>
sealed class LogLines(LogLines.Reader read, long from) : IEnumerable<string>
{
    public delegate int Reader(long offset, Span<byte> into);

    const int Piece = 1 << 18, LongestLine = 4096;

    /// <summary>Each line once. A line is there until the next one is asked for.</summary>
    /// <param name="words">Lines that have one of them are marked.</param>
    public IEnumerable<LogLine> All(SearchValues<string>? words = null)
    {
        var (bytes, text) = (new byte[Piece], new char[LongestLine + Piece]);
        var (number, place, at, held) = (LinesBefore(bytes) + 1, from, from, 0);
        for (int got; (got = read(at, bytes)) > 0; at += got)
        {
            // Each byte as a character: what is not asked for is never decoded.
            Encoding.Latin1.GetChars(bytes, 0, got, text, held);
            var (start, end) = (0, held + got);
            var marked = Next(text, start, end, words);
            for (int stop; (stop = Array.IndexOf(text, '\n', Math.Max(start, held), end - Math.Max(start, held))) >= 0; start = stop + 1)
            {
                yield return new(text, start, Math.Min(stop - start, LongestLine), number++, place, marked < stop);
                place = at + stop - held + 1;
                if (marked < stop) marked = Next(text, stop + 1, end, words);
            }
            var left = Math.Min(end - start, LongestLine);
            Array.Copy(text, start, text, 0, left);
            held = left;
        }
        if (held > 0) yield return new(text, 0, held, number, place, Next(text, 0, held, words) < held);
    }

    public IEnumerator<string> GetEnumerator() => All().Select(line => line.Text).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    static int Next(char[] text, int start, int end, SearchValues<string>? words) =>
        words is not null && text.AsSpan(start, end - start).IndexOfAny(words) is >= 0 and var found ? start + found : int.MaxValue;

    long LinesBefore(byte[] bytes)
    {
        long lines = 0;
        int got;
        for (long at = 0; at < from && (got = read(at, bytes.AsSpan(0, (int)Math.Min(bytes.Length, from - at)))) > 0; at += got) lines += bytes.AsSpan(0, got).Count((byte)'\n');
        return lines;
    }
}

/// <param name="IsMarked">It has a word that was looked for.</param>
readonly record struct LogLine(char[] Buffer, int Start, int Length, long Number, long Offset, bool IsMarked)
{
    public LogPlace Place => new(Number, Offset);

    public ReadOnlySpan<char> Bytes => Buffer.AsSpan(Start, Length);

    /// <summary>What is not UTF-8 in it is shown as U+FFFD.</summary>
    public string Text => Decoded(Bytes);

    public static string Decoded(ReadOnlySpan<char> bytes)
    {
        var raw = new byte[bytes.Length];
        Encoding.Latin1.GetBytes(bytes, raw);
        return Encoding.UTF8.GetString(raw);
    }
}
