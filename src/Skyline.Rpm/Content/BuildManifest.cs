using System.Security.Cryptography;
using System.Text;

namespace Skyline.Rpm;

/// <summary>What a build's result is, in one hash: what independent builders must agree on.</summary>
public static class BuildManifest
{
    /// <summary>"skyline-manifest/1\njob KEY\n" and a sorted line "L0 filename\n" a binary package.</summary>
    /// <exception cref="ArgumentException">A name or a hash holds a blank or a line's end: it could pose as another line.</exception>
    public static string Text(string jobKey, IEnumerable<(string ContentHash, string FileName)> rpms)
    {
        var lines = rpms.Select(rpm => $"{OneWord(rpm.ContentHash)} {OneWord(rpm.FileName)}\n").Order(StringComparer.Ordinal);
        return $"skyline-manifest/1\njob {OneWord(jobKey)}\n" + string.Concat(lines);
    }

    /// <summary>What a builder votes: SHA-256, lower-case hex, of the manifest's text.</summary>
    public static string Vote(string manifest) => Sha256(manifest);

    /// <summary>What a job is: SHA-256, lower-case hex, over its inputs. The first three are SHA-256 in lower-case hex themselves.</summary>
    /// <param name="optionsSha256">Of what the build is built with beside its spec and its chroot; null: nothing.</param>
    /// <param name="srpmSha256">Of the source package's file.</param>
    /// <param name="lockSha256">Of the text of the lock that the buildroot was made from.</param>
    /// <param name="chrootConfigSha256">Of the chroot's recipe.</param>
    /// <param name="arch">What is built for.</param>
    public static string JobKey(string srpmSha256, string lockSha256, string chrootConfigSha256, string arch, string? optionsSha256 = null) =>
        Sha256($"skyline-job/1\n{OneWord(srpmSha256)}\n{OneWord(lockSha256)}\n{OneWord(chrootConfigSha256)}\n{OneWord(arch)}\n{(optionsSha256 is null ? "" : $"options {OneWord(optionsSha256)}\n")}");

    static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static string OneWord(string word) => word.Length > 0 && !word.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        ? word
        : throw new ArgumentException($"\"{word}\" cannot stand in a manifest: it must be one word.");
}
