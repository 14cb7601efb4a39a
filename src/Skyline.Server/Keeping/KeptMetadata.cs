using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>A file of metadata as the database has it, frame by frame; what readers are served may come from memory.</summary>
sealed record KeptMetadata(string Sha256, long Size, byte[] Frames)
{
    public const string Columns = "m.sha256 AS Sha256, m.size AS Size, m.frames AS Frames";

    /// <summary>Null in the place of a frame that is missing.</summary>
    public IEnumerable<byte[]?> Pieces(Database database) =>
        Frame.Unpack(Frames).Select(frame => database.Read(db => db.One<byte[]>("SELECT bytes FROM frames WHERE id = @Id", new { frame.Id })));

    public byte[] Whole(Database database) => [.. Pieces(database).SelectMany(piece => piece ?? [])];
}

/// <summary>Pieces, one after another, as a stream: of a large file one piece is in memory at a time.</summary>
sealed class FramesStream(IEnumerable<byte[]?> pieces) : ForwardStream
{
    readonly IEnumerator<byte[]?> rest = pieces.GetEnumerator();
    ReadOnlyMemory<byte> piece;

    public override int Read(Span<byte> buffer)
    {
        while (piece.IsEmpty)
        {
            if (!rest.MoveNext()) return 0;
            piece = rest.Current;
        }
        var count = Math.Min(buffer.Length, piece.Length);
        piece.Span[..count].CopyTo(buffer);
        piece = piece[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) rest.Dispose();
        base.Dispose(disposing);
    }
}
