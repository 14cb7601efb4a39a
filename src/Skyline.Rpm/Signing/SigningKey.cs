namespace Skyline.Rpm;

public enum SigningKeyKind { Ed25519, Rsa4096 }

/// <summary>An OpenPGP secret key that signs packages and repository metadata.</summary>
public sealed class SigningKey
{
    public string Fingerprint => throw new NotImplementedException();
    /// <summary>The public key, armored, as `rpm --import` takes it.</summary>
    public string PublicArmored => throw new NotImplementedException();
    public static SigningKey Generate(SigningKeyKind kind, string userId, TimeProvider time) => throw new NotImplementedException();
    /// <summary>The secret key, armored, not encrypted: whoever stores it guards it.</summary>
    public string SecretArmored => throw new NotImplementedException();
    public static SigningKey FromSecretArmored(string armored) => throw new NotImplementedException();
    /// <summary>A detached, armored signature (repomd.xml.asc).</summary>
    public string SignDetached(ReadOnlySpan<byte> data, DateTimeOffset at) => throw new NotImplementedException();
}
