using System.Text;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Signing;

/// <summary>Signatures and keys as gpg itself makes them.</summary>
public sealed class TrustedKeysTests
{
    static readonly byte[] Data = "<repomd/>\n"u8.ToArray();
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    static string Gpg(TempFolder home, params string[] arguments) =>
        HostTool.Run(home.Path, "gpg", ["--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "", .. arguments]).Succeeded();

    /// <summary>A home with one key; the armored public key, and a signature over <see cref="Data"/>.</summary>
    static (string Public, string Signature) Make(TempFolder home, string algorithm, string expires = "never")
    {
        File.WriteAllBytes(home["data"], Data);
        Gpg(home, "--quick-gen-key", "Up Stream <up@example.org>", algorithm, "sign", expires);
        Gpg(home, "--armor", "--detach-sign", "--digest-algo", "SHA256", home["data"]);
        return (Gpg(home, "--armor", "--export"), File.ReadAllText(home["data.asc"]));
    }

    [Theory]
    [InlineData("rsa3072")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("dsa2048")]
    public void A_signature_of_gpgs_is_good_and_the_signer_is_known(string algorithm)
    {
        using var home = new TempFolder();
        var (key, signature) = Make(home, algorithm);
        var keys = TrustedKeys.Read(key);

        Assert.Null(keys.WhyNotSignedBy(Data, signature, Now, out var signer));
        Assert.Equal(Assert.Single(keys.Fingerprints), signer);
        Assert.Contains("over other bytes", keys.WhyNotSignedBy("<repomd />\n"u8, signature, Now, out _));
    }

    [Fact]
    public void A_subkeys_signature_counts_as_its_keys()
    {
        using var home = new TempFolder();
        File.WriteAllBytes(home["data"], Data);
        Gpg(home, "--quick-gen-key", "Up Stream <up@example.org>", "rsa2048", "cert", "never");
        var primary = Fingerprint(home);
        Gpg(home, "--quick-add-key", primary, "rsa2048", "sign", "never");
        Gpg(home, "--armor", "--detach-sign", "--digest-algo", "SHA512", home["data"]);

        Assert.Null(TrustedKeys.Read(Gpg(home, "--armor", "--export")).WhyNotSignedBy(Data, File.ReadAllText(home["data.asc"]), Now, out var signer));
        Assert.Equal(primary, signer);
    }

    [Fact]
    public void An_expired_key_and_a_revoked_one_sign_nothing()
    {
        using var expired = new TempFolder();
        var (key, signature) = Make(expired, "ed25519", "1d");
        Assert.Null(TrustedKeys.Read(key).WhyNotSignedBy(Data, signature, Now, out _));
        Assert.Contains("has expired", TrustedKeys.Read(key).WhyNotSignedBy(Data, signature, Now.AddDays(2), out _));

        using var revoked = new TempFolder();
        (_, signature) = Make(revoked, "ed25519");
        // gpg puts a colon before the certificate that it makes with every key, so that nobody imports it by accident.
        File.WriteAllText(revoked["revoke"], File.ReadAllText(Directory.GetFiles(revoked["openpgp-revocs.d"]).Single()).Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal));
        Gpg(revoked, "--import", revoked["revoke"]);
        Assert.Contains("is revoked", TrustedKeys.Read(Gpg(revoked, "--armor", "--export")).WhyNotSignedBy(Data, signature, Now, out _));
    }

    [Fact]
    public void A_signature_over_a_weak_digest_or_as_text_is_none()
    {
        using var home = new TempFolder();
        var (key, _) = Make(home, "rsa2048");
        Gpg(home, "--yes", "--armor", "--detach-sign", "--digest-algo", "SHA1", home["data"]);
        Assert.Contains("too weak", TrustedKeys.Read(key).WhyNotSignedBy(Data, File.ReadAllText(home["data.asc"]), Now, out _));
        Gpg(home, "--yes", "--armor", "--textmode", "--detach-sign", "--digest-algo", "SHA256", home["data"]);
        Assert.Contains("not one over a file", TrustedKeys.Read(key).WhyNotSignedBy(Data, File.ReadAllText(home["data.asc"]), Now, out _));
    }

    [Fact]
    public void Several_keys_one_after_the_other_are_read_and_any_of_them_may_have_signed()
    {
        using var one = new TempFolder();
        using var two = new TempFolder();
        var (first, _) = Make(one, "ed25519");
        var (second, signature) = Make(two, "rsa2048");

        var keys = TrustedKeys.Read($"Comment\n{first}\nMore words\n{second}");

        Assert.Equal([Fingerprint(one), Fingerprint(two)], keys.Fingerprints);
        Assert.Null(keys.WhyNotSignedBy(Data, signature, Now, out var signer));
        Assert.Equal(Fingerprint(two), signer);
        Assert.Contains("none of those given", TrustedKeys.Read(first).WhyNotSignedBy(Data, signature, Now, out _));
    }

    [Fact]
    public void Hostile_bytes_are_no_key_and_no_signature_and_never_anything_else()
    {
        using var home = new TempFolder();
        var (key, signature) = Make(home, "ed25519");
        var random = new Random(4711);
        for (var round = 0; round < 2000; round++)
        {
            var damagedKey = Damage(key, random);
            try
            {
                TrustedKeys.Read(damagedKey);
            }
            catch (FormatException)
            {
                // As it should be.
            }
            var why = TrustedKeys.Read(key).WhyNotSignedBy(Data, Damage(signature, random), Now, out var signer);
            Assert.True(why is not null || signer is not null);
        }
    }

    /// <summary>Other bytes under a check sum that is right or not there: armor alone must not be what refuses them.</summary>
    static string Damage(string armored, Random random)
    {
        var lines = armored.Split('\n').Where(line => !line.StartsWith('=')).ToList();
        var body = Convert.FromBase64String(string.Concat(lines.SkipWhile(line => line.Length > 0).TakeWhile(line => !line.StartsWith("-----END", StringComparison.Ordinal))));
        for (var changes = random.Next(1, 6); changes > 0; changes--) body[random.Next(body.Length)] = (byte)random.Next(256);
        return new StringBuilder(lines[0]).Append("\n\n").Append(Convert.ToBase64String(body, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n")).Append('\n')
            .Append(lines.First(line => line.StartsWith("-----END", StringComparison.Ordinal))).Append('\n').ToString();
    }

    static string Fingerprint(TempFolder home) =>
        Gpg(home, "--with-colons", "--list-keys").Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
}
