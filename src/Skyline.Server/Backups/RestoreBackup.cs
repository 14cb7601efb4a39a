using Skyline.Server.Builders;
using Skyline.Server.Storage;

namespace Skyline.Server.Backups;

/// <summary>Puts a backup into an empty data folder. Every byte is checked on its way; the database comes last, so what was not restored whole is no data folder.</summary>
static class RestoreBackup
{
    const string UnderWay = "restore.under-way";

    /// <exception cref="InvalidOperationException">The folder is not empty or in use, the backup is of a newer version, or it is damaged: then nothing of it stays.</exception>
    public static async Task<Manifest> Run(BackupFolder from, string name, string data, TimeProvider time, CancellationToken ct)
    {
        var manifest = from.ReadManifest(name);
        if (manifest.Schema > Migrations.Newest)
            throw new InvalidOperationException($"The backup {name} is of schema {manifest.Schema}, made by Skyline {manifest.Program}; this is Skyline {VersionNotice.Own}, which knows schemas up to {Migrations.Newest}. Restore it with that version or a newer one.");
        BackupFolder.Make(data);
        using var turn = FolderLock.Take(data, "a restore", time);
        RefuseNotEmpty(data);
        await File.WriteAllTextAsync(Path.Combine(data, UnderWay), $"{from.Root}\n", ct);
        try
        {
            await Put(from, name, manifest, data, ct);
        }
        catch (Exception)
        {
            Clear(data);
            throw;
        }
        LastBackup.Note(data, new(from.Root, name, manifest.MadeAt, manifest.Database.Size, manifest.Blobs, manifest.BlobBytes, 0, 0, manifest.Files, 0, manifest.Keys, 0, [.. manifest.Missing.Take(20)], manifest.Missing.Count));
        File.Delete(Path.Combine(data, UnderWay));
        OnDisk.SyncFolder(data);
        return manifest;
    }

    /// <summary>A server that began anew in what a restore left half done would hide that.</summary>
    public static void RefuseHalfDone(string data)
    {
        if (File.Exists(Path.Combine(data, UnderWay)))
            throw new InvalidOperationException($"A restore into {data} has not come to its end. Run it again: `skyline-server restore {File.ReadAllText(Path.Combine(data, UnderWay)).Trim()}`.");
    }

    static void RefuseNotEmpty(string data)
    {
        if (File.Exists(Path.Combine(data, UnderWay))) Clear(data);
        else if (Entries(data).FirstOrDefault() is { } entry)
            throw new InvalidOperationException($"The data folder {data} is not empty ({Path.GetFileName(entry)} is in it), and a restore changes nothing that is there. Put it aside (`mv {data} {data}.old`) or name another folder with Skyline__Data.");
    }

    static IEnumerable<string> Entries(string data) => Directory.EnumerateFileSystemEntries(data).Where(path => Path.GetFileName(path) is not (FolderLock.FileName or "lost+found"));

    static void Clear(string data)
    {
        foreach (var entry in Entries(data).Where(path => Path.GetFileName(path) != UnderWay).ToList())
            if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
            else File.Delete(entry);
        File.Delete(Path.Combine(data, UnderWay));
    }

    static async Task Put(BackupFolder from, string name, Manifest manifest, string data, CancellationToken ct)
    {
        var list = Path.Combine(from.Of(name), BackupFolder.ContentsName);
        if (VerifyBackup.WhyNot(list, manifest.Contents.Sha256, manifest.Contents.Size) is { } wrong) throw new InvalidOperationException($"The backup is damaged, and nothing was restored. {wrong}");
        foreach (var kept in Contents.Read(list)) await PutOne(from.PathOf(kept.Sha256), kept.Sha256, Path.Combine(data, kept.Where), ct);
        var database = Path.Combine(from.Of(name), BackupFolder.DatabaseName);
        await PutOne(database, manifest.Database.Sha256, Path.Combine(data, "skyline.db"), ct);
        if (VerifyBackup.Damage(Path.Combine(data, "skyline.db")) is { } damage) throw new InvalidOperationException($"The backup is damaged, and nothing was restored. {damage}");
        foreach (var folder in Directory.EnumerateDirectories(data, "*", SearchOption.AllDirectories)) OnDisk.SyncFolder(folder);
    }

    static async Task PutOne(string from, string sha256, string to, CancellationToken ct)
    {
        if (!File.Exists(from)) throw new InvalidOperationException($"The backup is damaged, and nothing was restored. {from} is missing.");
        BackupFolder.Make(Path.GetDirectoryName(to)!);
        if ((await BackupFolder.Copy(from, to, ct)).Sha256 is var found && found != sha256)
            throw new InvalidOperationException($"The backup is damaged, and nothing was restored. {from} has the SHA-256 {found}, and should have {sha256}. An earlier backup may have it whole: `--at NAME`.");
    }
}
