using System.Security.Cryptography;
using Dapper;

namespace Skyline.Server.Backups;

/// <summary>Every byte of a backup read and digested anew.</summary>
static class VerifyBackup
{
    /// <summary>What is not as it should be, as it is found.</summary>
    public static IEnumerable<string> Run(BackupFolder folder, string name, CancellationToken ct)
    {
        Manifest manifest;
        string? unreadable = null;
        try
        {
            manifest = folder.ReadManifest(name);
        }
        catch (DamagedBackupException fault)
        {
            (manifest, unreadable) = (null!, fault.Message);
        }
        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }
        foreach (var digested in new[] { manifest.Database, manifest.Contents })
            if (WhyNot(Path.Combine(folder.Of(name), Path.GetFileName(digested.File)), digested.Sha256, digested.Size) is { } why) yield return why;
        if (Damage(Path.Combine(folder.Of(name), BackupFolder.DatabaseName)) is { } damage) yield return damage;
        foreach (var finding in Bytes(folder, name, ct)) yield return finding;
        foreach (var missing in manifest.Missing) yield return $"Blob {missing} was missing or damaged already when the backup was made.";
    }

    static IEnumerable<string> Bytes(BackupFolder folder, string name, CancellationToken ct)
    {
        using var lines = Contents.Read(Path.Combine(folder.Of(name), BackupFolder.ContentsName)).GetEnumerator();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            string? broken = null;
            try
            {
                if (!lines.MoveNext()) yield break;
            }
            catch (Exception fault) when (fault is DamagedBackupException or IOException)
            {
                broken = fault.Message;
            }
            if (broken is not null)
            {
                yield return broken;
                yield break;
            }
            if (WhyNot(folder.PathOf(lines.Current.Sha256), lines.Current.Sha256, lines.Current.Size) is { } why) yield return $"{why} It is {lines.Current.Where} of the data folder.";
        }
    }

    public static string? WhyNot(string file, string sha256, long size)
    {
        if (!File.Exists(file)) return $"{file} is missing.";
        try
        {
            using var bytes = File.OpenRead(file);
            if (bytes.Length != size) return $"{file} has {bytes.Length} bytes, and should have {size}.";
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) is var found && found != sha256 ? $"{file} is damaged: its SHA-256 is {found}, and should be {sha256}." : null;
        }
        catch (IOException fault)
        {
            return $"{file} cannot be read: {fault.Message}";
        }
    }

    public static string? Damage(string database)
    {
        if (!File.Exists(database)) return null;
        try
        {
            using var copy = MakeBackup.OpenCopy(database);
            return copy.Query<string>("PRAGMA quick_check(3)").AsList() is not ["ok"] and var found ? $"{database} is damaged: {string.Join("; ", found)}." : null;
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            return $"{database} is damaged: {fault.Message}";
        }
    }
}
