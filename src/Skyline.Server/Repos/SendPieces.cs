using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Repos;

/// <summary>What of a piece is sent.</summary>
readonly record struct PiecePart(Piece Piece, long From, long Count);

/// <summary>
/// Sends pieces one after the other, never ahead of the reader by more than a chunk. Files are read synchronously, straight into
/// the response's own memory: they are in the kernel's cache or about to be. Chunks are large, for each costs two changes of thread.
/// </summary>
static class SendPieces
{
    const int LargestChunk = 1 << 20, SmallestChunk = 16 << 10;

    /// <summary>What all readers together may hold, as long as they are fewer than a thousand: a slow one keeps its chunk for long.</summary>
    const int MostHeld = 16 << 20;

    static int sending;

    static int ChunkSize => Math.Clamp(MostHeld / Math.Max(1, Volatile.Read(ref sending)), SmallestChunk, LargestChunk);

    public static async Task Send(HttpContext http, IReadOnlyList<PiecePart> parts)
    {
        var files = new SafeFileHandle?[parts.Count];
        Interlocked.Increment(ref sending);
        try
        {
            // Before the first byte, so that a missing file is an answer and not a broken download.
            for (var i = 0; i < files.Length; i++)
                if (parts[i].Piece is FilePiece file) files[i] = Open(file);
            // Before memory is asked for: until the headers are written, Kestrel lends memory that it then copies.
            await http.Response.StartAsync(http.RequestAborted);
            await Send(http.Response.BodyWriter, parts, files, http.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref sending);
            foreach (var file in files) file?.Dispose();
        }
    }

    static async Task Send(PipeWriter body, IReadOnlyList<PiecePart> parts, SafeFileHandle?[] files, CancellationToken ct)
    {
        var unsent = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var bytes = await InMemory(parts[i].Piece, ct);
            for (long at = parts[i].From, end = at + parts[i].Count; at < end;)
            {
                var size = (int)Math.Min(end - at, Math.Max(SmallestChunk, ChunkSize - unsent));
                var memory = body.GetMemory(size)[..size];
                if (files[i] is { } file) size = Read(file, (FilePiece)parts[i].Piece, at, memory);
                else bytes.Slice((int)at, size).CopyTo(memory);
                body.Advance(size);
                (at, unsent) = (at + size, unsent + size);
                if (unsent < ChunkSize) continue;
                // Completed: the reader went away.
                if ((await body.FlushAsync(ct)).IsCompleted) return;
                unsent = 0;
            }
        }
        if (unsent > 0) await body.FlushAsync(ct);
    }

    static ValueTask<ReadOnlyMemory<byte>> InMemory(Piece piece, CancellationToken ct) => piece switch
    {
        HeldPiece held => new(held.Bytes),
        FetchedPiece fetched => Fetch(fetched, ct),
        _ => default,
    };

    static async ValueTask<ReadOnlyMemory<byte>> Fetch(FetchedPiece piece, CancellationToken ct)
    {
        var bytes = await piece.Fetch(ct);
        return bytes.Length == piece.Length ? bytes : throw new IOException($"A piece of {piece.Length} bytes turned out to be {bytes.Length} bytes long; the download was broken off.");
    }

    static SafeFileHandle Open(FilePiece piece)
    {
        var file = File.OpenHandle(piece.Path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.SequentialScan);
        if (RandomAccess.GetLength(file) >= piece.Offset + piece.Length) return file;
        file.Dispose();
        throw TooShort(piece);
    }

    static int Read(SafeFileHandle file, FilePiece piece, long at, Memory<byte> into)
    {
        var read = RandomAccess.Read(file, into.Span, piece.Offset + at);
        return read > 0 ? read : throw TooShort(piece);
    }

    static IOException TooShort(FilePiece piece) => new($"{piece.Path} is shorter than {piece.Offset + piece.Length} bytes, which it was: `skyline repo verify` says what else is damaged.");
}
