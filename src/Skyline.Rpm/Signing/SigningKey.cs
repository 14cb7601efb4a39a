using System.Buffers;
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

/// <summary>An OpenPGP secret key in this process. Any number of threads may sign with it at once.</summary>
public sealed class SigningKey : ISigner
{
    const int ChunkSize = 128 << 10;

    readonly PgpSecretKeyRing ring;
    readonly PgpSecretKey secret;
    readonly PgpPrivateKey key;

    SigningKey(PgpSecretKeyRing ring)
    {
        this.ring = ring;
        secret = ring.GetSecretKey();
        key = secret.ExtractPrivateKey([]);
        using var publicKeys = new MemoryStream();
        foreach (var publicKey in ring.GetPublicKeys())
            publicKey.Encode(publicKeys);
        Public = new(new PgpPublicKeyRing(publicKeys.ToArray()));
    }

    /// <summary>What is given out.</summary>
    public PublicKey Public { get; }

    /// <summary>The secret key, armored, not encrypted: whoever stores it guards it.</summary>
    public string SecretArmored => Armor.Of(ring.Encode);

    /// <summary>Makes a new key, of the second that the clock tells.</summary>
    public static SigningKey Generate(SigningKeyKind kind, string userId, TimeProvider time)
    {
        var random = new SecureRandom();
        var (algorithm, pair) = kind == SigningKeyKind.Ed25519
            ? (PublicKeyAlgorithmTag.EdDsa_Legacy, Ed25519Pair(random))
            : (PublicKeyAlgorithmTag.RsaGeneral, RsaPair((int)kind));
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

    /// <inheritdoc/>
    public async Task<byte[]> Detach(Stream data, DateTimeOffset at, CancellationToken ct)
    {
        var signing = Start(at);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (await data.ReadAsync(buffer, ct) is > 0 and var read)
                signing.Update(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return signing.Generate().GetEncoded();
    }

    PgpSignatureGenerator Start(DateTimeOffset at)
    {
        var signing = new PgpSignatureGenerator(secret.PublicKey.Algorithm, HashAlgorithmTag.Sha256);
        signing.InitSign(PgpSignature.BinaryDocument, key);
        var says = new PgpSignatureSubpacketGenerator();
        says.SetSignatureCreationTime(false, (at < Public.CreatedAt ? Public.CreatedAt : at).UtcDateTime);
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
    static AsymmetricCipherKeyPair RsaPair(int bits)
    {
        using var rsa = RSA.Create(bits);
        return DotNetUtilities.GetRsaKeyPair(rsa);
    }
}
