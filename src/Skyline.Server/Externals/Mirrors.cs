using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Skyline.Server.Externals;

/// <summary>Where an upstream's files are.</summary>
/// <param name="Bases">Best first.</param>
/// <param name="Newest">Of a metalink: checksums that repomd.xml has now, any one of them; empty: it does not say.</param>
/// <param name="Earlier">And had a while ago, on mirrors that are behind.</param>
public sealed record Mirrors(IReadOnlyList<string> Bases, IReadOnlyList<Checksum> Newest, IReadOnlyList<Checksum> Earlier)
{
    const int MostMirrors = 100, MostLetters = 2000;

    public static Mirrors One(string address) => new([address], [], []);

    /// <summary>A mirrorlist, or a metalink, which some servers answer with where dnf asks for a mirrorlist.</summary>
    /// <exception cref="UpstreamException">It is neither.</exception>
    public static Mirrors Read(byte[] bytes, string arch, string releaseVersion)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("<") ? ReadMetalink(bytes) : ReadList(text, arch, releaseVersion);
    }

    static Mirrors ReadList(string text, string arch, string releaseVersion)
    {
        var bases = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => UpstreamAddress.Expand(line, arch, releaseVersion)).Where(IsAddress).Distinct().Take(MostMirrors).ToList();
        return bases.Count > 0 ? new(bases, [], []) : throw new UpstreamException("it names no mirror that can be asked over http or https");
    }

    static Mirrors ReadMetalink(byte[] bytes)
    {
        XElement root;
        try
        {
            root = UpstreamXml.Small(bytes);
        }
        catch (XmlException fault)
        {
            throw new UpstreamException($"it is no whole metalink: {fault.Message.TrimEnd('.')}");
        }
        var file = root.Name.LocalName == "metalink" ? root.Descendants().FirstOrDefault(element => element.Name.LocalName == "file" && element.Said("name") == "repomd.xml") : null;
        if (file is null) throw new UpstreamException("it is no metalink of a repomd.xml");
        var newest = ChecksumsOf(file);
        if (newest.Count == 0) throw new UpstreamException("it states no checksum of repomd.xml that is strong enough");
        var bases = (file.Child("resources")?.Children("url") ?? [])
            .OrderByDescending(url => int.TryParse(url.Said("preference"), System.Globalization.CultureInfo.InvariantCulture, out var preference) ? preference : 0)
            .Select(url => BaseOf(url.Value.Trim())).OfType<string>().Where(IsAddress).Distinct().Take(MostMirrors).ToList();
        if (bases.Count == 0) throw new UpstreamException("it names no mirror that can be asked over http or https");
        return new(bases, newest, [.. (file.Child("alternates")?.Children("alternate") ?? []).Take(MostMirrors).SelectMany(ChecksumsOf)]);
    }

    static List<Checksum> ChecksumsOf(XElement file) =>
        [.. (file.Child("verification")?.Children("hash") ?? []).Select(hash => Checksum.Read(hash.Said("type"), hash.Value)).OfType<Checksum>().Where(checksum => !checksum.IsTooWeak(signed: false))];

    static string? BaseOf(string url) => url.EndsWith("/" + Repomd.Path, StringComparison.Ordinal) ? url[..^Repomd.Path.Length] : null;

    static bool IsAddress(string text) =>
        text.Length <= MostLetters && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0;
}
