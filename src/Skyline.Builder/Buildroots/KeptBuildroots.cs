using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Buildroots kept between runs, each named by the exact packages it holds. Whoever wants one that is not there makes it, once;
/// others who want the same wait. They are made under a temporary name and renamed when whole.
/// </summary>
sealed class KeptBuildroots(DataFolder data, MakeBuildroot make, KeepLimits limits, bool overlays, TimeProvider time, ILogger log)
{
    readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new();
    readonly ConcurrentDictionary<string, int> holders = new();

    /// <summary>A buildroot of just these packages, held until disposed.</summary>
    /// <exception cref="BuilderBrokeException">It cannot be made.</exception>
    public async Task<HeldBuildroot> Get(BuildrootRecipe recipe, Resolution.Resolved resolved, CancellationToken ct)
    {
        var key = BuildrootKey.Of(recipe, resolved.Packages);
        holders.AddOrUpdate(key, 1, (_, count) => count + 1);
        var held = new HeldBuildroot(key, RootOf(key), () => holders.AddOrUpdate(key, 0, (_, count) => count - 1));
        try
        {
            if (await Gated(key, () => IsReady(key, ct), ct)) return held;
            var hasBase = resolved.Base.Count > 0 && resolved.Base.Count < resolved.Packages.Count;
            await using var below = hasBase ? await Get(recipe, new(resolved.Base, []), ct) : null;
            await MakeRoom(ct);
            await Gated(key, async () => await IsReady(key, ct) || await Make(key, recipe, resolved, below, ct), ct);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>As of now: one that is not held may be dropped.</summary>
    public bool Has(BuildrootRecipe recipe, Resolution.Resolved resolved) => KeptRecord.Read(FolderOf(BuildrootKey.Of(recipe, resolved.Packages))) is not null;

    async Task<bool> Make(string key, BuildrootRecipe recipe, Resolution.Resolved resolved, HeldBuildroot? below, CancellationToken ct)
    {
        var making = Path.Combine(data.Buildroots, $".making-{Guid.NewGuid():N}");
        var root = Part(making, "root");
        try
        {
            var over = overlays && below is not null;
            log.LogInformation("Making buildroot {Key} of {Packages} packages{Over}", key, resolved.Packages.Count, over ? $" over {below!.Key}" : "");
            var shared = !over && below is not null && await MakeBuildroot.TryShare(below.Root, root, ct);
            if (over) await Mounts.Overlay(below!.Root, Part(making, "upper"), Part(making, "work"), root, ct);
            await make.Fill(root, recipe, over || shared ? [.. resolved.Packages.Except(resolved.Base)] : resolved.Packages, ct);
            await Mounts.Unmount(root);
            var bytes = await DiskUse.Of(over ? Path.Combine(making, "upper") : root, ct);
            new KeptRecord(over ? below!.Key : null, bytes, resolved.Packages.Count, KeptRecord.ThisBoot).Write(making);
            await Drop(key);
            Directory.Move(making, FolderOf(key));
        }
        finally
        {
            await Mounts.Unmount(root);
            await RemoveTree.At(making);
        }
        _ = ReachDisk(key);
        return await IsReady(key, ct);
    }

    /// <summary>Is it there, whole and (where it lies over another) mounted? Marks it used.</summary>
    async Task<bool> IsReady(string key, CancellationToken ct)
    {
        var folder = FolderOf(key);
        if (KeptRecord.Read(folder) is not { } record) return false;
        if (record.Base is { } under)
        {
            if (!overlays || KeptRecord.Read(FolderOf(under)) is null) return false;
            if (!Mounts.IsMounted(RootOf(key))) await Mounts.Overlay(RootOf(under), Path.Combine(folder, "upper"), Path.Combine(folder, "work"), RootOf(key), ct);
            Directory.SetLastWriteTimeUtc(FolderOf(under), time.GetUtcNow().UtcDateTime);
        }
        Directory.SetLastWriteTimeUtc(folder, time.GetUtcNow().UtcDateTime);
        return true;
    }

    /// <summary>Beside the build that it was made for: after a power cut only what had reached the disk is used again.</summary>
    async Task ReachDisk(string key)
    {
        try
        {
            await Child.Must(["sync", "--file-system", FolderOf(key)], "Writing a buildroot to disk", CancellationToken.None);
            await File.WriteAllBytesAsync(KeptRecord.SyncedIn(FolderOf(key)), []);
        }
        catch (Exception e) when (e is BuilderBrokeException or IOException)
        {
            log.LogWarning("Buildroot {Key} would not outlive a power cut: {Why}", key, e.Message);
        }
    }

    /// <summary>Drops the least recently used until there is room for one more; never one in use, nor one that another lies over.</summary>
    async Task MakeRoom(CancellationToken ct)
    {
        var kept = new DirectoryInfo(data.Buildroots).EnumerateDirectories().Where(folder => folder.Name[0] != '.')
            .Select(folder => new KeptEntry(folder.Name, folder.LastWriteTimeUtc, KeptRecord.Read(folder.FullName))).ToList();
        while (limits.NextToDrop(kept, IsHeld) is { } name)
        {
            kept.RemoveAll(entry => entry.Key == name);
            await Gated(name, async () =>
            {
                if (!IsHeld(name)) await Drop(name);
                return true;
            }, ct);
        }
    }

    async Task Drop(string key)
    {
        if (!Directory.Exists(FolderOf(key))) return;
        log.LogInformation("Dropping buildroot {Key}", key);
        await Mounts.Unmount(RootOf(key));
        await RemoveTree.At(FolderOf(key));
    }

    async Task<bool> Gated(string key, Func<Task<bool>> act, CancellationToken ct)
    {
        var gate = gates.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }

    bool IsHeld(string key) => holders.GetValueOrDefault(key) > 0;
    static string Part(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
    string FolderOf(string key) => Path.Combine(data.Buildroots, key);
    string RootOf(string key) => Path.Combine(FolderOf(key), "root");
}
