using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Testing;

namespace Skyline.Server.Tests;

/// <summary>A tag's repository as clients see it: its metadata by type, and the real dnf with a root of its own.</summary>
sealed class RepoClient(Site site, string tag, string part = "x86_64") : IDisposable
{
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo";
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-dnf-").FullName;

    public string Root => Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;

    /// <summary>Every change made so far is in the newest snapshot.</summary>
    public Task UpToDate() => site.Part<PublishSnapshot>().BringUpToDate(site.Part<Database>().Read(db => Tag.Find(db, tag)!.Id), Ct);

    public async Task<string> Repomd()
    {
        await UpToDate();
        return await site.Http().GetStringAsync($"repos/{tag}/{part}/repodata/repomd.xml", Ct);
    }

    /// <returns>Uncompressed; null if the repository has none.</returns>
    public async Task<string?> Metadata(string type)
    {
        var data = XDocument.Parse(await Repomd()).Descendants(repo + "data").SingleOrDefault(data => data.Attribute("type")!.Value == type);
        if (data is null) return null;
        var href = data.Element(repo + "location")!.Attribute("href")!.Value;
        await using var bytes = await site.Http().GetStreamAsync($"repos/{tag}/{part}/{href}", Ct);
        await using Stream plain = Path.GetExtension(href) switch { ".zst" => new ZstdSharp.DecompressionStream(bytes), ".gz" => new GZipStream(bytes, CompressionMode.Decompress), _ => bytes };
        return await new StreamReader(plain, Encoding.UTF8).ReadToEndAsync(Ct);
    }

    public async Task<string> Dnf(params string[] what) => (await TryDnf(what)).Ok($"dnf {string.Join(' ', what)}");

    public async Task<Tool.Result> TryDnf(params string[] what)
    {
        await UpToDate();
        var repos = Directory.CreateDirectory(Path.Combine(folder, "yum.repos.d")).FullName;
        await File.WriteAllTextAsync(Path.Combine(repos, "skyline.repo"), (await site.Http().GetStringAsync($"repos/{tag}/{tag}.repo", Ct)).Replace("$basearch", part, StringComparison.Ordinal), Ct);
        return await Tool.Run("env", [
            $"HOME={folder}", "LC_ALL=C.UTF-8", "dnf", "-y", "--refresh", $"--installroot={Root}", "--releasever=1", $"--setopt=reposdir={repos}", "--setopt=pluginpath=/nonexistent",
            $"--setopt=cachedir={folder}/cache", $"--setopt=logdir={folder}", "--setopt=*.skip_if_unavailable=0", .. what], Ct);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
