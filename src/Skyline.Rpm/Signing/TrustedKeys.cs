using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Skyline.Rpm;

/// <summary>The public keys that somebody's signatures are held against; no others count.</summary>
public sealed partial class TrustedKeys
{
    const int MostKeys = 50;
    readonly IReadOnlyList<PgpPublicKeyRing> rings;

    TrustedKeys(string armored, IReadOnlyList<PgpPublicKeyRing> rings) => (Armored, this.rings) = (armored, rings);

    /// <summary>The public keys, and nothing that stood beside them.</summary>
    public string Armored { get; }

    /// <summary>Of the primary keys: upper-case hex.</summary>
    public IReadOnlyList<string> Fingerprints => [.. rings.Select(ring => FingerprintOf(ring.GetPublicKey()))];

    /// <param name="armored">Public keys, one armored block after the other; what stands between the blocks is left aside.</param>
    /// <exception cref="FormatException">There is none in it, or one cannot be read.</exception>
    public static TrustedKeys Read(string armored)
    {
        if (armored.Contains("PRIVATE KEY BLOCK", StringComparison.Ordinal)) throw new FormatException("It holds a private key, which is nobody's but its owner's; export the public one: gpg --export --armor FINGERPRINT.");
        var blocks = Block().Matches(armored);
        if (blocks.Count == 0) throw new FormatException("There is no armored OpenPGP public key in it (-----BEGIN PGP PUBLIC KEY BLOCK-----).");
        try
        {
            var rings = blocks.SelectMany(block => RingsIn(block.Value)).Take(MostKeys + 1).ToList();
            return rings.Count is > 0 and <= MostKeys ? new(string.Concat(blocks.Select(block => block.Value + "\n")), rings) : throw new FormatException($"It holds no OpenPGP public key, or more than {MostKeys}.");
        }
        catch (Exception e) when (e is not (FormatException or OutOfMemoryException))
        {
            // The reader throws whatever hostile bytes lead it to.
            throw new FormatException($"An OpenPGP public key in it cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    static IEnumerable<PgpPublicKeyRing> RingsIn(string block)
    {
        using var input = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(block)));
        return [.. new PgpPublicKeyRingBundle(input).GetKeyRings()];
    }

    /// <summary>Holds a detached, armored signature against the data.</summary>
    /// <param name="signer">The fingerprint of the primary key that signed.</param>
    /// <param name="data">All of what was signed.</param>
    /// <param name="armoredSignature">As it stands beside the data.</param>
    /// <param name="now">By which keys and signatures are judged to be over.</param>
    /// <returns>Null when it is good, else why not: "it was signed by …".</returns>
    public string? WhyNotSignedBy(ReadOnlySpan<byte> data, string armoredSignature, DateTimeOffset now, out string? signer)
    {
        signer = null;
        try
        {
            var why = "it holds no signature";
            foreach (var signature in SignaturesIn(armoredSignature))
            {
                if (WhyBad(signature, data, now, out signer) is not { } bad) return null;
                why = bad;
            }
            return why;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            signer = null;
            return $"the signature cannot be read: {e.Message.TrimEnd('.')}";
        }
    }

    static IEnumerable<PgpSignature> SignaturesIn(string armored)
    {
        using var input = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(armored)));
        return new PgpObjectFactory(input).NextPgpObject() is PgpSignatureList list ? [.. Enumerable.Range(0, list.Count).Select(at => list[at])] : [];
    }

    string? WhyBad(PgpSignature signature, ReadOnlySpan<byte> data, DateTimeOffset now, out string? signer)
    {
        signer = null;
        if (signature.SignatureType != PgpSignature.BinaryDocument) return "the signature is not one over a file";
        if (signature.HashAlgorithm is not (HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512 or HashAlgorithmTag.Sha224))
            return $"the signature is over a {signature.HashAlgorithm} digest, which is too weak";
        var ring = rings.FirstOrDefault(ring => ring.GetPublicKey(signature.KeyId) is not null);
        if (ring is null) return $"it was signed by key {signature.KeyId:X16}, which is none of those given";
        var key = ring.GetPublicKey(signature.KeyId);
        if (key.HasRevocation() || ring.GetPublicKey().HasRevocation()) return $"it was signed by key {signature.KeyId:X16}, which is revoked";
        if (HasExpired(key, now) || HasExpired(ring.GetPublicKey(), now)) return $"it was signed by key {signature.KeyId:X16}, which has expired";
        signature.InitVerify(key);
        signature.Update(data);
        if (!signature.Verify()) return $"the signature by key {signature.KeyId:X16} is over other bytes than these";
        signer = FingerprintOf(ring.GetPublicKey());
        return null;
    }

    static bool HasExpired(PgpPublicKey key, DateTimeOffset now) =>
        key.GetValidSeconds() is > 0 and var seconds && key.CreationTime.AddSeconds(seconds) < now.UtcDateTime;

    static string FingerprintOf(PgpPublicKey key) => Convert.ToHexString(key.GetFingerprint());

    [GeneratedRegex("-----BEGIN PGP PUBLIC KEY BLOCK-----.*?-----END PGP PUBLIC KEY BLOCK-----", RegexOptions.Singleline)]
    private static partial Regex Block();
}
