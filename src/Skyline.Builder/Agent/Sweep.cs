using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>At start: ends and removes what an earlier life of this agent left, whichever way it ended.</summary>
static class Sweep
{
    public static async Task Leftovers(DataFolder data, IIsolation isolation, ILogger log, CancellationToken ct)
    {
        var started = await isolation.Sweep(ct);
        foreach (var mount in Mounts.Below(data.Runs).Concat(Mounts.Below(data.Buildroots)).Concat(Mounts.Below(data.Probe))) await Mounts.Unmount(mount);
        var folders = Directory.EnumerateDirectories(data.Runs)
            .Concat(Directory.EnumerateDirectories(data.Buildroots).Where(IsHalfMade))
            .Concat(Directory.EnumerateDirectories(data.Metadata).SelectMany(slot => Directory.EnumerateDirectories(slot, "resolve-*")))
            // Of versions whose slots shared one folder.
            .Concat(Directory.EnumerateFileSystemEntries(data.Metadata).Where(entry => !int.TryParse(Path.GetFileName(entry), out _))).ToList();
        await RemoveTree.At(data.Probe);
        foreach (var folder in folders) await RemoveTree.At(folder);
        foreach (var part in Directory.EnumerateFiles(data.Packages).Where(file => !file.EndsWith(".rpm", StringComparison.Ordinal))) File.Delete(part);
        if (started + folders.Count > 0) log.LogInformation("Swept {Started} builds and {Folders} folders that an earlier life of this builder left", started, folders.Count);
    }

    static bool IsHalfMade(string folder) => Path.GetFileName(folder).StartsWith('.') || KeptRecord.Read(folder) is null;
}
