using System.Security.Cryptography;

namespace Skyline.Builder;

/// <summary>Brings a buildroot's packages into the agent's store, each named by its SHA-256, so that a package is fetched once whatever repository state lists it.</summary>
sealed class DownloadPackages(DataFolder data, HttpClient http, long storeBytes, TimeProvider time)
{
    const int AtOnce = 4, Tries = 3;
    const int TriesWhileAway = 6;
    const int MaxKeyBytes = 1 << 20;
    /// <summary>A package used within this time may be wanted by a buildroot that is being made.</summary>
    static readonly TimeSpan inUse = TimeSpan.FromHours(1);

    /// <returns>Where each package's file is: in the store, or where a file:// repository has it.</returns>
    public async Task<IReadOnlyDictionary<RootPackage, string>> Fetch(IReadOnlyCollection<RootPackage> packages, CancellationToken ct)
    {
        var paths = packages.ToDictionary(package => package, package => LocalPath(package) ?? StorePath(package));
        var missing = packages.Where(package => !File.Exists(paths[package])).ToList();
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (package, token) => await FetchOne(package, token));
        foreach (var path in paths.Values.Where(path => path.StartsWith(data.Packages, StringComparison.Ordinal))) File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        if (missing.Count > 0) DropOld();
        return paths;
    }

    /// <summary>Whether the store has it, as of now.</summary>
    public bool Has(RootPackage package) => File.Exists(StorePath(package));

    /// <summary>Puts a package into the store that comes from no repository.</summary>
    /// <returns>False if what comes is not the package.</returns>
    public async Task<bool> Take(RootPackage package, Stream body, long most, CancellationToken ct)
    {
        var part = $"{StorePath(package)}.{Guid.NewGuid():N}";
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew))
                if (await CopyBounded.Copy(body, file, most, ct) != package.Sha256) return false;
            File.Move(part, StorePath(package), overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>A repository's key as a file.</summary>
    public async Task<string> FetchKey(Uri address, CancellationToken ct)
    {
        if (address.IsFile) return address.LocalPath;
        var path = Path.Combine(data.Keys, Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address.AbsoluteUri))));
        if (File.Exists(path)) return path;
        try
        {
            await using var body = await http.GetStreamAsync(address, ct);
            await File.WriteAllBytesAsync(path, await ReadSmall(body, ct), ct);
            return path;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BuilderBrokeException($"The key {address} cannot be fetched: {e.Message}", e);
        }
    }

    static async Task<byte[]> ReadSmall(Stream body, CancellationToken ct)
    {
        var key = await Child.ReadBounded(body, ct);
        return key.Length < MaxKeyBytes ? key : throw new IOException("it is larger than 1 MiB, so no key");
    }

    async Task FetchOne(RootPackage package, CancellationToken ct)
    {
        var (why, isAway) = ((string?)null, false);
        // Whoever cannot be reached at all may be back in a minute, as a server that is started again; a lease lasts longer.
        for (var attempt = 0; attempt < (isAway ? TriesWhileAway : Tries); attempt++)
        {
            foreach (var url in package.Urls)
            {
                (why, isAway) = await TryFetch(package, url, ct);
                if (why is null) return;
            }
            await Task.Delay(TimeSpan.FromSeconds(1 << attempt), time, ct);
        }
        throw new BuilderBrokeException($"{package.Nevra} of repository {package.Repo} cannot be fetched: {why ?? "it has no address"}");
    }

    /// <returns>No reason when the store has it now; else why not, and whether nobody answered.</returns>
    async Task<(string? Why, bool IsAway)> TryFetch(RootPackage package, string url, CancellationToken ct)
    {
        var part = $"{StorePath(package)}.{Guid.NewGuid():N}";
        try
        {
            await using (var body = await http.GetStreamAsync(new Uri(url), ct))
            await using (var file = new FileStream(part, FileMode.CreateNew))
            {
                var digest = await CopyBounded.Copy(body, file, package.Size, ct);
                if (digest != package.Sha256) return ($"what {url} serves is not what its metadata lists: its SHA-256 differs", false);
            }
            File.Move(part, StorePath(package), overwrite: true);
            return (null, false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ($"{url}: {e.Message}", e is HttpRequestException { StatusCode: null });
        }
        finally
        {
            File.Delete(part);
        }
    }

    void DropOld()
    {
        long kept = 0;
        // Not the parts: those are other slots' downloads, gone in a moment.
        foreach (var file in new DirectoryInfo(data.Packages).EnumerateFiles("*.rpm").OrderByDescending(file => file.LastWriteTimeUtc))
        {
            if (!file.Exists) continue; // another slot was quicker
            kept += file.Length;
            if (kept > storeBytes && time.GetUtcNow() - file.LastWriteTimeUtc > inUse) file.Delete();
        }
    }

    string StorePath(RootPackage package) => Path.Combine(data.Packages, package.Sha256 + ".rpm");

    static string? LocalPath(RootPackage package) =>
        package.Urls.Select(url => new Uri(url)).FirstOrDefault(url => url.IsFile)?.LocalPath;
}
