using System.Security.Cryptography;
using System.Xml;

namespace Skyline.Server.Externals;

/// <summary>A file that a repository's metadata names: where, how large, and its checksum.</summary>
/// <param name="Path">Clean, relative to the repository.</param>
/// <param name="Size">Null where the metadata does not say.</param>
public sealed record UpstreamFile(string Path, Checksum Checksum, long? Size);

/// <summary>One file of metadata, packed and unpacked.</summary>
public sealed record RepomdData(string Type, UpstreamFile File, Checksum? OpenChecksum, long? OpenSize);

/// <summary>repomd.xml, read.</summary>
public sealed record Repomd(byte[] Bytes, string Hash, IReadOnlyList<RepomdData> Data)
{
    public const string Path = "repodata/repomd.xml", SignaturePath = Path + ".asc";
    public const int MostBytes = 4 << 20;
    const int MostFiles = 200;
    const long MostPinned = 4L << 30;

    /// <summary>What clients read. Copies of it for other readers (SQLite, zchunk) are fetched when one of them asks.</summary>
    static readonly HashSet<string> pinned = ["primary", "filelists", "filelists-ext", "other", "group", "group_gz", "group_xz", "group_zst", "updateinfo", "modules"];

    public IEnumerable<RepomdData> Pinned => Data.Where(data => pinned.Contains(data.Type)).DistinctBy(data => data.Type).OrderBy(data => data.Type != "primary");

    public IEnumerable<RepomdData> OnDemand => Data.Except(Pinned);

    /// <exception cref="UpstreamException">It is no repomd.xml, or one that cannot be pinned.</exception>
    public static Repomd Read(byte[] bytes)
    {
        try
        {
            var root = UpstreamXml.Small(bytes);
            if (root.Name.LocalName != "repomd") throw new UpstreamException("it is no repomd.xml");
            var data = root.Children("data").Take(MostFiles).Select(ReadData).DistinctBy(data => data.File.Path).ToList();
            if (!data.Any(data => data.Type == "primary")) throw new UpstreamException("it names no primary metadata, the list of packages");
            return new Repomd(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)), data).Bounded();
        }
        catch (XmlException fault)
        {
            throw new UpstreamException($"it is no whole XML document: {fault.Message.TrimEnd('.')}");
        }
    }

    Repomd Bounded()
    {
        if (Pinned.FirstOrDefault(data => data.File.Size is null) is { } unknown) throw new UpstreamException($"it does not say how large {unknown.File.Path} is");
        var bytes = Pinned.Sum(data => (decimal)data.File.Size!.Value);
        return bytes <= MostPinned ? this : throw new UpstreamException($"its files are {bytes} bytes large together, and no more than {MostPinned} are pinned of a repository");
    }

    static RepomdData ReadData(System.Xml.Linq.XElement data)
    {
        var type = data.Said("type") ?? "";
        var location = data.Child("location");
        if (location is null || location.Attributes().Any(attribute => attribute.Name.LocalName == "base")) throw new UpstreamException($"it does not say where its '{type}' is, or that it is elsewhere");
        var path = UpstreamAddress.CleanPath(location.Said("href"));
        if (path is null or Path or SignaturePath) throw new UpstreamException($"it says that its '{type}' is at '{location.Said("href")}', which leads out of the repository");
        var checksum = Checksum.Read(data.Child("checksum").Said("type"), data.Child("checksum")?.Value)
            ?? throw new UpstreamException($"it states no checksum of {path} that is known here");
        var openSize = data.Child("open-size").Number();
        if (openSize > OpenedStream.MostBytes) throw new UpstreamException($"it says that {path} unpacks to {openSize} bytes, and no more than {OpenedStream.MostBytes} are unpacked here");
        return new(type, new(path, checksum, data.Child("size").Number()), Checksum.Read(data.Child("open-checksum").Said("type"), data.Child("open-checksum")?.Value), openSize);
    }
}
