using System.Buffers;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Parameters;

namespace Skyline.Rpm;

/// <summary>An OpenPGP public key: what is published of a signing key, and what signatures made elsewhere are checked with.</summary>
public sealed class PublicKey
{
    const int ChunkSize = 128 << 10;

    readonly PgpPublicKey key;

    internal PublicKey(PgpPublicKeyRing ring)
    {
        key = ring.GetPublicKey();
        Kind = KindOf(key);
        Fingerprint = Convert.ToHexString(key.GetFingerprint());
        Armored = Armor.Of(ring.Encode);
    }

    /// <summary>Upper-case hex, 40 digits.</summary>
    public string Fingerprint { get; }

    /// <summary>What kind of key it is.</summary>
    public SigningKeyKind Kind { get; }

    /// <summary>As `rpm --import` takes it.</summary>
    public string Armored { get; }

    /// <summary>The name it was made with: "Skyline example.org &lt;…>"; empty if it has none.</summary>
    public string UserId => key.GetUserIds().FirstOrDefault() ?? "";

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset CreatedAt => new(key.CreationTime, TimeSpan.Zero);

    /// <summary>From when on clients take no signature of it for good; null: it does not expire.</summary>
    public DateTimeOffset? ExpiresAt => key.GetValidSeconds() is > 0 and var seconds ? CreatedAt.AddSeconds(seconds) : null;

    /// <exception cref="FormatException">It is not one armored OpenPGP public key that can sign packages.</exception>
    public static PublicKey FromArmored(string armored)
    {
        try
        {
            using var input = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(armored)));
            var objects = new PgpObjectFactory(input);
            if (objects.NextPgpObject() is not PgpPublicKeyRing ring)
                throw new FormatException("This is not an armored OpenPGP public key, as `gpg --export --armor FINGERPRINT` writes it.");
            if (objects.NextPgpObject() is not null)
                throw new FormatException("This holds more than one public key. Export the one that signs.");
            return new(ring);
        }
        catch (Exception e) when (e is IOException or PgpException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            throw new FormatException($"This is not an armored OpenPGP public key: {e.Message}", e);
        }
    }

    /// <returns>Null if <paramref name="packet"/> is this key's good signature over all that <paramref name="data"/> still holds; or what is wrong with it, as the end of a sentence.</returns>
    public async Task<string?> WhyNotSignature(byte[] packet, Stream data, CancellationToken ct)
    {
        if (Parse(packet) is not { } signature) return "is not one binary OpenPGP signature";
        if (signature.Version != 4 || signature.SignatureType != PgpSignature.BinaryDocument) return "is not a version 4 signature over binary data";
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512)) return $"uses {signature.HashAlgorithm}, which is not SHA-256, SHA-384 or SHA-512";
        if (signature.KeyId != key.KeyId) return $"was made with key {signature.KeyId:X16}, not with {Fingerprint} itself (a subkey's is not taken: name the key with a `!` after it to gpg)";
        signature.InitVerify(key);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (await data.ReadAsync(buffer, ct) is > 0 and var read)
                signature.Update(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return signature.Verify() ? null : "does not fit the data";
    }

    static PgpSignature? Parse(byte[] packet)
    {
        try
        {
            var objects = new PgpObjectFactory(packet);
            return objects.NextPgpObject() is PgpSignatureList { Count: 1 } list && objects.NextPgpObject() is null ? list[0] : null;
        }
        catch (Exception e) when (e is IOException or PgpException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    static SigningKeyKind KindOf(PgpPublicKey key) => (key.Algorithm, key.BitStrength) switch
    {
        (PublicKeyAlgorithmTag.EdDsa_Legacy, _) when key.GetKey() is Ed25519PublicKeyParameters => SigningKeyKind.Ed25519,
        (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign, 2048) => SigningKeyKind.Rsa2048,
        (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign, 3072) => SigningKeyKind.Rsa3072,
        (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign, 4096) => SigningKeyKind.Rsa4096,
        _ => throw new FormatException($"This key is {key.Algorithm} of {key.BitStrength} bits. Packages are signed with Ed25519, or with RSA of 2048, 3072 or 4096 bits."),
    };
}
