using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Repos;

/// <summary>Sends pieces one after the other, never ahead of the reader by more than a few buffers.</summary>
static class SendPieces
{
    /// <summary>Small enough to stay in a core's own cache between being read and being sent.</summary>
    const int CopySize = 128 << 10;

    public static async Task Send(HttpContext http, IEnumerable<(Piece Piece, long From, long Count)> parts)
    {
        await http.Response.StartAsync(http.RequestAborted);
        var (body, waiting) = (http.Response.BodyWriter, 0L);
        foreach (var (piece, from, count) in parts)
        {
            var ahead = piece switch
            {
                HeldPiece held => Write(body, held.Bytes, from, count),
                FetchedPiece fetched => Write(body, await Fetch(fetched, http.RequestAborted), from, count),
                FilePiece file => await Copy(http, body, file, from, count),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
            waiting += ahead;
            if (waiting < CopySize) continue;
            if (!await Flush(http, body)) return;
            waiting = 0;
        }
    }

    static long Write(PipeWriter body, ReadOnlyMemory<byte> bytes, long from, long count)
    {
        body.Write(bytes.Span.Slice((int)from, (int)count));
        return count;
    }

    static async ValueTask<ReadOnlyMemory<byte>> Fetch(FetchedPiece piece, CancellationToken ct)
    {
        var bytes = await piece.Fetch(ct);
        return bytes.Length == piece.Length ? bytes : throw new IOException($"A piece of {piece.Length} bytes turned out to be {bytes.Length} bytes long.");
    }

    static async Task<long> Copy(HttpContext http, PipeWriter body, FilePiece piece, long from, long count)
    {
        using var file = File.OpenHandle(piece.Path, share: FileShare.ReadWrite | FileShare.Delete);
        for (var (at, left) = (piece.Offset + from, count); left > 0;)
        {
            var memory = body.GetMemory(CopySize);
            var read = RandomAccess.Read(file, memory.Span[..(int)Math.Min(left, memory.Length)], at);
            if (read == 0) throw new IOException($"{piece.Path} is shorter than it was.");
            body.Advance(read);
            (at, left) = (at + read, left - read);
            if (!await Flush(http, body)) return 0;
        }
        return 0;
    }

    static async ValueTask<bool> Flush(HttpContext http, PipeWriter body)
    {
        var flushed = await body.FlushAsync(http.RequestAborted);
        return !flushed.IsCompleted;
    }
}
