using System.Collections.Concurrent;

namespace Skyline.Server.Externals;

/// <summary>Packages of a repository on this server's own disk, held against their metadata once and again whenever they were changed.</summary>
public sealed class VerifiedOnDisk
{
    const int Most = 200_000;
    readonly ConcurrentDictionary<string, (Checksum Checksum, long Size, DateTime ChangedAt)> verified = new();

    /// <exception cref="UpstreamException">It is not there, or not what its metadata lists.</exception>
    public async Task<FileStream> Open(Uri address, UpstreamFile file, CancellationToken ct)
    {
        FileStream stream;
        try
        {
            stream = OpenUpstream.OpenOnDisk(address);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UpstreamException($"{address}: it cannot be read: {fault.Message.TrimEnd('.')}");
        }
        try
        {
            var found = (file.Checksum, stream.Length, File.GetLastWriteTimeUtc(stream.SafeFileHandle));
            if (verified.TryGetValue(address.LocalPath, out var known) && known == found) return stream;
            await Verify(address, stream, file, ct);
            if (verified.Count >= Most) verified.Clear();
            verified[address.LocalPath] = found;
            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    static async Task Verify(Uri address, FileStream stream, UpstreamFile file, CancellationToken ct)
    {
        try
        {
            await using var passing = new CheckedStream(stream, file.Checksum, file.Size, long.MaxValue);
            var buffer = new byte[1 << 16];
            while (await passing.ReadAsync(buffer, ct) > 0) { }
        }
        catch (UpstreamException fault)
        {
            throw new UpstreamException($"{address}: {fault.Message}");
        }
    }
}
