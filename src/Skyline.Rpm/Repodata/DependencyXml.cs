using System.Text;

namespace Skyline.Rpm;

/// <summary>One dependency as an rpm:entry.</summary>
static class DependencyXml
{
    public static void Write(XmlBuffer xml, ReadOnlySpan<byte> name, ReadOnlySpan<byte> comparison, ReadOnlySpan<byte> evr, bool pre)
    {
        if (name.IsEmpty)
            return;
        xml.Raw("      <rpm:entry name=\""u8).Attribute(name);
        if (!comparison.IsEmpty)
        {
            xml.Raw("\" flags=\""u8).Raw(comparison);
            WriteEvr(xml, evr);
        }
        xml.Raw(pre ? "\" pre=\"1\"/>\n"u8 : "\"/>\n"u8);
    }

    static void WriteEvr(XmlBuffer xml, ReadOnlySpan<byte> evr)
    {
        if (evr.IsEmpty)
            return;
        var colon = evr.IndexOf((byte)':');
        xml.Raw("\" epoch=\""u8).Attribute(colon > 0 ? evr[..colon] : "0"u8);
        var rest = evr[(colon + 1)..];
        var dash = rest.IndexOf((byte)'-');
        var version = dash < 0 ? rest : rest[..dash];
        if (!version.IsEmpty)
            xml.Raw("\" ver=\""u8).Attribute(version);
        if (dash >= 0 && dash + 1 < rest.Length)
            xml.Raw("\" rel=\""u8).Attribute(rest[(dash + 1)..]);
    }

    /// <summary>What stands before a colon must be a number (or nothing); createrepo_c drops a dependency where it is not.</summary>
    public static bool HasSoundEpoch(ReadOnlySpan<byte> evr)
    {
        var colon = evr.IndexOf((byte)':');
        if (colon <= 0)
            return true;
        var epoch = evr[..colon].TrimStart(" \t\n\v\f\r"u8);
        if (epoch is [(byte)'+' or (byte)'-', ..])
            epoch = epoch[1..];
        return !epoch.IsEmpty && epoch.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }
}
