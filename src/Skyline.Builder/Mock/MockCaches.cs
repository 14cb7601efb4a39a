using System.Globalization;

namespace Skyline.Builder;

/// <summary>mock's caches of roots, a slot's each, bounded; the least recently used go first.</summary>
/// <param name="Limits">Of one slot.</param>
sealed record MockCaches(DataFolder Data, KeepLimits Limits, TimeProvider Time)
{
    /// <summary>A slot's folder, with room in it for one more; a root of that name counts as used now.</summary>
    public async Task<string> Of(int slot, string name, CancellationToken ct)
    {
        var kept = Path.Combine(Data.Mock, slot.ToString(CultureInfo.InvariantCulture));
        var caches = Directory.CreateDirectory(Path.Combine(kept, "cache"));
        var entries = new List<KeptEntry>();
        foreach (var folder in caches.EnumerateDirectories())
        {
            if (folder.Name == name) folder.LastWriteTimeUtc = Time.GetUtcNow().UtcDateTime;
            else entries.Add(new(folder.Name, folder.LastWriteTimeUtc, new(null, await DiskUse.Of(folder.FullName, ct), 0, "")));
        }
        while (Limits.NextToDrop(entries, _ => false) is { } old)
        {
            await RemoveTree.At(Path.Combine(caches.FullName, old));
            entries.RemoveAll(entry => entry.Key == old);
        }
        return kept;
    }

    /// <summary>At start: whatever a mock that was ended left of its roots, and the caches of slots that are no more.</summary>
    public async Task<int> Sweep(int slots)
    {
        if (!Directory.Exists(Data.Mock)) return 0;
        var old = Directory.EnumerateDirectories(Data.Mock).Where(folder => !int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var slot) || slot >= slots)
            .Concat(Directory.EnumerateDirectories(Data.Mock).Select(folder => Path.Combine(folder, "lib")).Where(Directory.Exists)).ToList();
        foreach (var folder in old) await RemoveTree.At(folder);
        return old.Count;
    }
}
