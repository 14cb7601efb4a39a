using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml.Linq;
using Skyline.Testing.Rpms;
using ZstdSharp;

namespace Skyline.Rpm.Tests.Repodata;

/// <summary>Repositories on disk, written by us or by createrepo_c, and read back.</summary>
static class Repositories
{
    public static readonly DateTimeOffset Revision = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    public static async Task<PackageMetadata> MetadataOf(string path, string root)
    {
        await using var file = File.OpenRead(path);
        var package = await RpmPackage.Read(file, CancellationToken.None);
        file.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
        return PackageMetadata.Of(package, hash, file.Length, File.GetLastWriteTimeUtc(path), Path.GetRelativePath(root, path));
    }

    public static async Task<List<PackageMetadata>> MetadataOfAll(string root)
    {
        var all = new List<PackageMetadata>();
        foreach (var path in Directory.GetFiles(root, "*.rpm", SearchOption.AllDirectories))
            all.Add(await MetadataOf(path, root));
        return all;
    }

    /// <summary>Writes metadata beside the packages of a folder, as a server would publish it.</summary>
    public static async Task Publish(string root, MetadataCompression compression, ReadOnlyMemory<byte>? comps = null) =>
        Save(root, RepodataFiles.Write(await MetadataOfAll(root), compression, Revision, comps));

    public static void Save(string root, IEnumerable<RepodataFile> files)
    {
        Directory.CreateDirectory(Path.Combine(root, "repodata"));
        foreach (var file in files)
            File.WriteAllBytes(Path.Combine(root, file.Path), file.Bytes.Span);
    }

    public static void Createrepo(string root, params string[] options) =>
        HostTool.Run(root, "createrepo_c", ["--no-database", "--quiet", .. options, "."]).Succeeded();

    /// <summary>The document of one type, found through repomd.xml and held against every hash and size it states.</summary>
    public static XDocument Load(string root, string type)
    {
        var repomd = XDocument.Load(Path.Combine(root, "repodata", "repomd.xml"));
        var data = repomd.Root!.Elements().Single(e => e.Name.LocalName == "data" && (string?)e.Attribute("type") == type);
        string Said(string name) => data.Elements().Single(e => e.Name.LocalName == name).Value;
        var href = (string)data.Elements().Single(e => e.Name.LocalName == "location").Attribute("href")!;
        var bytes = File.ReadAllBytes(Path.Combine(root, href));
        Assert.Equal(Said("checksum"), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(Said("size"), bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var open = Unpack(href, bytes);
        // Ours leaves it out, as clients allow.
        if (data.Elements().Any(e => e.Name.LocalName == "open-checksum"))
            Assert.Equal(Said("open-checksum"), Convert.ToHexStringLower(SHA256.HashData(open)));
        Assert.Equal(Said("open-size"), open.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return XDocument.Load(new MemoryStream(open), LoadOptions.PreserveWhitespace);
    }

    static byte[] Unpack(string name, byte[] bytes)
    {
        using Stream packed = name.EndsWith(".zst", StringComparison.Ordinal)
            ? new DecompressionStream(new MemoryStream(bytes))
            : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var open = new MemoryStream();
        packed.CopyTo(open);
        return open.ToArray();
    }

    /// <summary>Packages of a document by their checksum, each as text in which only what has no meaning (indentation, order of attributes) is left out.</summary>
    public static SortedDictionary<string, string> Packages(XDocument document)
    {
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in document.Root!.Elements())
        {
            var id = (string?)package.Attribute("pkgid") ?? package.Elements().Single(e => e.Name.LocalName == "checksum").Value;
            packages.Add(id, Canonical(package, ""));
        }
        return packages;
    }

    static string Canonical(XElement element, string indent)
    {
        var attributes = string.Concat(element.Attributes().Where(a => !a.IsNamespaceDeclaration).OrderBy(a => a.Name.LocalName, StringComparer.Ordinal)
            .Select(a => $" {a.Name.LocalName}=[{a.Value}]"));
        var inner = element.HasElements ? "" : $" [{element.Value}]";
        return $"{indent}{element.Name}{attributes}{inner}\n" + string.Concat(element.Elements().Select(e => Canonical(e, indent + "  ")));
    }
}
