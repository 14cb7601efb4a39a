using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Skyline.Server.Storage;

/// <param name="Sha256">Lower-case hex.</param>
public sealed record Blob(string Sha256, long Size);

/// <summary>More arrived than is allowed, or than the disk can hold.</summary>
public sealed class BlobRefusedException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>
/// Files by their SHA-256, `blobs/ab/cd…`. Written under a temporary name, fsynced, renamed: a blob is whole or not there.
/// Whoever points at a blob from a row writes the blob first; a crash leaves at most a file that nothing points at. Bytes that come
/// again make the file young again: what is collected is old and unreferenced, so nobody's who is about to write a row.
/// </summary>
public sealed class Blobs
{
    public const string NearlyFull = "The server's disk is nearly full, so it begins no new builds and uploads, that those under way can end. Free space or ask its administrator; it takes them again by itself.";
    public const string DiskFull = "The server's disk is full; nothing of this was kept. Free space or ask its administrator, then send it again.";

    readonly string folder, incoming;
    readonly BlobsHeld held;
    readonly long reserve;
    readonly SkylineSettings settings;
    readonly TimeProvider time;
    /// <summary>Bytes that came again a moment ago, and are on the disk: many locks are the same.</summary>
    readonly ConcurrentDictionary<string, long> renewed = new(StringComparer.Ordinal);
    static readonly TimeSpan moment = TimeSpan.FromSeconds(30), day = TimeSpan.FromDays(1);
    const int MostRenewed = 1000;

    /// <summary>One a folder: its files come to be young, and go for being old, in turn.</summary>
    readonly Lock[] turns = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    public Blobs(SkylineSettings settings, TimeProvider time)
    {
        (reserve, this.settings, this.time) = (settings.DiskReserveBytes, settings, time);
        folder = Directory.CreateDirectory(Path.Combine(settings.Data, "blobs")).FullName;
        incoming = Directory.CreateDirectory(Path.Combine(settings.Data, "incoming")).FullName;
        held = BlobsHeld.Open(settings.Data);
        // What a killed process was receiving is nobody's: its sender starts again. A person's source package goes on, and is digested as a whole when it is.
        foreach (var left in Directory.EnumerateFiles(incoming).Where(path => !Path.GetFileName(path).StartsWith("source-", StringComparison.Ordinal) && IsNobodys(path))) File.Delete(left);
    }

    /// <summary>Where several servers have one folder, another may be receiving it.</summary>
    bool IsNobodys(string left) => settings.Database.Length == 0 || File.GetLastWriteTimeUtc(left) < (time.GetUtcNow() - day).UtcDateTime;

    /// <summary>Where a blob's bytes are; the name is checked to be a hash, so no caller can reach another file.</summary>
    public string PathOf(string sha256) =>
        IsName(sha256)
            ? Path.Combine(folder, sha256[..2], sha256[2..])
            : throw new ArgumentException($"'{sha256}' is not a SHA-256 in lower-case hex.", nameof(sha256));

