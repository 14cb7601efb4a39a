using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>
/// A live server with one tag full of packages: real ones with everything that rpmbuild can put into a header, and synthetic ones
/// enough for several buckets of metadata. Beside it, createrepo_c's own repository of the very same files, to compare with.
/// </summary>
public sealed class ServedTag : IAsyncLifetime
{
    public const string Name = "clients", Arch = "x86_64";
    const int Synthetic = 120;

    readonly TempFolder folder = new();
    readonly RequestBook requests = new();
    Site? site;

    public Uri Address => site!.Address;
    internal RequestBook Requests => requests;
    public Site Site => site!;

    /// <summary>The repository as createrepo_c writes it: a folder, with the packages.</summary>
    public string Reference => folder["reference"];

    /// <summary>The repository as Skyline serves it, downloaded: a folder, with its metadata and without the packages.</summary>
    public string Downloaded => folder["downloaded"];

    /// <summary>The `.repo` file as the server gives it.</summary>
    public Task<string> RepoFile() => site!.Http().GetStringAsync($"repos/{Name}/{Name}.repo", TestContext.Current.CancellationToken);

    public int PackageCount => Directory.GetFiles(Reference, "*.rpm", SearchOption.AllDirectories).Length;

    /// <summary>The public key that all is signed with, downloaded.</summary>
    public async Task<string> KeyFile()
    {
        var file = folder[$"{Guid.NewGuid()}.asc"];
        await Save(file, await site!.Http().GetByteArrayAsync($"keys/{Name}.asc", TestContext.Current.CancellationToken));
        return file;
    }

    /// <summary>The key as gpg names it.</summary>
    public async Task<string> KeyId() =>
        HostTool.Run(folder.Path, "gpg", "--batch", "--with-colons", "--show-keys", await KeyFile()).Succeeded().Split('\n')[0].Split(':')[4];

    /// <summary>A `.repo` file of the same name for a folder on this machine.</summary>
    public static string LocalRepoFile(string folder) => $"[skyline-{Name}]\nname=local\nbaseurl=file://{folder}\ngpgcheck=0\n";

    public async ValueTask InitializeAsync()
    {
        site = await Site.Open(null, services => services.AddSingleton<IStartupFilter>(requests));
        await Published.Tag(site, Name);
        await Published.Build(site, Name, RealRpms.Of("rich", ".src.rpm"), RealRpms.All.Where(path => Path.GetFileName(path).StartsWith("rich-", StringComparison.Ordinal) && !path.EndsWith(".src.rpm", StringComparison.Ordinal)));
        foreach (var packed in RealRpms.Compressions.Keys)
            await Published.Build(site, Name, RealRpms.Of(packed, ".src.rpm"), [RealRpms.Of(packed, ".noarch.rpm")]);
        await Published.Tool(site, Name);
        await Published.Corpus(site, Name, Synthetic);
        await Download();
        HostTool.Run(folder.Path, "createrepo_c", "--quiet", "--compress-type=gz", "--no-database", Reference).Succeeded();
    }

    /// <summary>As a mirror would: repomd.xml, what it names, and the packages.</summary>
    async Task Download()
    {
        using var http = new HttpClient { BaseAddress = new Uri(Address, $"repos/{Name}/{Arch}/") };
        var ct = TestContext.Current.CancellationToken;
        foreach (var path in await Repomd.Files(http, ct))
            await Save(Path.Combine(Downloaded, path), await http.GetByteArrayAsync(path, ct));
        foreach (var package in await Repomd.Packages(http, ct))
        {
            var bytes = await http.GetByteArrayAsync(package, ct);
            await Save(Path.Combine(Reference, package), bytes);
        }
    }

    static async Task Save(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (site is not null) await site.DisposeAsync();
        folder.Dispose();
    }
}
