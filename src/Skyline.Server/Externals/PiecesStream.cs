using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// XML as it passes to a reader that keeps a whole piece of it at a time – a tag, a text, a CDATA section –, and refused where one
/// is so long that only an attack explains it.
/// </summary>
sealed class PiecesStream(Stream xml) : PassedStream
{
    const int LongestPiece = 4 << 20;
    const uint SectionBegins = ('<' << 16) | ('!' << 8) | '[', SectionEnds = (']' << 16) | (']' << 8) | '>';
    uint lastThree;
    bool section;
    int piece;

    /// <exception cref="InvalidDataException">A piece is too long.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = xml.Read(buffer, offset, count);
        foreach (var letter in buffer.AsSpan(offset, read)) Pass(letter);
        return read;
    }

    void Pass(byte letter)
    {
        lastThree = ((lastThree << 8) | letter) & 0xffffff;
        // In a CDATA section a '<' is text like any other.
        section = section ? lastThree != SectionEnds : lastThree == SectionBegins;
        piece = letter == '<' && !section ? 0 : piece + 1;
        if (piece > LongestPiece) throw new InvalidDataException($"it holds a piece of markup of more than {LongestPiece >> 20} MiB");
    }
}
