using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Skyline.Server.Externals;

/// <summary>XML from others: no document types, no entities from outside, no depth, names or pieces that only an attack has.</summary>
static class UpstreamXml
{
    public const int Deepest = 64;

    /// <summary>As UTF-8, which repositories are written in: in another encoding, markup that is counted in bytes could hide.</summary>
    public static XmlReader Open(Stream xml) => XmlReader.Create(new StreamReader(xml, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true), new XmlReaderSettings
    {
        NameTable = new BoundedNames(), DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true,
    });

    /// <summary>A small document, whole.</summary>
    /// <exception cref="XmlException">It is none.</exception>
    public static XElement Small(byte[] xml)
    {
        using (var reader = Open(new MemoryStream(xml)))
            while (reader.Read())
                if (reader.Depth > Deepest) throw new XmlException($"it is nested deeper than {Deepest} levels");
        using var again = Open(new MemoryStream(xml));
        return XElement.Load(again);
    }

    public static XElement? Child(this XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name);

    public static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    public static string? Said(this XElement? element, string attribute) => element?.Attribute(attribute)?.Value;

    public static long? Number(this XElement? element) =>
        long.TryParse(element?.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
}
