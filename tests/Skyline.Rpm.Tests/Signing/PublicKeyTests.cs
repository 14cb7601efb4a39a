using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Signing;

/// <summary>Keys and signatures that the host's gpg made.</summary>
public sealed class PublicKeyTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly TempFolder temp = new();

    public void Dispose()
    {
        HostTool.Run(temp.Path, "gpgconf", "--homedir", temp.Path, "--kill", "gpg-agent");
        temp.Dispose();
    }

    string Gpg(params string[] args) => HostTool.Run(temp.Path, "gpg", ["--homedir", temp.Path, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", .. args]).Succeeded();

    PublicKey MakeKey(string algorithm, string usage = "cert,sign")
    {
        Gpg("--quick-generate-key", $"{algorithm} <{algorithm}@example.invalid>", algorithm, usage, "never");
        return PublicKey.FromArmored(Gpg("--armor", "--export", $"{algorithm}@example.invalid"));
    }

    byte[] Sign(string text, params string[] args)
    {
        File.WriteAllText(temp["text"], text);
        Gpg(["--yes", "--output", temp["text.sig"], .. args, "--detach-sign", temp["text"]]);
        return File.ReadAllBytes(temp["text.sig"]);
    }

    static Task<string?> Judge(PublicKey key, byte[] signature, string text) => key.WhyNotSignature(signature, new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text)), Ct);

    [Theory]
    [InlineData("ed25519", SigningKeyKind.Ed25519)]
    [InlineData("rsa2048", SigningKeyKind.Rsa2048)]
    [InlineData("rsa4096", SigningKeyKind.Rsa4096)]
    public async Task A_signature_by_gpg_is_good_over_what_it_was_made_over_and_over_nothing_else(string algorithm, SigningKeyKind kind)
    {
        var key = MakeKey(algorithm);
        var signature = Sign("text");

        Assert.Equal((kind, $"{algorithm} <{algorithm}@example.invalid>"), (key.Kind, key.UserId));
        Assert.Null(await Judge(key, signature, "text"));
        Assert.Equal("does not fit the data", await Judge(key, signature, "text "));
        signature[^1] ^= 1;
        Assert.Equal("does not fit the data", await Judge(key, signature, "text"));
    }

    [Fact]
    public async Task A_signature_by_another_key_or_by_a_subkey_is_not_taken()
    {
        var key = MakeKey("ed25519");
        Gpg("--quick-add-key", key.Fingerprint, "ed25519", "sign", "never");
        var withSubkey = PublicKey.FromArmored(Gpg("--armor", "--export", key.Fingerprint));

        Assert.Contains($"not with {key.Fingerprint} itself", await Judge(withSubkey, Sign("text"), "text"));
        Assert.Null(await Judge(withSubkey, Sign("text", "--local-user", key.Fingerprint + "!"), "text"));
    }

    [Fact]
    public async Task What_is_no_single_binary_signature_is_named()
    {
        var key = MakeKey("ed25519");
        var signature = Sign("text");

        Assert.Equal("is not one binary OpenPGP signature", await Judge(key, [], "text"));
        Assert.Equal("is not one binary OpenPGP signature", await Judge(key, "no signature"u8.ToArray(), "text"));
        Assert.Equal("is not one binary OpenPGP signature", await Judge(key, [.. signature, .. signature], "text"));
        Assert.Equal("is not one binary OpenPGP signature", await Judge(key, signature[..20], "text"));
        Assert.Equal("is not one binary OpenPGP signature", await Judge(key, Sign("text", "--armor"), "text"));
        Assert.Equal("is not a version 4 signature over binary data", await Judge(key, Sign("text", "--textmode"), "text"));
        Assert.StartsWith("uses Sha1", await Judge(key, Sign("text", "--digest-algo", "SHA1", "--weak-digest", "MD5"), "text"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_key_that_signs_packages_is_refused()
    {
        var secret = SigningKey.Generate(SigningKeyKind.Ed25519, "Secret <secret@example.invalid>", TimeProvider.System);

        Assert.Contains("not an armored OpenPGP public key", Assert.Throws<FormatException>(() => PublicKey.FromArmored(secret.SecretArmored)).Message, StringComparison.Ordinal);
        Assert.Contains("not an armored OpenPGP public key", Assert.Throws<FormatException>(() => PublicKey.FromArmored("no key")).Message, StringComparison.Ordinal);
        Assert.Contains("Packages are signed with Ed25519", Assert.Throws<FormatException>(() => MakeKey("nistp256")).Message, StringComparison.Ordinal);
        Assert.Contains("not an armored OpenPGP public key", Assert.Throws<FormatException>(() => PublicKey.FromArmored("")).Message, StringComparison.Ordinal);
    }
}
