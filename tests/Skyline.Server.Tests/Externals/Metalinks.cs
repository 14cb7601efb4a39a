using System.Security.Cryptography;
using System.Text;

namespace Skyline.Server.Tests.Externals;

/// <summary>Metalinks as Fedora's mirror manager writes them.</summary>
static class Metalinks
{
    /// <param name="earlier">A repomd.xml that was the newest a while ago; empty: none.</param>
    public static byte[] Of(byte[] repomd, byte[] earlier, params (string Url, int Preference)[] mirrors) => Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="utf-8"?>
        <metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic" pubdate="Mon, 03 Nov 2025 10:00:00 GMT" generator="mirrormanager" xmlns:mm0="http://fedorahosted.org/mirrormanager">
         <files>
          <file name="repomd.xml">
           <mm0:timestamp>1762160000</mm0:timestamp>
           {Identity(repomd)}
           {(earlier.Length == 0 ? "" : $"<mm0:alternates><mm0:alternate><mm0:timestamp>1762100000</mm0:timestamp>{Identity(earlier)}</mm0:alternate></mm0:alternates>")}
           <resources maxconnections="1">
            {string.Concat(mirrors.Select(mirror => $"<url protocol=\"{mirror.Url.Split(':')[0]}\" type=\"{mirror.Url.Split(':')[0]}\" location=\"DE\" preference=\"{mirror.Preference}\">{mirror.Url}repodata/repomd.xml</url>\n"))}
           </resources>
          </file>
         </files>
        </metalink>
        """);

    static string Identity(byte[] repomd) => $"""
        <size>{repomd.Length}</size>
        <verification>
         <hash type="sha256">{Convert.ToHexStringLower(SHA256.HashData(repomd))}</hash>
         <hash type="sha512">{Convert.ToHexStringLower(SHA512.HashData(repomd))}</hash>
        </verification>
        """;
}
