using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Storage;

namespace Skyline.Server.Backups;

/// <summary>
/// A backup while builds go on: the database as of one moment, then every blob that it names. No blob goes meanwhile (<see cref="BlobsHeld"/>), and
/// blobs come before the rows that name them, so all that the copy names is there. Works beside a running server, within it, and without one.
/// </summary>
static class MakeBackup
{
    /// <param name="data">The data folder.</param>
    /// <param name="keep">How many backups stay, this one among them; null: all.</param>
    public static async Task<BackupMade> Run(string data, BackupFolder into, bool keys, int? keep, TimeProvider time, CancellationToken ct)
    {
        RefuseWithin(data, into.Root);
        using var turn = into.Lock();
        Sweep(into);
        using var held = BlobsHeld.Hold(data);
        var (at, earlier) = (time.GetUtcNow(), into.Names());
        var name = BackupFolder.NameOf(at);
        if (Directory.Exists(into.Of(name))) throw new InvalidOperationException($"There is a backup of this very second already, {name}.");
        var part = BackupFolder.Make(into.Of(name) + BackupFolder.Part);
        var schema = TakeDatabase(data, part);
        var taken = await TakeContents(data, into, part, keys, earlier.Count > 0 ? earlier[0] : null, ct);
        var manifest = new Manifest(Manifest.Known, at, VersionNotice.Own, schema, keys, BackupFolder.Digest(part, BackupFolder.DatabaseName), BackupFolder.Digest(part, BackupFolder.ContentsName),
            taken.Blobs, taken.BlobBytes, taken.Files, taken.FileBytes, taken.Missing);
        WriteWhole(Path.Combine(part, BackupFolder.ManifestName), JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest) + "\n");
        Directory.Move(part, into.Of(name));
        into.Sync(name);
        var pruned = keep is { } most ? PruneBackups.Run(into, most) : 0;
        var made = new BackupMade(into.Root, name, at, manifest.Database.Size, manifest.Blobs, manifest.BlobBytes, taken.New, taken.NewBytes, manifest.Files, pruned, keys, (time.GetUtcNow() - at).TotalSeconds, [.. manifest.Missing.Take(20)], manifest.Missing.Count);
        LastBackup.Note(data, made);
        return made;
    }

    static void RefuseWithin(string data, string root)
    {
        if ((root + "/").StartsWith(Path.GetFullPath(data) + "/", StringComparison.Ordinal))
            throw new InvalidOperationException($"{root} is within the data folder, and would go with it. Name a folder on another disk.");
    }

    /// <summary>What a backup left that was killed.</summary>
    static void Sweep(BackupFolder into)
    {
        foreach (var left in Directory.EnumerateDirectories(into.Root, "*" + BackupFolder.Part)) Directory.Delete(left, recursive: true);
        foreach (var left in Directory.EnumerateFiles(BackupFolder.Make(into.Store), "*" + BackupFolder.Part)) File.Delete(left);
    }

    /// <returns>Its schema.</returns>
    static int TakeDatabase(string data, string part)
    {
        var (file, copy) = (Path.Combine(data, "skyline.db"), Path.Combine(part, BackupFolder.DatabaseName));
        if (!File.Exists(file)) throw new InvalidOperationException($"There is no database at {file}; Skyline__Data names the server's data folder.");
        new FileStream(copy, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = BackupFolder.OwnFile }).Dispose();
        using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 60 }.ToString());
        from.Open();
        // Whoever was deleting a blob in a write when the hold began has committed after this.
        from.Execute("BEGIN IMMEDIATE; COMMIT");
        CopyDatabase.To(from, copy);
        using var made = OpenCopy(copy);
        if (made.Query<string>("PRAGMA quick_check(3)").AsList() is not ["ok"] and var found) throw DatabaseFault.Damaged(file, string.Join("; ", found) + ".");
        return Migrations.Of(made);
    }

    public static SqliteConnection OpenCopy(string file)
    {
        var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        copy.Open();
        return copy;
    }

    sealed record Taken
    {
        public long Blobs { get; set; }
        public long BlobBytes { get; set; }
        public int Files { get; set; }
        public long FileBytes { get; set; }
        public long New { get; set; }
        public long NewBytes { get; set; }
        public List<string> Missing { get; } = [];
    }

    static async Task<Taken> TakeContents(string data, BackupFolder into, string part, bool keys, string? earlier, CancellationToken ct)
    {
        var taken = new Taken();
        await using (var list = new StreamWriter(new FileStream(Path.Combine(part, BackupFolder.ContentsName), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = BackupFolder.OwnFile })))
        {
            using (var copy = OpenCopy(Path.Combine(part, BackupFolder.DatabaseName)))
                foreach (var sha256 in copy.Query<string>(BlobReferences.Everything, buffered: false)) await TakeBlob(sha256);
            var known = earlier is null ? [] : Contents.Read(Path.Combine(into.Of(earlier), BackupFolder.ContentsName)).Where(kept => kept.Path is not null).ToDictionary(kept => kept.Path!);
            foreach (var path in BackedUp.Of(data, keys)) await TakeFile(path, known.GetValueOrDefault(path));

            async Task TakeBlob(string sha256)
            {
                ct.ThrowIfCancellationRequested();
                if (await Bytes(into, sha256, Path.Combine(data, "blobs", sha256[..2], sha256[2..]), taken, ct) is not { } size)
                {
                    taken.Missing.Add(sha256);
                    return;
                }
                (taken.Blobs, taken.BlobBytes) = (taken.Blobs + 1, taken.BlobBytes + size);
                await list.WriteLineAsync(Contents.Line(new(sha256, size, null, 0)));
            }

            async Task TakeFile(string path, Kept? before)
            {
                ct.ThrowIfCancellationRequested();
                if (new FileInfo(Path.Combine(data, path)) is not { Exists: true } file) return;
                var changed = file.LastWriteTimeUtc.Ticks;
                var kept = before is not null && before.Size == file.Length && before.ChangedAt == changed && File.Exists(into.PathOf(before.Sha256)) ? before
                    : await into.Take(file.FullName, null, ct) is { } copied ? Noted(taken, new(copied.Sha256, copied.Size, path, changed)) : throw new IOException($"{file.FullName} could not be copied.");
                (taken.Files, taken.FileBytes) = (taken.Files + 1, taken.FileBytes + kept.Size);
                await list.WriteLineAsync(Contents.Line(kept));
            }
        }
        using var written = OnDisk.OpenFile(Path.Combine(part, BackupFolder.ContentsName));
        OnDisk.SyncData(written, BackupFolder.ContentsName);
        return taken;
    }

    /// <returns>Null: they are not there, or are not what their name says.</returns>
    static async Task<long?> Bytes(BackupFolder into, string sha256, string from, Taken taken, CancellationToken ct)
    {
        if (new FileInfo(into.PathOf(sha256)) is { Exists: true } there) return there.Length;
        if (!File.Exists(from) || await into.Take(from, sha256, ct) is not { } copied) return null;
        (taken.New, taken.NewBytes) = (taken.New + 1, taken.NewBytes + copied.Size);
        return copied.Size;
    }

    static Kept Noted(Taken taken, Kept kept)
    {
        (taken.New, taken.NewBytes) = (taken.New + 1, taken.NewBytes + kept.Size);
        return kept;
    }

    static void WriteWhole(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = BackupFolder.OwnFile });
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
