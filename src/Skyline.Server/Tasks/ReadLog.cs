using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>A run's log as plain text or as server-sent events, from any offset, followed to its end if wanted.</summary>
public sealed class ReadLog(Database database, RunLog logs, Bells bells)
{
    const int Piece = 1 << 16;
    static readonly TimeSpan quiet = TimeSpan.FromSeconds(15);

    public async Task<IResult> Read(long run, HttpContext http, long offset, bool follow)
    {
        if (StateOf(run) is null) return new Refusal(404, $"There is no run {run}.").AsResult();
        if (http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/event-stream"))
        {
            var from = long.TryParse(http.Request.Headers["Last-Event-ID"], out var last) ? Math.Max(0, last) : offset;
            return TypedResults.ServerSentEvents(Events(run, from, http.RequestAborted));
        }
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // The follower is answered at once, before there is a line.
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await foreach (var piece in Pieces(run, offset, follow, http.RequestAborted))
        {
            if (piece.Length == 0) continue;
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            if (follow) await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        return Results.Empty;
    }

    /// <summary>Whole lines in an event; its id is the offset after them, so a browser that reconnects goes on where it was.</summary>
    async IAsyncEnumerable<SseItem<string>> Events(long run, long offset, [EnumeratorCancellation] CancellationToken ct)
    {
        var rest = new MemoryStream();
        await foreach (var piece in Pieces(run, offset, follow: true, ct))
        {
            if (piece.Length == 0)
            {
                yield return new("", "quiet");
                continue;
            }
            rest.Write(piece.Span);
            var held = rest.GetBuffer().AsMemory(0, (int)rest.Length);
            // A line without an end is shown when it has got long: a progress bar is one line for minutes.
            var whole = held.Span.LastIndexOf((byte)'\n') is >= 0 and var end ? end + 1 : held.Length > 4096 ? held.Length : 0;
            if (whole == 0) continue;
            offset += whole;
            yield return Lines(held[..whole], offset);
            var left = held[whole..].ToArray();
            rest.SetLength(0);
            rest.Write(left);
        }
        if (rest.Length > 0) yield return Lines(rest.GetBuffer().AsMemory(0, (int)rest.Length), offset + rest.Length);
        yield return new(StateOf(run) ?? "", "end");
    }

    static SseItem<string> Lines(ReadOnlyMemory<byte> bytes, long offset) =>
        new(Encoding.UTF8.GetString(bytes.Span).TrimEnd('\n').Replace('\r', '\n'), "log") { EventId = offset.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    /// <summary>The log's bytes as they come; an empty piece says only that the reader is still being served.</summary>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(long run, long offset, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new byte[Piece];
        while (true)
        {
            var bell = bells.Next(Bells.Log(run));
            // The state first: what is written before the run's end is in the file by the time the end is seen.
            var ended = StateOf(run) is not (nameof(RunState.Running) or nameof(RunState.Waiting));
            int read;
            while ((read = await ReadAt(run, offset, buffer, ct)) > 0)
            {
                offset += read;
                yield return buffer.AsMemory(0, read);
            }
            if (ended || !follow) yield break;
            if (!await bells.Wait(bell, quiet, ct)) yield return default;
        }
    }

    async Task<int> ReadAt(long run, long offset, byte[] buffer, CancellationToken ct)
    {
        if (logs.Length(run) <= offset) return 0;
        await using var file = new FileStream(logs.PathOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.Asynchronous);
        file.Seek(offset, SeekOrigin.Begin);
        return await file.ReadAsync(buffer, ct);
    }

    string? StateOf(long run) => database.Read(db => db.One<string>("SELECT state FROM task_runs WHERE id = @run", new { run }));
}
