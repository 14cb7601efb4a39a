using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace Skyline.Testing;

/// <summary>Reads a served repository as a client would and checks that it is one whole: nothing missing, nothing of another state.</summary>
public static class RepositoryChecks
{
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo", common = "http://linux.duke.edu/metadata/common";

    /// <returns>The locations of its packages.</returns>
    public static async Task<IReadOnlyList<string>> IsWhole(HttpClient http, string tag, string part, CancellationToken ct)
    {
        var root = $"repos/{tag}/{part}/";
        var repomd = XDocument.Parse(await http.GetStringAsync(root + "repodata/repomd.xml", ct));
        IReadOnlyList<string> packages = [];
        foreach (var data in repomd.Descendants(repo + "data"))
        {
            var href = data.Element(repo + "location")!.Attribute("href")!.Value;
            var bytes = await http.GetByteArrayAsync(root + href, ct);
            Same(data.Element(repo + "checksum")!.Value, bytes, data.Attribute("type")!.Value);
            if (data.Attribute("type")!.Value == "primary") packages = await Packages(http, root, Open(bytes, href), ct);
        }
        return packages;
    }

    static Stream Open(byte[] packed, string name) =>
        name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(new MemoryStream(packed), CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(new MemoryStream(packed));

    static async Task<IReadOnlyList<string>> Packages(HttpClient http, string root, Stream primary, CancellationToken ct)
    {
        await using var plain = primary;
        var packages = (await XDocument.LoadAsync(plain, LoadOptions.None, ct)).Descendants(common + "package").ToList();
        foreach (var package in packages)
        {
            var location = package.Element(common + "location")!.Attribute("href")!.Value;
            Same(package.Element(common + "checksum")!.Value, await http.GetByteArrayAsync(root + location, ct), location);
        }
        return [.. packages.Select(package => package.Element(common + "location")!.Attribute("href")!.Value)];
    }

    static void Same(string stated, byte[] bytes, string what)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (found != stated) throw new InvalidOperationException($"{what} is {found}, its metadata says {stated}.");
    }
}