    static bool IsName(string sha256) => sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower);

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>For whoever has made sure, in a write to the database, that no row points at it. While a backup copies it stays, for the next collection of garbage.</summary>
    public void Delete(string sha256) => held.Unless(() => File.Delete(PathOf(sha256)));

    /// <summary>As <see cref="Delete"/>, but not what has come (again) since.</summary>
    /// <returns>Whether it went.</returns>
    public bool DeleteOld(string sha256, DateTimeOffset before)
    {
        lock (TurnOf(sha256))
        {
            if (new FileInfo(PathOf(sha256)) is not { Exists: true } file || file.LastWriteTimeUtc >= before.UtcDateTime) return false;
            return held.Unless(file.Delete);
        }
    }

    /// <summary>All that is kept, folder by folder, as it is while it is walked.</summary>
    public IEnumerable<(Blob Blob, DateTimeOffset At)> All() => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        .SelectMany(one => new DirectoryInfo(one).EnumerateFiles()).Where(file => file.Exists)
        .Select(file => (new Blob(file.Directory!.Name + file.Name, file.Length), new DateTimeOffset(file.LastWriteTimeUtc)))
        .Where(kept => IsName(kept.Item1.Sha256));

    public FileStream Open(string sha256) =>
        new(PathOf(sha256), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 1 << 16, Options = FileOptions.Asynchronous });

    /// <summary>
    /// Keeps what <paramref name="body"/> brings, and lets <paramref name="read"/> look at it as it passes: a stream is read once
    /// from the network, however large. If the reader throws, nothing is kept. The rest that it leaves is kept too.
    /// </summary>
    public async Task<(Blob Blob, T Seen)> Receive<T>(Stream body, long maxBytes, Func<Stream, Task<T>> read, CancellationToken ct)
    {
        var temporary = Path.Combine(incoming, Guid.NewGuid().ToString("n"));
        try
        {
            Blob blob;
            T seen;
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous))
            {
                await using var passing = new PassingStream(body, file, maxBytes, RoomLeft);
                seen = await read(passing);
                await passing.DrainAsync(ct);
                blob = passing.Blob();
                file.Flush(flushToDisk: true);
            }
            Keep(temporary, blob);
            return (blob, seen);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// As the other, but what came before, in the file <paramref name="unfinished"/>, goes first; and if <paramref name="body"/> breaks off,
    /// what has come stays there for the next try.
    /// </summary>
    /// <param name="goesOn">Asked now and then; throws where no more is to come.</param>
    public async Task<(Blob Blob, T Seen)> Receive<T>(string unfinished, Stream body, long maxBytes, Func<Stream, Task<T>> read, CancellationToken ct, Action? goesOn = null)
    {
        await using var source = new ResumedStream(unfinished, body);
        try
        {
            Blob blob;
            T seen;
            await using (var file = new FileStream(unfinished, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0, FileOptions.Asynchronous))
            {
                await using var passing = new PassingStream(source, file, maxBytes, Room, file.Length);
                seen = await read(passing);
                await passing.DrainAsync(ct);
                blob = passing.Blob();
                file.Flush(flushToDisk: true);
            }
            Keep(unfinished, blob);
            return (blob, seen);
        }
        // A sender who went, or came again by another connection, says nothing against what has come: wherever it was noticed.
        catch (Exception failed) when (!source.BrokeOff && failed is not OperationCanceledException)
        {
            File.Delete(unfinished);
            throw;
        }

        long Room()
        {
            goesOn?.Invoke();
            return RoomLeft();
        }
    }

    /// <summary>Where what has come of a file is, until it is whole or given up; swept with all else there at start.</summary>
    public string Unfinished(string name) => Path.Combine(incoming, name);

    public IEnumerable<string> AllUnfinished(string pattern) => Directory.EnumerateFiles(incoming, pattern).Select(path => Path.GetFileName(path));

    /// <summary>Keeps bytes that are at hand.</summary>
    public async Task<Blob> Put(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var blob = new Blob(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), bytes.Length);
        if (Renew(blob.Sha256)) return blob;
        return await Make(file => file.WriteAsync(bytes, ct).AsTask(), ct);
    }

    /// <summary>Keeps what <paramref name="write"/> writes.</summary>
    public async Task<Blob> Make(Func<Stream, Task> write, CancellationToken ct)
    {
        if (RoomLeft() <= 0) throw new BlobRefusedException(507, DiskFull);
        var temporary = Path.Combine(incoming, Guid.NewGuid().ToString("n"));
        try
        {
            Blob blob;
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await write(file);
                await file.FlushAsync(ct);
                file.Position = 0;
                blob = new Blob(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)), file.Length);
                file.Flush(flushToDisk: true);
            }
            Keep(temporary, blob);
            return blob;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Bytes that may still be written before the reserve is touched.</summary>
    public long RoomLeft() => new DriveInfo(folder).AvailableFreeSpace - reserve;

    /// <summary>Below so much of that nothing new is begun, so that what is under way can end.</summary>
    public long StopsBelow() => StopsBelow(settings, folder);

    public static long StopsBelow(SkylineSettings settings, string folder) => Math.Min(settings.StopFreeBytes, new DriveInfo(folder).TotalSize / 50);

    /// <summary>Whether builds and uploads may begin; they do again by themselves when there is room.</summary>
    public bool TakesNew() => RoomLeft() > StopsBelow();

    void Keep(string temporary, Blob blob)
    {
        var path = PathOf(blob.Sha256);
        File.SetLastWriteTimeUtc(temporary, time.GetUtcNow().UtcDateTime);
        lock (TurnOf(blob.Sha256)) Place();
        OnDisk.SyncFolder(Path.GetDirectoryName(path)!);

        // A folder is made when its first blob comes: a new server has 256 fewer to make before it answers.
        void Place()
        {
            try
            {
                File.Move(temporary, path, overwrite: true);
            }
            catch (DirectoryNotFoundException)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                OnDisk.SyncFolder(folder);
                File.Move(temporary, path, overwrite: true);
            }
        }
    }

    /// <returns>False if it is not there.</returns>
    bool Renew(string sha256)
    {
        var path = PathOf(sha256);
        if (renewed.TryGetValue(sha256, out var at) && time.GetElapsedTime(at) < moment && File.Exists(path)) return true;
        lock (TurnOf(sha256))
        {
            if (!File.Exists(path)) return false;
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        // Who named it a moment ago may not have come to this yet.
        OnDisk.SyncFolder(Path.GetDirectoryName(path)!);
        if (renewed.Count >= MostRenewed) renewed.Clear();
        renewed[sha256] = time.GetTimestamp();
        return true;
    }

    Lock TurnOf(string sha256) => turns[Convert.ToInt32(sha256[..2], 16)];
}
