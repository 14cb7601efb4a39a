namespace Skyline.Rpm;

public enum SigningKeyKind { Ed25519, Rsa4096 }

/// <summary>
/// Signs with one OpenPGP key, wherever its secret is: in this process (<see cref="SigningKey"/>), in a hardware module, on
/// another host. All that signs packages and metadata goes through this.
/// </summary>
public interface ISigner
{
    /// <summary>Upper-case hex, 40 digits.</summary>
    string Fingerprint { get; }

    SigningKeyKind Kind { get; }

    /// <summary>The public key, armored, as `rpm --import` takes it.</summary>
    string PublicArmored { get; }

    /// <summary>One binary OpenPGP signature packet over all that <paramref name="data"/> still holds.</summary>
    /// <param name="at">When it is signed. Verifiers refuse a signature that is older than its key, so an earlier moment counts as the key's own.</param>
    Task<byte[]> Detach(Stream data, DateTimeOffset at, CancellationToken ct);
}
