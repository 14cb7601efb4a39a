using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Skyline.Server.Storage;

namespace Skyline.Server.Feeds;

/// <param name="Key">What it is of: the same entry has the same key for ever.</param>
/// <param name="Link">A page on this server.</param>
/// <param name="Category">One word; null: none.</param>
/// <param name="At">In milliseconds.</param>
sealed record FeedEntry(string Key, string Title, string? Text, string Link, string Author, string? Category, long At);

/// <summary>A feed as RFC 4287 has it, written purely: the same entries are the same bytes.</summary>
/// <param name="Path">Its own address on this server.</param>
/// <param name="Page">The page that shows the same.</param>
/// <param name="Birth">When this server began: two servers' feeds are not taken for one another, and an empty feed has changed last then.</param>
sealed record AtomFeed(string Title, string Path, string Page, long Birth, IReadOnlyList<FeedEntry> Entries)
{
    const string Namespace = "http://www.w3.org/2005/Atom";
    public const int Most = 50;

    public static long BirthOf(IDbConnection db) => db.One<long>("SELECT min(created_at) FROM users");

    public long Updated => Entries.Select(entry => entry.At).DefaultIfEmpty(Birth).Max();

    /// <param name="server">This server's address, without a slash at its end.</param>
    /// <param name="instance">What the server is called: readers of several tell its feeds apart by it.</param>
    public byte[] Written(string server, string instance)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new() { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", Namespace);
            Head(xml, server, instance);
            foreach (var entry in Entries) Entry(xml, entry, server);
            xml.WriteEndElement();
        }
        return bytes.ToArray();
    }

    void Head(XmlWriter xml, string server, string instance)
    {
        Element(xml, "id", Id("feed " + Path));
        Element(xml, "title", $"{Title} – {instance}");
        Element(xml, "updated", Time(Updated));
        Link(xml, "self", "application/atom+xml", server + Path);
        Link(xml, "alternate", "text/html", server + Page);
        Element(xml, "generator", "Skyline");
    }

    void Entry(XmlWriter xml, FeedEntry entry, string server)
    {
        xml.WriteStartElement("entry", Namespace);
        Element(xml, "id", Id(entry.Key));
        Element(xml, "title", entry.Title);
        Element(xml, "updated", Time(entry.At));
        Link(xml, "alternate", "text/html", server + entry.Link);
        xml.WriteStartElement("author", Namespace);
        Element(xml, "name", entry.Author);
        xml.WriteEndElement();
        if (entry.Category is { } category)
        {
            xml.WriteStartElement("category", Namespace);
            xml.WriteAttributeString("term", category);
            xml.WriteEndElement();
        }
        Element(xml, "summary", entry.Text ?? entry.Title);
        xml.WriteEndElement();
    }

    static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Namespace, Clean(text));

    static void Link(XmlWriter xml, string rel, string type, string address)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", address);
        xml.WriteEndElement();
    }

    /// <summary>Not of the address, which may become another while the entry stays the same.</summary>
    string Id(string key) => "urn:uuid:" + new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"skyline {Birth} {key}"))).AsSpan(0, 16), bigEndian: true);

    static string Time(long at) => at.ToTime().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>What builders print may be no XML at all.</summary>
    static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (XmlConvert.IsXmlChar(text[at])) clean.Append(text[at]);
            else if (at + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[at + 1], text[at])) clean.Append(text[at]).Append(text[++at]);
            else clean.Append('\uFFFD');
        }
        return clean.ToString();
    }
}
