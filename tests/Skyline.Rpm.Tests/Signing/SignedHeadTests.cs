using System.Security.Cryptography;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Signing;

public sealed class SignedHeadTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    // Of these tests alone; it signs nothing that anybody trusts.
    static readonly SigningKey key = SigningKey.FromSecretArmored("""
        -----BEGIN PGP PRIVATE KEY BLOCK-----

        lGoEawTGQRYJKwYBBAHaRw8BAQdAINDbm2zBEvL/pvU+OjBAHJh3nWDfYdBc2OIF
        QsTT4okAAP0TgRElKGktdBV4ky2YGwcJXk2huu94yugNYKoM2HiBHnKoSFZm29MO
        LPhErHWqGM1a2CHYtB9Hb2xkZW4gPGdvbGRlbkBleGFtcGxlLmludmFsaWQ+iH8E
        ExYIACcFAmsExkECmwMDFQgKAh4BFiEEWFZ/WZkrG+oBR4CT/RaZJ723wH4ACgkQ
        /RaZJ723wH46+AD+L0NjzUdjSK4F6GzHjFpnoXAe24G1ui1e8xceLas9XTsA/0gS
        Wl+vf0qhfJo2UDDOfebv69D/6bcCV3lKo79dj00O
        =jzU0
        -----END PGP PRIVATE KEY BLOCK-----

        """);

    static SyntheticRpm What(string what) => new SyntheticRpm("signed") { Compressor = "none" } with
    {
        Reserve = what == "no-space" ? null : 4128,
        Format = what switch { "six" => RpmFormat.V6, "three" => RpmFormat.V3, _ => RpmFormat.V4 },
        PayloadDigest = what != "no-payload-digest",
    };

    /// <summary>As the first version wrote them, whole: packages that were published are signed again to the same bytes.</summary>
    [Theory]
    [InlineData("space", "ee7fb9995c3deee3b548f8ec8c4eb95a86dd7e93cb5b85b4cbdb8de1d083bdaa")]
    [InlineData("no-space", "40894e2096abf6c66dbcaee55cd1ecfb8c7cd485eb0f30dac06ea839786e4f44")]
    [InlineData("six", "8dfdefeb9c71231a95e63b82e14aab3197d358023c1702e315f693e5aac831f7")]
    [InlineData("three", "ca76b3eddd621dd6edb5a88b932c3234e2bfeeeb8c063f232c12c7124d56b359")]
    [InlineData("no-payload-digest", "871298a52df5f6548b03d5d6ac019055209e4c34d0ea2eab423a8cd745a2f4ae")]
    public async Task The_same_key_package_and_moment_give_the_same_bytes_for_ever(string what, string sha256)
    {
        var unsigned = What(what).Build();
        var head = await SignedHead.Make(new MemoryStream(unsigned), key, at, Ct);

        byte[] copy = [.. head.Bytes, .. unsigned[(int)head.BodyOffset..]];

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(copy)));
        Assert.Equal((sha256, (long)copy.Length), (head.Sha256, head.Size));
    }

    [Theory]
    [InlineData("space")]
    [InlineData("no-space")]
    [InlineData("six")]
    [InlineData("three")]
    public async Task Head_and_body_read_as_the_package_that_the_head_says_they_are(string what)
    {
        var unsigned = What(what).Build();
        var head = await SignedHead.Make(new MemoryStream(unsigned), key, at, Ct);

        var copy = await RpmPackage.ReadAndVerify(new MemoryStream([.. head.Bytes, .. unsigned[(int)head.BodyOffset..]]), Ct);

        Assert.Equal((copy.HeaderStart, copy.HeaderEnd, copy.ContentHash, copy.Nevra), (head.Package.HeaderStart, head.Package.HeaderEnd, head.Package.ContentHash, head.Package.Nevra));
        Assert.Equal(copy.Signature.Bytes.ToArray(), head.Package.Signature.Bytes.ToArray());
    }

    [Fact]
    public async Task A_head_made_of_a_signed_copy_is_that_of_the_unsigned_one()
    {
        var unsigned = What("space").Build();
        var first = await SignedHead.Make(new MemoryStream(unsigned), key, at, Ct);
        var other = SigningKey.Generate(SigningKeyKind.Ed25519, "Other <other@example.invalid>", TimeProvider.System);
        var byAnother = await SignedHead.Make(new MemoryStream(unsigned), other, at, Ct);

        var again = await SignedHead.Make(new MemoryStream([.. byAnother.Bytes, .. unsigned[(int)byAnother.BodyOffset..]]), key, at, Ct);

        Assert.NotEqual(first.Sha256, byAnother.Sha256);
        Assert.Equal(first.Sha256, again.Sha256);
    }

    [Fact]
    public async Task A_file_is_read_from_the_disk_as_from_memory()
    {
        using var temp = new TempFolder();
        var path = What("space").WriteTo(temp.Path);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);

        var head = await SignedHead.Make(file, key, at, Ct);

        Assert.Equal("ee7fb9995c3deee3b548f8ec8c4eb95a86dd7e93cb5b85b4cbdb8de1d083bdaa", head.Sha256);
    }
}
