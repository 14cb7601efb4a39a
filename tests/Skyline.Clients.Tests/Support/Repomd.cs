using System.IO.Compression;
using System.Xml.Linq;

namespace Skyline.Clients.Tests;

/// <summary>What a repository says that it consists of, read without any of the clients under test.</summary>
static class Repomd
{
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo", common = "http://linux.duke.edu/metadata/common";

    /// <param name="http">With the repository as its base address.</param>
    /// <returns>Paths of all metadata, repomd.xml first.</returns>
    public static async Task<IReadOnlyList<string>> Files(HttpClient http, CancellationToken ct) =>
        ["repodata/repomd.xml", "repodata/repomd.xml.asc", .. (await Read(http, ct)).Select(data => data.Path)];

    public static async Task<IReadOnlyList<string>> Packages(HttpClient http, CancellationToken ct)
    {
        var path = (await Read(http, ct)).Single(data => data.Type == "primary").Path;
        await using var compressed = await http.GetStreamAsync(path, ct);
        await using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(compressed, CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(compressed);
        return [.. (await XDocument.LoadAsync(plain, LoadOptions.None, ct)).Descendants(common + "location").Select(location => location.Attribute("href")!.Value)];
    }

    static async Task<IReadOnlyList<(string Type, string Path)>> Read(HttpClient http, CancellationToken ct) =>
        [.. XDocument.Parse(await http.GetStringAsync("repodata/repomd.xml", ct)).Descendants(repo + "data")
            .Select(data => (data.Attribute("type")!.Value, data.Element(repo + "location")!.Attribute("href")!.Value))];
}
