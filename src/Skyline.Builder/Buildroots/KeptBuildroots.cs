using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Buildroots kept between runs, each named by the exact packages it holds. Whoever wants one that is not there makes it, once;
/// others who want the same wait, and go on where its maker is stopped. Nobody waits for one that he does not want. They are made
/// under a temporary name and renamed when whole; what goes is renamed first, and removed when nobody can wait for that.
/// </summary>
sealed class KeptBuildroots(DataFolder data, MakeBuildroot make, KeepLimits limits, bool overlays, TimeProvider time, ILogger log, MockEngine? mock = null)
{
    readonly Places places = new();

    /// <summary>A buildroot of just these packages, held until disposed.</summary>
    /// <exception cref="BuilderBrokeException">It cannot be made.</exception>
    public async Task<HeldBuildroot> Get(BuildrootRecipe recipe, Resolution.Resolved resolved, CancellationToken ct)
    {
        var byMock = recipe.Engine == "mock" ? mock ?? throw new BuilderBrokeException(MockEngine.Missing(recipe)) : null;
        var place = places.Enter(BuildrootKey.Of(recipe, resolved.Packages, byMock?.ImageId));
        var held = new HeldBuildroot(place.Key, RootOf(place.Key), () => places.Leave(place));
        var rubbish = new List<string>();
        try
        {
            if (await place.Gated(() => IsReady(place.Key, ct), ct)) return held;
            var hasBase = resolved.Base.Count > 0 && resolved.Base.Count < resolved.Packages.Count;
            await using var below = hasBase ? await Get(recipe, new(resolved.Base, []), ct) : null;
            await MakeRoom();
            await place.Gated(async () => await IsReady(place.Key, ct) || await Make(place.Key, recipe, resolved, below, byMock, rubbish, ct), ct);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
        finally
        {
            foreach (var folder in rubbish) await RemoveTree.At(folder);
        }
    }

    /// <summary>As of now: one that is not held may be dropped.</summary>
    public bool Has(BuildrootRecipe recipe, Resolution.Resolved resolved) =>
        KeptRecord.Read(FolderOf(BuildrootKey.Of(recipe, resolved.Packages, recipe.Engine == "mock" ? mock?.ImageId : null))) is not null;

    async Task<bool> Make(string key, BuildrootRecipe recipe, Resolution.Resolved resolved, HeldBuildroot? below, MockEngine? byMock, List<string> rubbish, CancellationToken ct)
    {
        var making = NewName("making");
        var root = Part(making, "root");
        rubbish.Add(making);
        try
        {
            var over = overlays && below is not null;
            log.LogInformation("Making buildroot {Key} of {Packages} packages{Over}", key, resolved.Packages.Count, over ? $" over {below!.Key}" : "");
            var shared = !over && below is not null && await MakeBuildroot.TryShare(below.Root, root, ct);
            if (over) await Mounts.Overlay(below!.Root, Part(making, "upper"), Part(making, "work"), root, ct);
            IReadOnlyCollection<RootPackage> lacking = over || shared ? [.. resolved.Packages.Except(resolved.Base)] : resolved.Packages;
            await (byMock is null ? make.Fill(root, recipe, lacking, ct) : byMock.Fill(new(Path.Combine(making, "mock"), Path.Combine(making, "mock"), root), recipe, lacking, resolved.Packages, ct));
            await Mounts.Unmount(root);
            var bytes = await DiskUse.Of(over ? Path.Combine(making, "upper") : root, ct);
            new KeptRecord(over ? below!.Key : null, bytes, resolved.Packages.Count, KeptRecord.ThisBoot).Write(making);
            if (await SetAside(key) is { } torn) rubbish.Add(torn);
            Directory.Move(making, FolderOf(key));
        }
        finally
        {
            await Mounts.Unmount(root);
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

    /// <summary>
    /// Drops the least recently used until there is room for one more; never one in use, nor one that another lies over. What
    /// another slot is at is passed over: it is in use.
    /// </summary>
    async Task MakeRoom()
    {
        var kept = Kept();
        while (limits.NextToDrop(kept, key => places.HoldersOf(key) > 0) is { } name)
        {
            kept.RemoveAll(entry => entry.Key == name);
            if (await Drop(name) is { } aside) await RemoveTree.At(aside);
        }
    }

    List<KeptEntry> Kept() => [.. new DirectoryInfo(data.Buildroots).EnumerateDirectories().Where(folder => folder.Name[0] != '.')
        .Select(folder => new KeptEntry(folder.Name, folder.LastWriteTimeUtc, KeptRecord.Read(folder.FullName)))];

    /// <returns>The folder to remove; null where it may not go after all.</returns>
    async Task<string?> Drop(string key)
    {
        var place = places.Enter(key);
        try
        {
            // Whoever makes one over it holds it until that has its record.
            return await place.IfFree(async () => places.HoldersOf(key) > 1 || Kept().Any(entry => entry.Record?.Base == key) ? null : await SetAside(key));
        }
        finally
        {
            places.Leave(place);
        }
    }

    async Task<string?> SetAside(string key)
    {
        if (!Directory.Exists(FolderOf(key))) return null;
        log.LogInformation("Dropping buildroot {Key}", key);
        await Mounts.Unmount(RootOf(key));
        var aside = NewName("dropped");
        Directory.Move(FolderOf(key), aside);
        return aside;
    }

    string NewName(string what) => Path.Combine(data.Buildroots, $".{what}-{Guid.NewGuid():N}");
    static string Part(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
    string FolderOf(string key) => Path.Combine(data.Buildroots, key);
    string RootOf(string key) => Path.Combine(FolderOf(key), "root");
}
