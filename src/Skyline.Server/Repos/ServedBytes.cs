using System.Globalization;

namespace Skyline.Server.Repos;

/// <summary>A part of what is served under one address; the parts follow one another.</summary>
abstract record Piece(long Length);

sealed record HeldPiece(ReadOnlyMemory<byte> Bytes) : Piece(Bytes.Length);

/// <summary>Asked for when its turn comes: what consists of thousands of these is never in memory at once.</summary>
sealed record FetchedPiece(long Length, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> Fetch) : Piece(Length);

/// <summary>A stretch of a file that nobody changes.</summary>
sealed record FilePiece(string Path, long Offset, long Length) : Piece(Length);

/// <summary>
/// One file of a repository, whole or the range that was asked for. Its ETag is the SHA-256 of all its bytes, and those are sent as
/// they are whatever Accept-Encoding says: a client checks them against the metadata.
/// </summary>
sealed record ServedBytes(IReadOnlyList<Piece> Pieces, string Sha256, string ContentType, string CacheControl) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        var length = Pieces.Sum(piece => piece.Length);
        var answer = Answer.To(http.Request, $"\"{Sha256}\"", length);
        Describe(http.Response, answer, length);
        return answer.Count == 0 || HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : SendPieces.Send(http, [.. Within(answer.First, answer.Count)]);
    }

    void Describe(HttpResponse response, Answer answer, long length)
    {
        response.StatusCode = answer.Status;
        var headers = response.Headers;
        if (answer.Status is 200 or 206 or 304)
        {
            headers.ETag = $"\"{Sha256}\"";
            headers.CacheControl = CacheControl;
        }
        if (answer.Status is 200 or 206)
        {
            headers.AcceptRanges = "bytes";
            headers.ContentType = ContentType;
        }
        if (answer.Status == 206)
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {answer.First}-{answer.First + answer.Count - 1}/{length}");
        if (answer.Status == 416)
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
        if (answer.Status != 304)
            headers.ContentLength = answer.Count;
    }

    /// <summary>What of which piece lies between two places of the whole.</summary>
    IEnumerable<PiecePart> Within(long first, long count)
    {
        var (start, end) = (0L, first + count);
        foreach (var piece in Pieces)
        {
            var (from, to) = (Math.Max(first, start), Math.Min(end, start + piece.Length));
            if (from < to) yield return new(piece, from - start, to - from);
            start += piece.Length;
        }
    }
}
