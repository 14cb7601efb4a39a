using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>A run's log as plain text or as server-sent events, from any offset, followed to its end if wanted.</summary>
public sealed class ReadLog(Database database, RunLog logs, Bells bells)
{
    const int Piece = 1 << 16;
    static readonly TimeSpan quiet = TimeSpan.FromSeconds(15);

    /// <param name="tail">For events: only so many of the last bytes of what there is, from the next line's beginning on.</param>
    public async Task<IResult> Read(long run, HttpContext http, long offset, bool follow, long? tail)
    {
        if (StateOf(run) is not { } state) return new Refusal(404, $"There is no run {run}.").AsResult();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/event-stream"))
        {
            var from = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
                : tail is { } bytes ? await logs.LineStart(run, Math.Max(offset, logs.Length(run) - Math.Max(0, bytes)), http.RequestAborted)
                : offset;
            await SendEvents(run, from, http);
            return Results.Empty;
        }
        // A part of what there is, as a browser or a script asks for it. The whole of a log that still grows has no length to announce.
        if (!follow && offset == 0 && logs.Length(run) > 0 && (HasEnded(state) || AsksForPart(http.Request))) return TypedResults.PhysicalFile(logs.PathOf(run), "text/plain; charset=utf-8", enableRangeProcessing: true);
        await SendText(run, offset, follow, http);
        return Results.Empty;
    }

    async Task SendText(long run, long offset, bool follow, HttpContext http)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        // The follower is answered at once, before there is a line.
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var cut = false;
        await foreach (var piece in Pieces(run, offset, follow, () => cut = true, http.RequestAborted))
        {
            if (piece.Length == 0) continue;
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            if (follow) await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        // A text that ended as it should would be taken for the whole log.
        if (cut) http.Abort();
    }

    /// <summary>First where in the log it begins; last the state that the run ended in.</summary>
    async Task SendEvents(long run, long from, HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache,no-store";
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        var (events, to) = (new LogEvents(from), http.Response.BodyWriter);
        Say(to, "from", from.ToString(CultureInfo.InvariantCulture));
        await to.FlushAsync(http.RequestAborted);
        var (caughtUp, cut) = (false, false);
        await foreach (var piece in Pieces(run, from, follow: true, () => cut = true, http.RequestAborted))
        {
            if (piece.Length > 0) events.Take(piece.Span, to);
            else if (caughtUp) Say(to, "quiet", "");
            else events.Pause(to);
            caughtUp = piece.Length == 0;
            await to.FlushAsync(http.RequestAborted);
        }
        // Without its end whoever follows comes back, and goes on after the last event.
        if (cut) return;
        events.End(to);
        Say(to, "end", StateOf(run) ?? "");
    }

    static void Say(IBufferWriter<byte> to, string name, string data) => to.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n"));

    /// <summary>The log's bytes as they come; an empty piece says that there is no more for now, and later that the reader is still being served.</summary>
    /// <param name="cut">Called where the server stops before the log has ended.</param>
    async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(long run, long offset, bool follow, Action cut, [EnumeratorCancellation] CancellationToken ct)
    {
        var buffer = new byte[Piece];
        using var file = new OpenLog(logs.PathOf(run));
        while (true)
        {
            var bell = bells.Next(Bells.Log(run));
            // The state first: what is written before the run's end is in the file by the time the end is seen.
            // None: whoever follows it may read it no more.
            if (StateOf(run) is not { } state) yield break;
            var ended = HasEnded(state);
            var read = 0;
            for (int got; (got = await file.Read(offset, buffer, ct)) > 0; offset += got, read += got) yield return buffer.AsMemory(0, got);
            if (ended || !follow) yield break;
            if (read > 0) yield return default;
            if (!await bells.Hold([bell], quiet, ct)) yield return default;
            if (!bells.IsClosing) continue;
            cut();
            yield break;
        }
    }

    static bool HasEnded(string state) => state is not (nameof(RunState.Running) or nameof(RunState.Waiting));

    static bool AsksForPart(HttpRequest request) => request.GetTypedHeaders() is { Range.Ranges.Count: 1, IfRange: null };

    string? StateOf(long run) => database.Read(db => db.One<string>("SELECT state FROM task_runs WHERE id = @run", new { run }));

    /// <summary>A log's file from when it is first there.</summary>
    sealed class OpenLog(string path) : IDisposable
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle? file;

        public async ValueTask<int> Read(long offset, Memory<byte> into, CancellationToken ct)
        {
            if (file is null && !File.Exists(path)) return 0;
            file ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
            // Most wakes are for nothing new: asking the length is cheaper than a read in another thread.
            return RandomAccess.GetLength(file) <= offset ? 0 : await RandomAccess.ReadAsync(file, into, offset, ct);
        }

        public void Dispose() => file?.Dispose();
    }
}
