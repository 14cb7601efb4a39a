using System.Xml;
using System.Xml.Linq;

namespace Skyline.Server.Externals;

/// <summary>XML from others: no document types, no entities from outside, no depth that only an attack has.</summary>
static class UpstreamXml
{
    public const int Deepest = 64;

    public static XmlReader Open(Stream xml) => XmlReader.Create(xml, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true, CloseInput = false,
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
