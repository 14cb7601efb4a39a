using System.Buffers;
using Skyline.Protocol;

namespace Skyline.Server.Tasks;

/// <summary>
/// Which lines of a log have a text, found purely as its pieces pass by. Each byte is looked at once, whatever log and text are (Knuth, Morris and Pratt),
/// and a text that is cut between two pieces is found: all that is kept of the log is how much of the text has come.
/// </summary>
sealed class LogFinds
{
    readonly byte[] wanted;
    readonly int[] back;
    readonly int most;
    readonly SearchValues<byte> starts;
    readonly List<LogPlace> places = [];
    long line = 1, start, at;
    int matched;

    public LogFinds(byte[] text, int most)
    {
        (wanted, this.most) = ([.. text.Select(Small)], most);
        back = Backs(wanted);
        starts = SearchValues.Create([wanted[0], Large(wanted[0]), (byte)'\n']);
    }

    public long Count { get; private set; }
    public IReadOnlyList<LogPlace> Places => places;

    public bool Take(ReadOnlySpan<byte> piece)
    {
        for (var next = 0; next < piece.Length; next++)
        {
            // Between finds most of it is passed over.
            if (matched == 0 && piece[next..].IndexOfAny(starts) is var skip && (next = skip < 0 ? piece.Length : next + skip) == piece.Length) break;
            if (piece[next] == '\n') (line, start, matched) = (line + 1, at + next + 1, 0);
            else if (matched >= 0) matched = Match(piece[next]);
            if (matched < 0 && piece[next..].IndexOf((byte)'\n') is var end) next = end < 0 ? piece.Length : next + end - 1;
        }
        at += piece.Length;
        return true;
    }

    /// <returns>How much of the text has come; -1: all, and the rest of the line is of no interest.</returns>
    int Match(byte letter)
    {
        var small = Small(letter);
        while (matched > 0 && wanted[matched] != small) matched = back[matched - 1];
        if (wanted[matched] == small) matched++;
        if (matched < wanted.Length) return matched;
        Count++;
        if (places.Count < most) places.Add(new(line, start));
        return -1;
    }

    static int[] Backs(byte[] text)
    {
        var back = new int[text.Length];
        for (int at = 1, have = 0; at < text.Length; at++)
        {
            while (have > 0 && text[at] != text[have]) have = back[have - 1];
            if (text[at] == text[have]) have++;
            back[at] = have;
        }
        return back;
    }

    static byte Small(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter + 32) : letter;

    static byte Large(byte letter) => letter is >= (byte)'a' and <= (byte)'z' ? (byte)(letter - 32) : letter;
}

/// <summary>Counts lines up to a byte or to a line's number, purely.</summary>
sealed class LogCount(long offset, long wanted)
{
    long at;

    public long Line { get; private set; } = 1;
    public long Start { get; private set; }

    public bool Take(ReadOnlySpan<byte> piece)
    {
        while (Line < wanted && piece.IndexOf((byte)'\n') is >= 0 and var end && at + end < offset)
        {
            // What follows the last line's end is no line yet: whoever asks for more is told the last.
            at += end + 1;
            (Line, Start) = (Line + 1, at);
            piece = piece[(end + 1)..];
        }
        at += piece.Length;
        return Line < wanted && at <= offset;
    }
}
