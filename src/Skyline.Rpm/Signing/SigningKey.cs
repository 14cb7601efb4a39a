using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Bcpg.Sig;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Skyline.Rpm;

public enum SigningKeyKind { Ed25519, Rsa4096 }

/// <summary>An OpenPGP secret key that signs packages and repository metadata. Any number of threads may sign with it at once.</summary>
public sealed class SigningKey
{
    const int RsaBits = 4096;

    readonly PgpSecretKeyRing ring;
    readonly PgpSecretKey secret;
    readonly PgpPrivateKey key;

    SigningKey(PgpSecretKeyRing ring)
    {
        this.ring = ring;
        secret = ring.GetSecretKey();
        key = secret.ExtractPrivateKey([]);
    }

    /// <summary>Upper-case hex, 40 digits.</summary>
    public string Fingerprint => Convert.ToHexString(secret.PublicKey.GetFingerprint());

    public SigningKeyKind Kind => IsRsa ? SigningKeyKind.Rsa4096 : SigningKeyKind.Ed25519;

    /// <summary>The name it was made with: "Skyline example.org &lt;…>".</summary>
    public string UserId => secret.UserIds.First();

    /// <summary>rpm keeps RSA signatures under tags of their own.</summary>
    internal bool IsRsa => secret.PublicKey.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign;

    /// <summary>The public key, armored, as `rpm --import` takes it.</summary>
    public string PublicArmored => Armored(armor =>
    {
        foreach (var publicKey in ring.GetPublicKeys())
            publicKey.Encode(armor);
    });

    /// <summary>The secret key, armored, not encrypted: whoever stores it guards it.</summary>
    public string SecretArmored => Armored(ring.Encode);

    public static SigningKey Generate(SigningKeyKind kind, string userId, TimeProvider time)
    {
        var random = new SecureRandom();
        var (algorithm, pair) = kind == SigningKeyKind.Ed25519
            ? (PublicKeyAlgorithmTag.EdDsa_Legacy, Ed25519Pair(random))
            : (PublicKeyAlgorithmTag.RsaGeneral, RsaPair());
        var made = new PgpKeyPair(algorithm, pair, time.GetUtcNow().UtcDateTime);
        var says = new PgpSignatureSubpacketGenerator();
        says.SetSignatureCreationTime(false, time.GetUtcNow().UtcDateTime);
        says.SetKeyFlags(true, KeyFlags.CertifyOther | KeyFlags.SignData);
        says.SetPreferredHashAlgorithms(false, [(int)HashAlgorithmTag.Sha256, (int)HashAlgorithmTag.Sha512]);
        says.SetFeature(false, Features.FEATURE_MODIFICATION_DETECTION);
        says.SetIssuerFingerprint(false, made.PublicKey);
        var generator = new PgpKeyRingGenerator(PgpSignature.PositiveCertification, made, userId, SymmetricKeyAlgorithmTag.Null,
            HashAlgorithmTag.Sha256, Array.Empty<byte>(), useSha1: true, says.Generate(), null, random);
        return new(generator.GenerateSecretKeyRing());
    }

    /// <exception cref="FormatException">It is not an armored OpenPGP secret key, or it is encrypted.</exception>
    public static SigningKey FromSecretArmored(string armored)
    {
        try
        {
            using var input = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(armored)));
            return new(new PgpSecretKeyRing(input));
        }
        catch (Exception e) when (e is IOException or PgpException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"This is not an armored OpenPGP secret key without a passphrase: {e.Message}", e);
        }
    }

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset CreatedAt => new(secret.PublicKey.CreationTime, TimeSpan.Zero);

    /// <summary>A detached, armored signature (repomd.xml.asc).</summary>
    /// <param name="at">When it is signed. Verifiers refuse a signature that is older than its key, so an earlier moment counts as the key's own.</param>
    public string SignDetached(ReadOnlySpan<byte> data, DateTimeOffset at)
    {
        var signing = Start(at);
        signing.Update(data);
        return Armored(signing.Generate().Encode);
    }

    /// <summary>Begins a binary signature; bytes are fed to it, then it is generated.</summary>
    internal PgpSignatureGenerator Start(DateTimeOffset at)
    {
        var signing = new PgpSignatureGenerator(secret.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        signing.InitSign(PgpSignature.BinaryDocument, key);
        var says = new PgpSignatureSubpacketGenerator();
        says.SetSignatureCreationTime(false, (at < CreatedAt ? CreatedAt : at).UtcDateTime);
        says.SetIssuerFingerprint(false, secret.PublicKey);
        signing.SetHashedSubpackets(says.Generate());
        return signing;
    }

    static AsymmetricCipherKeyPair Ed25519Pair(SecureRandom random)
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(random));
        return generator.GenerateKeyPair();
    }

    /// <summary>By the platform, which needs less than a second where BouncyCastle needs many.</summary>
    static AsymmetricCipherKeyPair RsaPair()
    {
        using var rsa = RSA.Create(RsaBits);
        return DotNetUtilities.GetRsaKeyPair(rsa);
    }

    static string Armored(Action<Stream> write)
    {
        using var output = new MemoryStream();
        // rpm insists on the check sum that newer OpenPGP made optional.
        using (var armor = ArmoredOutputStream.Build().ClearHeaders().EnableCrc(true).Build(output))
            write(armor);
        return Encoding.ASCII.GetString(output.ToArray());
    }
}
