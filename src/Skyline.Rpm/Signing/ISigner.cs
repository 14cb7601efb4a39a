namespace Skyline.Rpm;

#pragma warning disable CS1591 // Names of algorithms.
/// <summary>An RSA kind's number is its size in bits.</summary>
public enum SigningKeyKind { Ed25519, Rsa2048 = 2048, Rsa3072 = 3072, Rsa4096 = 4096 }
#pragma warning restore CS1591

/// <summary>
/// Signs with one OpenPGP key, wherever its secret is: in this process (<see cref="SigningKey"/>), in a hardware module, on
/// another host. All that signs packages and metadata goes through this.
/// </summary>
public interface ISigner
{
    /// <summary>The key that its signatures are by.</summary>
    PublicKey Public { get; }

    /// <summary>One binary OpenPGP signature packet over all that <paramref name="data"/> (seekable) still holds.</summary>
    /// <param name="data">What is signed, from where it stands.</param>
    /// <param name="at">When it is signed. Verifiers refuse a signature that is older than its key, so an earlier moment counts as the key's own.</param>
    /// <param name="ct">Ends the signing.</param>
    Task<byte[]> Detach(Stream data, DateTimeOffset at, CancellationToken ct);
}
