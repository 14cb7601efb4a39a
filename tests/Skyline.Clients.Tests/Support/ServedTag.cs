using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>
/// A tag full of packages: real ones with everything that rpmbuild can put into a header, and synthetic ones enough for several
/// buckets of metadata. Beside it, createrepo_c's own repository of the very same files, to compare with.
/// </summary>
public sealed class ServedTag
{
    public const string Arch = "x86_64";

    readonly Site site;
    readonly RequestBook requests;
    readonly string folder;

    ServedTag(Site site, string name, RequestBook requests, string folder) => (this.site, Name, this.requests, this.folder) = (site, name, requests, folder);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public string Name { get; }

    public Uri Address => site.Address;

    public IReadOnlyList<Request> Requests => requests.All;

    /// <summary>Where one architecture's repository is, with a slash at the end.</summary>
    public Uri Repository => new(Address, $"repos/{Name}/{Arch}/");

    /// <summary>The repository as createrepo_c writes it: a folder, with the packages.</summary>
    public string Reference => Path.Combine(folder, "reference");

    /// <summary>The repository as Skyline serves it, downloaded: a folder, with its metadata and without the packages.</summary>
    public string Downloaded => Path.Combine(folder, "downloaded");

    /// <summary>File names of all packages.</summary>
    public IReadOnlyList<string> Packages => [.. Directory.EnumerateFiles(Reference, "*.rpm", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    internal static async Task<ServedTag> Fill(Site site, TagCompression compression, RequestBook requests, string folder)
    {
        var tag = new ServedTag(site, $"clients-{compression.ToString().ToLowerInvariant()}", requests, folder);
        await Published.Tag(site, tag.Name, compression);
        await Published.Into(site, tag.Name, [.. Published.Real, .. Published.Tool, .. Published.Corpus]);
        await tag.Download(compression == TagCompression.Gzip ? "primary.xml.gz" : "primary.xml.zst");
        HostTool.Run(folder, "createrepo_c", "--quiet", "--compress-type=gz", "--no-database", tag.Reference).Succeeded();
        return tag;
    }

    /// <summary>As a mirror would: repomd.xml, what it names, and the packages.</summary>
    async Task Download(string primary)
    {
        using var http = new HttpClient { BaseAddress = Repository };
        var files = await Repomd.Files(http, Ct);
        Assert.Single(files, path => path.EndsWith(primary, StringComparison.Ordinal));
        foreach (var path in files) await Save(Path.Combine(Downloaded, path), await http.GetByteArrayAsync(path, Ct));
        foreach (var path in await Repomd.Packages(http, Ct)) await Save(Path.Combine(Reference, path), await http.GetByteArrayAsync(path, Ct));
    }

    /// <summary>The `.repo` file as the server gives it.</summary>
    public Task<string> RepoFile() => site.Http().GetStringAsync($"repos/{Name}/{Name}.repo", Ct);

    /// <summary>A `.repo` file of the same name for a folder that the client can see.</summary>
    public string LocalRepoFile(string seen) => $"[skyline-{Name}]\nname=local\nbaseurl=file://{seen}\ngpgcheck=0\n";

    /// <summary>The public key that all is signed with, downloaded.</summary>
    public async Task<string> KeyFile()
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid()}.asc");
        await Save(file, await site.Http().GetByteArrayAsync($"keys/{Name}.asc", Ct));
        return file;
    }

    /// <summary>The key as gpg names it.</summary>
    public async Task<string> KeyId() =>
        HostTool.Run(folder, "gpg", "--batch", "--with-colons", "--show-keys", await KeyFile()).Succeeded().Split('\n')[0].Split(':')[4];

    static async Task Save(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, bytes, Ct);
    }
}
