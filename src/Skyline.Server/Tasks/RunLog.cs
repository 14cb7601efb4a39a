using System.Collections.Concurrent;
using System.Globalization;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>The logs of runs: one file each, appended to by offset, so that nothing is doubled or lost over reconnects.</summary>
public sealed class RunLog(SkylineSettings settings, Blobs blobs, Bells bells, TimeProvider time)
{
    static readonly TimeSpan soon = TimeSpan.FromMilliseconds(300);
    readonly string folder = Directory.CreateDirectory(Path.Combine(settings.Data, "logs")).FullName;
    readonly ConcurrentDictionary<long, SemaphoreSlim> writing = new();

    /// <summary>What a builder adds to a build's log in its own words has room beside it.</summary>
    public static long LongestBuild(SkylineSettings settings) => settings.MaxLogBytes - Math.Min(64 << 10, settings.MaxLogBytes / 2);

    public string PathOf(long run) => Path.Combine(folder, (run / 1000).ToString(CultureInfo.InvariantCulture), run.ToString(CultureInfo.InvariantCulture) + ".log");

    public long Length(long run) => new FileInfo(PathOf(run)) is { Exists: true } file ? file.Length : 0;

    /// <returns>Where the first line begins at or after an offset; within a very long line, the next character.</returns>
    public async Task<long> LineStart(long run, long offset, CancellationToken ct)
    {
        if (offset <= 0 || Length(run) == 0) return 0;
        using var file = File.OpenHandle(PathOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var start = new byte[1 << 14];
        var read = await RandomAccess.ReadAsync(file, start, offset - 1, ct);
        if (start.AsSpan(0, read).IndexOf((byte)'\n') is >= 0 and var end) return offset + end;
        return offset + Enumerable.Range(1, 3).TakeWhile(at => (start[at] & 0xC0) == 0x80).Count();
    }

    /// <summary>Takes what is new of a piece; a gap takes nothing.</summary>
    /// <returns>How much of the log there is now: the sender goes on from there.</returns>
    public async Task<long> Append(long run, long offset, Stream piece, CancellationToken ct)
    {
        if (blobs.RoomLeft() <= 0) throw new BlobRefusedException(507, Blobs.DiskFull);
        var gate = writing.GetOrAdd(run, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(run))!);
            await using var file = new FileStream(PathOf(run), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0, FileOptions.Asynchronous);
            if (offset > file.Length) return file.Length;
            await Skip(piece, file.Length - offset, ct);
            file.Seek(0, SeekOrigin.End);
            var (buffer, rung) = (new byte[1 << 16], time.GetTimestamp());
            int read;
            while ((read = await piece.ReadAsync(buffer, ct)) > 0)
            {
                if (file.Length + read > settings.MaxLogBytes)
                    throw new BlobRefusedException(413, $"The log is longer than {settings.MaxLogBytes / (1 << 20)} MiB, this server's limit.");
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
                if (time.GetElapsedTime(rung) < soon) continue;
                // A large piece over a slow line: what has come is shown.
                bells.Ring(Bells.Log(run));
                rung = time.GetTimestamp();
            }
            return file.Length;
        }
        finally
        {
            gate.Release();
            bells.Ring(Bells.Log(run));
        }
    }

    /// <summary>The run is over: nobody appends to its log again.</summary>
    public void Close(long run)
    {
        writing.TryRemove(run, out _);
        bells.Ring(Bells.Log(run));
    }

    static async Task Skip(Stream piece, long bytes, CancellationToken ct)
    {
        var buffer = new byte[1 << 14];
        while (bytes > 0)
        {
            var read = await piece.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes)), ct);
            if (read == 0) return;
            bytes -= read;
        }
    }
}
