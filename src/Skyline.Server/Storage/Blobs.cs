using System.Buffers;
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
/// Whoever points at a blob from a row writes the blob first; a crash leaves at most a file that nothing points at.
/// </summary>
public sealed class Blobs
{
    public const string DiskFull = "The server's disk is full; nothing of this was kept. Free space or ask its administrator, then send it again.";

    readonly string folder, incoming;
    readonly long reserve;

    public Blobs(SkylineSettings settings)
    {
        reserve = settings.DiskReserveBytes;
        folder = Directory.CreateDirectory(Path.Combine(settings.Data, "blobs")).FullName;
        incoming = Directory.CreateDirectory(Path.Combine(settings.Data, "incoming")).FullName;
        // What a killed process was receiving is nobody's: its sender starts again.
        foreach (var left in Directory.EnumerateFiles(incoming)) File.Delete(left);
    }

    /// <summary>Where a blob's bytes are; the name is checked to be a hash, so no caller can reach another file.</summary>
    public string PathOf(string sha256) =>
        sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(folder, sha256[..2], sha256[2..])
            : throw new ArgumentException($"'{sha256}' is not a SHA-256 in lower-case hex.", nameof(sha256));

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>For whoever has made sure, in a write to the database, that no row points at it.</summary>
    public void Delete(string sha256) => File.Delete(PathOf(sha256));

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

    /// <summary>Keeps bytes that are at hand.</summary>
    public async Task<Blob> Put(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var blob = new Blob(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), bytes.Length);
        if (Has(blob.Sha256)) return blob;
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

    void Keep(string temporary, Blob blob)
    {
        var path = PathOf(blob.Sha256);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(temporary, path, overwrite: true);
    }
}
