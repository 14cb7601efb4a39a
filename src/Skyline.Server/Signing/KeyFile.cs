using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>
/// What secret keys in the database are encrypted with (AES-256-GCM): 32 random bytes, as hex, in a file outside of it. A copy of
/// the database alone reveals no secret.
/// </summary>
public sealed class KeyFile(SkylineSettings settings, Database database)
{
    const int KeySize = 32, NonceSize = 12, TagSize = 16;
    const byte Version = 1;

    readonly Lock gate = new();
    byte[]? known;

    public string Path { get; } = PathOf(settings);

    public static string PathOf(SkylineSettings settings) => settings.KeyFile is { Length: > 0 } set ? System.IO.Path.GetFullPath(set) : System.IO.Path.Combine(System.IO.Path.GetFullPath(settings.Data), "keys", "seal.key");

    /// <summary>
    /// A file that others may read stops the start: the secrets may be known already, and somebody must look. One that is missing
    /// or wrong does not: what is published can still be served, and is worth more than a refusal to serve it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is there and open to others.</exception>
    public void RefuseIfOpenToOthers() => OwnFile.Read(Path);

    /// <summary>A sealed secret is bound to its key's fingerprint: moved to another key's row, it does not open.</summary>
    /// <exception cref="SigningRefusedException">There is no key file, and secrets that were sealed with it.</exception>
    public byte[] Seal(string fingerprint, string secret) => SealAs($"signing key {fingerprint}", secret);

    /// <summary>Of a secret that is no signing key's.</summary>
    /// <param name="what">It is bound to that, in ASCII.</param>
    /// <exception cref="SigningRefusedException">There is no key file, and secrets that were sealed with it.</exception>
    public byte[] SealAs(string what, string secret)
    {
        MakeFirst();
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealed_ = new byte[1 + NonceSize + plain.Length + TagSize];
        sealed_[0] = Version;
        var nonce = sealed_.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Key(), TagSize);
        aes.Encrypt(nonce, plain, sealed_.AsSpan(1 + NonceSize, plain.Length), sealed_.AsSpan(^TagSize), BoundTo(what));
        CryptographicOperations.ZeroMemory(plain);
        return sealed_;
    }

    /// <exception cref="SigningRefusedException">There is no key file, or the secret was sealed with another.</exception>
    public string Open(string fingerprint, ReadOnlySpan<byte> sealed_) =>
        Opened($"signing key {fingerprint}", sealed_, $"the secret of key {fingerprint}", "rotate the key (`skyline key rotate`)");

    /// <exception cref="SigningRefusedException">There is no key file, or the secret was sealed with another.</exception>
    public string OpenAs(string what, ReadOnlySpan<byte> sealed_) => Opened(what, sealed_, "this secret", "make a new one");

    string Opened(string what, ReadOnlySpan<byte> sealed_, string called, string cure)
    {
        if (sealed_.Length < 1 + NonceSize + TagSize || sealed_[0] != Version)
            throw new SigningRefusedException($"{char.ToUpperInvariant(called[0])}{called[1..]} was written by another version of Skyline, or is damaged.");
        var plain = new byte[sealed_.Length - 1 - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(Key(), TagSize);
            aes.Decrypt(sealed_.Slice(1, NonceSize), sealed_[(1 + NonceSize)..^TagSize], sealed_[^TagSize..], plain, BoundTo(what));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SigningRefusedException($"The key file {Path} is not the one that {called} was encrypted with. Put that one back from its backup; if it is lost for ever, {cure}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Never where secrets were sealed before: a second key file would hide that the first is lost.</summary>
    void MakeFirst()
    {
        lock (gate)
        {
            if (!File.Exists(Path) && !database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM signing_keys WHERE secret IS NOT NULL) OR EXISTS (SELECT 1 FROM sealed_secrets) OR EXISTS (SELECT 1 FROM git_credentials) OR EXISTS (SELECT 1 FROM own_certificates)")))
                OwnFile.Write(Path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeySize)));
        }
    }

    /// <summary>Looked for whenever it is not known yet: a file that was missing is used as soon as it is back.</summary>
    byte[] Key()
    {
        if (known is not null) return known;
        if (Text()?.Trim() is not { } hex)
            throw new SigningRefusedException($"The key file {Path} is missing, and without it the signing keys cannot be read. Put it back from its backup.");
        if (hex.Length != 2 * KeySize || !hex.All(char.IsAsciiHexDigit))
            throw new SigningRefusedException($"The key file {Path} is damaged: it should hold {2 * KeySize} hexadecimal digits and nothing else. Put it back from its backup.");
        return known = Convert.FromHexString(hex);
    }

    string? Text()
    {
        try
        {
            return OwnFile.Read(Path);
        }
        catch (Exception fault) when (fault is InvalidOperationException or UnauthorizedAccessException or IOException)
        {
            throw new SigningRefusedException(fault.Message);
        }
    }

    static byte[] BoundTo(string what) => Encoding.ASCII.GetBytes($"skyline {what}");
}
