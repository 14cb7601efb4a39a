namespace Skyline.Server.Backups;

/// <summary>Removes the oldest backups, and bytes that none of the others names.</summary>
static class PruneBackups
{
    /// <returns>How many backups went.</returns>
    public static int Run(BackupFolder folder, int keep)
    {
        var old = folder.Names().Skip(Math.Max(1, keep)).ToList();
        if (old.Count == 0) return 0;
        // The manifest first: half of one is none.
        foreach (var name in old)
        {
            File.Delete(Path.Combine(folder.Of(name), BackupFolder.ManifestName));
            Directory.Delete(folder.Of(name), recursive: true);
        }
        var named = folder.Names().SelectMany(name => Contents.Read(Path.Combine(folder.Of(name), BackupFolder.ContentsName))).Select(kept => Convert.FromHexString(kept.Sha256)).Select(Key).ToHashSet();
        foreach (var file in Directory.EnumerateDirectories(folder.Store).SelectMany(Directory.EnumerateFiles))
            if (Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file) is { Length: 64 } sha256 && sha256.All(char.IsAsciiHexDigitLower) && !named.Contains(Key(Convert.FromHexString(sha256)))) File.Delete(file);
        return old.Count;
    }

    /// <summary>Thirty-two bytes a name, where there are millions.</summary>
    static (UInt128, UInt128) Key(byte[] sha256) => (System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(sha256), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(sha256.AsSpan(16)));
}
