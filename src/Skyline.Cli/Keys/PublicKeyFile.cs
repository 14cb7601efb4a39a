using System.Text;

namespace Skyline.Cli.Keys;

/// <summary>A public key as users hand it over: a file that gpg has exported.</summary>
static class PublicKeyFile
{
    const int Largest = 64 << 10;

    public static string Read(string path)
    {
        try
        {
            using var file = new StreamReader(path, Encoding.UTF8);
            var text = new char[Largest + 1];
            var armored = new string(text, 0, file.ReadBlock(text));
            // The secret was put elsewhere on purpose; it is not to leave this machine by mistake.
            if (armored.Contains("PRIVATE KEY BLOCK", StringComparison.Ordinal))
                throw StopException.Usage($"{path} holds a private key, and was not sent. Export the public one: gpg --export --armor FINGERPRINT");
            return armored.Contains("PUBLIC KEY BLOCK", StringComparison.Ordinal) && armored.Length <= Largest
                ? armored
                : throw StopException.Usage($"{path} is no armored public key, as gpg --export --armor FINGERPRINT writes it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The public key {path} cannot be read: {e.Message}");
        }
    }
}
