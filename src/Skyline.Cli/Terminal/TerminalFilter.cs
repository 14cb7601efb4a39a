using System.Text;

namespace Skyline.Cli.Terminal;

/// <summary>
/// A log on its way to a terminal, in pieces that may end anywhere. Well-formed colour and cursor sequences (ESC [ … letter)
/// are dropped, so that a coloured log reads well; every other control character becomes visible, so that no sequence, closed
/// or not, can swallow the text after it. Newline and tab stay; a lone carriage return becomes a newline, so that nothing is
/// overwritten.
/// </summary>
sealed class TerminalFilter(TextWriter to)
{
    const int LongestSequence = 64;

    enum State { Text, Escape, Sequence, CarriageReturn }

    readonly Decoder utf8 = new UTF8Encoding(false).GetDecoder();
    readonly StringBuilder sequence = new();
    readonly StringBuilder ready = new();
    State state;

    public void Write(ReadOnlySpan<byte> bytes) => Take(bytes, last: false);

    /// <summary>No more comes: what was held back is shown.</summary>
    public void End()
    {
        Take([], last: true);
        if (state is State.Escape or State.Sequence) GiveUpSequence();
        Pass();
    }

    void Take(ReadOnlySpan<byte> bytes, bool last)
    {
        var chars = new char[utf8.GetCharCount(bytes, last)];
        utf8.GetChars(bytes, chars, last);
        foreach (var c in chars) Take(c);
        Pass();
    }

    void Take(char c)
    {
        switch (state)
        {
            case State.Escape when c == '[':
                state = State.Sequence;
                sequence.Append(c);
                return;
            case State.Sequence when c is >= ' ' and <= '?' && sequence.Length < LongestSequence:
                sequence.Append(c);
                return;
            case State.Sequence when c is >= '@' and <= '~':
                state = State.Text;
                sequence.Clear();
                return;
            case State.Escape or State.Sequence:
                GiveUpSequence();
                break;
            case State.CarriageReturn:
                state = State.Text;
                ready.Append('\n');
                if (c == '\n') return;
                break;
        }
        TakeText(c);
    }

    void TakeText(char c)
    {
        if (c == '\x1b') state = State.Escape;
        else if (c == '\r') state = State.CarriageReturn;
        else ready.Append(c is '\n' or '\t' || !Untrusted.IsHarmful(c) ? c : Untrusted.Visible(c));
    }

    void GiveUpSequence()
    {
        ready.Append(Untrusted.Visible('\x1b')).Append(sequence);
        sequence.Clear();
        state = State.Text;
    }

    void Pass()
    {
        to.Write(ready);
        ready.Clear();
    }
}
