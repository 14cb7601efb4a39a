using Microsoft.Extensions.Time.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Signing;

/// <summary>Keys and signatures, judged by the host's rpmkeys and gpg.</summary>
public sealed class SigningTests(SigningTests.Keys keys) : IClassFixture<SigningTests.Keys>, IDisposable
{
    // A signature must not be older than its key, nor of the future.
    static readonly DateTimeOffset At = TimeProvider.System.GetUtcNow();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    /// <summary>An RSA key takes a second to make, so both are made once.</summary>
    public sealed class Keys
    {
        public SigningKey Ed25519 { get; } = SigningKey.Generate(SigningKeyKind.Ed25519, "Skyline tests <ed@example.invalid>", Yesterday);
        public SigningKey Rsa { get; } = SigningKey.Generate(SigningKeyKind.Rsa4096, "Skyline tests <rsa@example.invalid>", Yesterday);

        static TimeProvider Yesterday => new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1));

        public SigningKey Of(SigningKeyKind kind) => kind == SigningKeyKind.Ed25519 ? Ed25519 : Rsa;
    }

    [Theory, MemberData(nameof(EachKeyOnEachPackage))]
    public async Task A_signed_package_passes_rpmkeys_and_keeps_its_content(SigningKeyKind kind, string what)
    {
        var unsigned = What(what);
        var signed = await Sign(unsigned, keys.Of(kind));
        var report = CheckSig(keys.Of(kind), signed);
        Assert.True(report.Exit == 0, report.Output);
        Assert.Contains(kind == SigningKeyKind.Rsa4096 ? "RSA/SHA256 Signature" : "EdDSA/SHA256 Signature", report.Output, StringComparison.Ordinal);
        Assert.Contains($"key ID {keys.Of(kind).Public.Fingerprint[^8..].ToLowerInvariant()}: OK", report.Output, StringComparison.Ordinal);
        var (before, after) = (await ReadBack(unsigned), await ReadBack(signed));
        Assert.Equal(before.ContentHash, after.ContentHash);
        Assert.Equal(unsigned.AsSpan((int)before.HeaderStart), signed.AsSpan((int)after.HeaderStart));
        if (what is not "no-space")
            Assert.Equal(unsigned.Length, signed.Length);
    }

    public static TheoryData<SigningKeyKind, string> EachKeyOnEachPackage => new(
        from kind in (SigningKeyKind[])[SigningKeyKind.Ed25519, SigningKeyKind.Rsa4096]
        from what in (string[])["real", "real-source", "no-space", "space", "six", "no-payload-digest"]
        select (kind, what));

    static byte[] What(string what) => what switch
    {
        "real" => File.ReadAllBytes(RealRpms.Of("rich", ".x86_64.rpm")),
        "real-source" => File.ReadAllBytes(RealRpms.Of("rich", ".src.rpm")),
        "no-space" => new SyntheticRpm("signed") { Reserve = null }.Build(),
        "space" => new SyntheticRpm("signed") { Reserve = 2000 }.Build(),
        "six" => new SyntheticRpm("signed") { Format = RpmFormat.V6 }.Build(),
        _ => new SyntheticRpm("signed") { PayloadDigest = false }.Build(),
    };

    [Fact]
    public async Task A_version_6_package_also_carries_its_signature_where_rpm_6_looks()
    {
        var package = await ReadBack(await Sign(new SyntheticRpm("six") { Format = RpmFormat.V6 }.Build(), keys.Ed25519));
        Assert.Equal(Convert.ToBase64String(package.Signature.Binary(SignatureTag.Dsa)), package.Signature.String(SignatureTag.OpenPgp));
    }

    [Fact]
    public async Task Where_the_header_leaves_the_payload_out_both_are_signed()
    {
        var package = await ReadBack(await Sign(new SyntheticRpm("old") { PayloadDigest = false }.Build(), keys.Ed25519));
        Assert.True(package.Signature.Has(SignatureTag.Gpg));
        var three = await Sign(new SyntheticRpm("three") { Format = RpmFormat.V3 }.Build(), keys.Rsa);
        Assert.False((await ReadBack(three)).Signature.Has(SignatureTag.Rsa));
        var report = CheckSig(keys.Rsa, three);
        Assert.Contains("V4 RSA/SHA256 Signature, key ID", report.Output, StringComparison.Ordinal);
        Assert.True(report.Exit == 0, report.Output);
    }

    [Fact]
    public async Task A_changed_bit_fails_rpmkeys()
    {
        var signed = await Sign(new SyntheticRpm("changed").Build(), keys.Ed25519);
        signed[signed.AsSpan().IndexOf("A package made"u8)] ^= 1;
        Assert.NotEqual(0, CheckSig(keys.Ed25519, signed).Exit);
    }

    [Fact]
    public async Task Another_key_does_not_pass_for_this_one()
    {
        var report = CheckSig(keys.Rsa, await Sign(new SyntheticRpm("other").Build(), keys.Ed25519));
        Assert.Contains("NOKEY", report.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, report.Exit);
    }

    [Fact]
    public async Task Signing_again_replaces_the_signature_and_the_same_moment_gives_the_same_bytes()
    {
        var unsigned = new SyntheticRpm("again").Build();
        var once = await Sign(unsigned, keys.Ed25519);
        var other = await Sign(once, keys.Rsa);
        Assert.False((await ReadBack(other)).Signature.Has(SignatureTag.Dsa));
        Assert.True(CheckSig(keys.Rsa, other).Exit == 0);
        Assert.Equal(once, await Sign(other, keys.Ed25519));
        Assert.Equal(once, await Sign(once, keys.Ed25519));
        Assert.Equal(unsigned.Length, other.Length);
    }

    [Fact]
    public async Task A_package_that_is_none_is_not_signed() =>
        await Assert.ThrowsAsync<BadRpmException>(() => Sign("no package"u8.ToArray(), keys.Ed25519));

    [Theory]
    [InlineData(SigningKeyKind.Ed25519)]
    [InlineData(SigningKeyKind.Rsa4096)]
    public async Task A_detached_signature_passes_gpg_and_a_changed_text_does_not(SigningKeyKind kind)
    {
        File.WriteAllText(temp["key.asc"], keys.Of(kind).Public.Armored);
        File.WriteAllText(temp["repomd.xml"], "<repomd/>\n");
        File.WriteAllText(temp["repomd.xml.asc"], await keys.Of(kind).DetachArmored("<repomd/>\n"u8.ToArray(), At, Ct));
        File.WriteAllText(temp["other.xml"], "<repomd />\n");
        HostTool.Run(temp.Path, "gpg", "--batch", "--import", temp["key.asc"]).Succeeded();
        var good = HostTool.Run(temp.Path, "gpg", "--batch", "--verify", temp["repomd.xml.asc"], temp["repomd.xml"]);
        Assert.True(good.Exit == 0, good.Output);
        Assert.Contains("Good signature", good.Output, StringComparison.Ordinal);
        Assert.Contains("BAD signature", HostTool.Run(temp.Path, "gpg", "--batch", "--verify", temp["repomd.xml.asc"], temp["other.xml"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_for_a_moment_before_its_key_was_made_is_still_good()
    {
        File.WriteAllText(temp["key.asc"], keys.Ed25519.Public.Armored);
        File.WriteAllText(temp["text"], "text");
        File.WriteAllText(temp["text.asc"], await keys.Ed25519.DetachArmored("text"u8.ToArray(), DateTimeOffset.UnixEpoch.AddYears(40), Ct));
        HostTool.Run(temp.Path, "gpg", "--batch", "--import", temp["key.asc"]).Succeeded();
        HostTool.Run(temp.Path, "gpg", "--batch", "--verify", temp["text.asc"], temp["text"]).Succeeded();
    }

    [Theory]
    [InlineData(SigningKeyKind.Ed25519)]
    [InlineData(SigningKeyKind.Rsa4096)]
    public async Task A_secret_key_reads_back_as_itself(SigningKeyKind kind)
    {
        var key = keys.Of(kind);
        var back = SigningKey.FromSecretArmored(key.SecretArmored);
        Assert.Equal(key.Public.Fingerprint, back.Public.Fingerprint);
        Assert.Equal(key.Public.Armored, back.Public.Armored);
        Assert.Equal(kind, back.Public.Kind);
        Assert.Equal(key.Public.UserId, back.Public.UserId);
        Assert.Equal(await key.DetachArmored("text"u8.ToArray(), At, Ct), await back.DetachArmored("text"u8.ToArray(), At, Ct));
        Assert.Matches("^[0-9A-F]{40}$", key.Public.Fingerprint);
        Assert.StartsWith("-----BEGIN PGP PRIVATE KEY BLOCK-----", key.SecretArmored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n")]
    [InlineData("not armored at all")]
    public void What_is_no_secret_key_is_refused(string text) => Assert.Throws<FormatException>(() => SigningKey.FromSecretArmored(text));

    [Fact]
    public void A_public_key_is_no_secret_key() => Assert.Throws<FormatException>(() => SigningKey.FromSecretArmored(keys.Ed25519.Public.Armored));

    [Fact]
    public async Task Many_threads_sign_with_one_key()
    {
        var unsigned = new SyntheticRpm("parallel").Build();
        var first = await Sign(unsigned, keys.Ed25519);
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Sign(unsigned, keys.Ed25519))));
        Assert.All(all, signed => Assert.Equal(first, signed));
    }

    static async Task<byte[]> Sign(byte[] unsigned, SigningKey key)
    {
        var signed = new MemoryStream();
        await SignRpm.Sign(new MemoryStream(unsigned), signed, key, At, Ct);
        return signed.ToArray();
    }

    static async Task<RpmPackage> ReadBack(byte[] bytes) => await RpmPackage.ReadAndVerify(new MemoryStream(bytes), Ct);

    ToolResult CheckSig(SigningKey key, byte[] rpm)
    {
        var db = Directory.CreateDirectory(temp[$"db-{key.Public.Fingerprint}"]).FullName;
        File.WriteAllText(temp["key.asc"], key.Public.Armored);
        File.WriteAllBytes(temp["signed.rpm"], rpm);
        HostTool.Run(temp.Path, "rpmkeys", "--dbpath", db, "--import", temp["key.asc"]).Succeeded();
        return HostTool.Run(temp.Path, "rpmkeys", "--dbpath", db, "--checksig", "--verbose", temp["signed.rpm"]);
    }
}
