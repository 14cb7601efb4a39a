using System.Buffers;
using System.Security.Cryptography;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// Exported packages, whole: what the server serves as a head and the rest of a blob is written out once, by its SHA-256, for all the
/// trees that hold it. A file there has been digested as it was written, and has its name only since then.
/// </summary>
sealed class PackageStore(string folder, Blobs blobs)
{
    const int BufferSize = 1 << 20;

    public int Written { get; private set; }

    /// <returns>Its path.</returns>
    /// <exception cref="InvalidDataException">What would be written is not the package.</exception>
    public async Task<string> Path(LocatedPackage package, string fileName, CancellationToken ct)
    {
        var home = Directory.CreateDirectory(System.IO.Path.Combine(folder, package.Sha256[..2])).FullName;
        var path = System.IO.Path.Combine(home, package.Sha256[2..]);
        if (new FileInfo(path) is { Exists: true } known && known.Length == package.Size) return path;
        var temporary = path + ".new";
        await Write(package, temporary, fileName, ct);
        File.Move(temporary, path, overwrite: true);
        OnDisk.SyncFolder(home);
        Written++;
        return path;
    }

    async Task Write(LocatedPackage package, string to, string fileName, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        await using var body = blobs.Open(package.BlobSha256);
        body.Position = package.BodyOffset;
        hash.AppendData(package.Head);
        await file.WriteAsync(package.Head, ct);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        for (int read; (read = await body.ReadAsync(buffer, ct)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != package.Sha256)
            throw new InvalidDataException($"{fileName} is damaged and was not exported; `skyline repo verify` tells what else is.");
        file.Flush(flushToDisk: true);
    }

    /// <summary>Removes what no tree holds any more.</summary>
    public void Prune()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Links.Count(file) == 1).ToList()) File.Delete(file);
    }
}
