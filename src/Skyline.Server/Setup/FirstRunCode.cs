using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Signing;

namespace Skyline.Server.Setup;

/// <summary>
/// What whoever opens a new server's first page has to know: a code that is told where only its operator looks, in the log and in a file for the server's user
/// alone. It is the same after a restart, gone once it was used, and another one after so many wrong tries.
/// </summary>
sealed class FirstRunCode(SkylineSettings settings, ILogger<FirstRunCode> log)
{
    const int MostTries = 20, Letters = 12;

    /// <summary>None that is taken for another.</summary>
    const string Alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

    readonly Lock gate = new();
    string? code;
    int tries;

    public string File => Path.Combine(settings.Data, "first-run.code");

    /// <summary>As it is written: in three parts.</summary>
    public string Current()
    {
        lock (gate) return Shown(code ??= Kept() ?? MakeNew());
    }

    /// <summary>Takes as long whatever was typed.</summary>
    public bool Matches(string typed)
    {
        lock (gate)
        {
            code ??= Kept() ?? MakeNew();
            if (CryptographicOperations.FixedTimeEquals(Hash(typed), Hash(code))) return true;
            if (++tries < MostTries) return false;
            code = MakeNew();
        }
        log.LogWarning("Somebody tried {Tries} wrong codes for the first run. There is another one now, in {File}", MostTries, File);
        return false;
    }

    /// <summary>It has been used, or is needed no more.</summary>
    public void Forget()
    {
        lock (gate)
        {
            code = null;
            System.IO.File.Delete(File);
        }
    }

    string? Kept() => OwnFile.Read(File) is { } text && Plain(text) is { Length: Letters } kept ? kept : null;

    string MakeNew()
    {
        tries = 0;
        var made = RandomNumberGenerator.GetString(Alphabet, Letters);
        OwnFile.Write(File, Shown(made));
        return made;
    }

    static string Shown(string plain) => string.Join('-', plain.Chunk(4).Select(part => new string(part)));

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(Plain(text)));

    static string Plain(string text) => text.Length > 100 ? "" : new([.. text.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
}
