using System.Text;

namespace Skyline.Server.Tests.Externals;

/// <summary>Metadata that no createrepo_c would write, with checksums that hold.</summary>
static class Metadata
{
    /// <summary>The upstream's repository is this list of packages, and nothing else.</summary>
    /// <param name="opened">What it unpacks to, where that is to be stated.</param>
    public static void Replace(Upstream upstream, byte[] primary, byte[]? opened = null, long? openSize = null)
    {
        upstream.Write("repodata/primary.xml", primary);
        upstream.Write("repodata/repomd.xml", Encoding.UTF8.GetBytes($"""
            <repomd xmlns="http://linux.duke.edu/metadata/repo">
              <data type="primary">
                <checksum type="sha256">{new Paper("primary", primary).Sha256}</checksum>
                {(opened is null ? "" : $"<open-checksum type=\"sha256\">{new Paper("opened", opened).Sha256}</open-checksum>")}
                {((openSize ?? opened?.Length) is { } unpacked ? $"<open-size>{unpacked}</open-size>" : "")}
                <location href="repodata/primary.xml"/>
                <size>{primary.Length}</size>
              </data>
            </repomd>
            """));
    }

    /// <summary>A list of one package.</summary>
    public static byte[] OnePackage(string path, string checksumType, string checksum, long size) => Encoding.UTF8.GetBytes($"""
        <metadata xmlns="http://linux.duke.edu/metadata/common" packages="1"><package type="rpm"><name>one</name><arch>x86_64</arch>
          <checksum type="{checksumType}" pkgid="YES">{checksum}</checksum><size package="{size}" installed="1" archive="1"/><location href="{path}"/></package></metadata>
        """);
}
