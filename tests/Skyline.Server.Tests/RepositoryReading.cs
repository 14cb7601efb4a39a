using System.IO.Compression;
using System.Xml.Linq;

namespace Skyline.Server.Tests;

/// <summary>A tag's repository as a client reads it.</summary>
static class RepositoryReading
{
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo", common = "http://linux.duke.edu/metadata/common";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <returns>File names of the packages that primary lists.</returns>
    public static async Task<IReadOnlyList<string>> Packages(Site site, string tag, string part)
    {
        var repomd = XDocument.Parse(await site.Http().GetStringAsync($"repos/{tag}/{part}/repodata/repomd.xml", Ct));
        var href = repomd.Descendants(repo + "data").Single(data => data.Attribute("type")!.Value == "primary").Element(repo + "location")!.Attribute("href")!.Value;
        await using var compressed = await site.Http().GetStreamAsync($"repos/{tag}/{part}/{href}", Ct);
        await using Stream plain = href.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(compressed, CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(compressed);
        var primary = await XDocument.LoadAsync(plain, LoadOptions.None, Ct);
        return [.. primary.Descendants(common + "location").Select(location => Path.GetFileName(location.Attribute("href")!.Value))];
    }
}
