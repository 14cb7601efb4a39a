using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Skyline.Server.People;

/// <summary>A secret that says who is calling: `sky_` and 32 random bytes. The server keeps only its hash.</summary>
static class Token
{
    public static string New() => "sky_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Writes a token where only its owner can read it; the file is never readable by others, not for a moment.</summary>
    public static void WriteFile(string path, string token)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(token + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
