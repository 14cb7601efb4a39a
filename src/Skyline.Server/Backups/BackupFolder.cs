using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Skyline.Server.Storage;

namespace Skyline.Server.Backups;

/// <summary>
/// A folder of backups: one folder for each, named by its time, with the database and the list of all else; and `store/`, where the bytes of all of
/// them are by their SHA-256, each once. So every backup is whole, and a new one costs what is new.
/// </summary>
sealed class BackupFolder(string root)
{
    public const string ManifestName = "manifest.json", DatabaseName = "skyline.db", ContentsName = "contents", Part = ".part";
    const string TimeFormat = "yyyy-MM-dd'T'HHmmss'Z'";
    const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    public const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Root { get; } = Path.GetFullPath(root);

    public string Store => Path.Combine(Root, "store");

    public string PathOf(string sha256) => Path.Combine(Store, sha256[..2], sha256[2..]);

    public string Of(string name) => Path.Combine(Root, name);

    public static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Whole ones, the newest first.</summary>
    public IReadOnlyList<string> Names() => !Directory.Exists(Root) ? [] : [.. new DirectoryInfo(Root).EnumerateDirectories().Select(folder => folder.Name)
        .Where(name => DateTimeOffset.TryParseExact(name, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && File.Exists(Path.Combine(Root, name, ManifestName)))
        .OrderDescending(StringComparer.Ordinal)];

    /// <returns>The one that is named, or the newest.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string Find(string? name) => Names() switch
    {
        [] => throw new InvalidOperationException($"There is no backup in {Root}. A folder of backups has a folder for each, named by its time (2026-12-01T044000Z), and store/."),
        var all when name is null => all[0],
        var all when all.Contains(name) => name,
        var all => throw new InvalidOperationException($"There is no backup '{name}' in {Root}; there are {string.Join(", ", all.Take(20))}."),
    };

    /// <summary>With those above it, each for its owner alone.</summary>
    public static string Make(string folder)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above && !Directory.Exists(above)) Make(above);
        return Directory.CreateDirectory(folder, Own).FullName;
    }

    public Manifest ReadManifest(string name)
    {
        var file = Path.Combine(Of(name), ManifestName);
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllText(file), ManifestJson.Default.Manifest) ?? throw new DamagedBackupException(file, "it is empty");
            return manifest.Format == Manifest.Known ? manifest : throw new InvalidOperationException($"{file} is of format {manifest.Format}, and this Skyline knows {Manifest.Known}: use the version that made it ({manifest.Program}), or a newer one.");
        }
        catch (JsonException fault)
        {
            throw new DamagedBackupException(file, $"it cannot be read ({fault.Message.TrimEnd('.')})");
        }
    }

    public static Digested Digest(string folder, string name)
    {
        using var file = File.OpenRead(Path.Combine(folder, name));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        return new(name, file.Length, sha256);
    }

    /// <summary>One backup at a time writes into it.</summary>
    public FileStream Lock()
    {
        Make(Root);
        try
        {
            return new FileStream(Path.Combine(Root, "backup.lock"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnFile });
        }
        catch (IOException busy) when (File.Exists(Path.Combine(Root, "backup.lock")) && busy is not FileNotFoundException)
        {
            throw new InvalidOperationException($"Another backup is being written into {Root} now; try again when it has ended.");
        }
    }

    /// <summary>Copies bytes to a place of their own name and digests them on the way; whole and on the disk, or not there.</summary>
    /// <param name="wanted">What they are to be; null: whatever they are.</param>
    /// <returns>Null: they are something else, and nothing was kept.</returns>
    public async Task<Digested?> Take(string from, string? wanted, CancellationToken ct)
    {
        var temporary = Path.Combine(Store, $"{Guid.NewGuid():n}{Part}");
        try
        {
            var copied = await Copy(from, temporary, ct);
            if (wanted is not null && copied.Sha256 != wanted) return null;
            var to = PathOf(copied.Sha256);
            Make(Path.GetDirectoryName(to)!);
            File.Move(temporary, to, overwrite: true);
            return copied;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static async Task<Digested> Copy(string from, string to, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = new FileStream(from, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        await using var copy = new FileStream(to, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous, UnixCreateMode = OwnFile });
        var buffer = new byte[1 << 18];
        for (int read; (read = await source.ReadAsync(buffer, ct)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await copy.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        copy.Flush(flushToDisk: true);
        return new(to, copy.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The names of what was written, too, are on the disk.</summary>
    public void Sync(string name)
    {
        foreach (var folder in Directory.EnumerateDirectories(Store).Append(Store).Append(Of(name)).Append(Root)) OnDisk.SyncFolder(folder);
    }
}
