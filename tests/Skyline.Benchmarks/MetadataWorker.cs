using System.Buffers;
using Skyline.Rpm;

namespace Skyline.Benchmarks;

/// <summary>Makes a repository's metadata of a folder of packages, as createrepo_c does: two workers, every file hashed.</summary>
static class MetadataWorker
{
    public const string Name = "metadata-worker";
    const int Workers = 2;
    const int ChunkSize = 32 << 10;

    public static async Task<int> Run(string folder, string output, string[] options)
    {
        var compression = options.Contains("zstd") ? MetadataCompression.Zstd : MetadataCompression.Gzip;
        var packages = Directory.GetFiles(folder, "*.rpm", SearchOption.AllDirectories);
        var metadata = new PackageMetadata[packages.Length];
        await Parallel.ForAsync(0, packages.Length, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (i, ct) => metadata[i] = await Read(folder, packages[i], ct));
        foreach (var file in RepodataFiles.Write(metadata, compression, DateTimeOffset.UnixEpoch))
        {
            var path = Path.Combine(output, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var written = File.Create(path);
            await written.WriteAsync(file.Bytes);
        }
        return 0;
    }

    static async ValueTask<PackageMetadata> Read(string root, string path, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            using var hashed = new HashedFile(file, buffer);
            var package = await RpmPackage.Read(hashed, path, ct);
            return PackageMetadata.Of(package, hashed.FinishHash(), RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file), Path.GetRelativePath(root, path));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
