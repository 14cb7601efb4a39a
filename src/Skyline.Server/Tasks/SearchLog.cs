using System.Buffers;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>Finds a text in a run's whole log, and which line stands where, in one pass over the file with a buffer of fixed size. Four at a time; the others wait.</summary>
public sealed class SearchLog(Database database, RunLog logs) : IDisposable
{
    const int Piece = 1 << 16, MostPlaces = 1000;
    public const int LongestText = 200;
    readonly SemaphoreSlim room = new(4, 4);

    /// <param name="text">Plain text; of ASCII letters, large and small are the same.</param>
    public async Task<(LogMatches? Matches, Refusal? Refusal)> Find(long run, string? text, CancellationToken ct)
    {
        if (text is not { Length: > 0 and <= LongestText } || text.Contains('\n')) return (null, new(400, $"Say what to look for with q: 1 to {LongestText} characters of one line."));
        if (!IsThere(run)) return (null, NoSuch(run));
        var found = new LogFinds(Encoding.UTF8.GetBytes(text), MostPlaces);
        var searched = await Walk(run, long.MaxValue, found.Take, ct);
        return (new(found.Count, found.Places, searched), null);
    }

    /// <summary>The line that a byte of the log is in, or where a line begins; beyond the end, the last.</summary>
    public async Task<(LogPlace? Place, Refusal? Refusal)> Place(long run, long? offset, long? line, CancellationToken ct)
    {
        if (offset is null == line is null || offset < 0 || line < 1) return (null, new(400, "Say either offset, from 0, or line, from 1."));
        if (!IsThere(run)) return (null, NoSuch(run));
        var place = new LogCount(offset ?? long.MaxValue, line ?? long.MaxValue);
        await Walk(run, offset is { } until ? until + 1 : long.MaxValue, place.Take, ct);
        return (new(place.Line, place.Start), null);
    }

    /// <param name="take">Takes a piece; false: no more is wanted.</param>
    async Task<long> Walk(long run, long until, LogPart take, CancellationToken ct)
    {
        await room.WaitAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            if (logs.Length(run) == 0) return 0;
            using var file = File.OpenHandle(logs.PathOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var (at, end) = (0L, Math.Min(until, RandomAccess.GetLength(file)));
            while (at < end)
            {
                ct.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(Piece, end - at)), at);
                if (read == 0 || !take(buffer.AsSpan(0, read))) break;
                at += read;
            }
            return at;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            room.Release();
        }
    }

    bool IsThere(long run) => database.Read(db => db.One<long?>("SELECT id FROM task_runs WHERE id = @run", new { run })) is not null;

    static Refusal NoSuch(long run) => new(404, $"There is no run {run}.");

    public void Dispose() => room.Dispose();
}

delegate bool LogPart(ReadOnlySpan<byte> part);
