using System.Data;
using System.Security.Cryptography;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>A secret as it is kept: nobody who reads the database alone knows it.</summary>
sealed record SealedSecret(string Name, byte[] Bytes);

/// <summary>Secrets that this server must say again, and so cannot keep as hashes: sealed with the key file that signing keys are sealed with.</summary>
sealed class SealedSecrets(Database database, KeyFile file)
{
    sealed record Row(string Name, byte[] Sealed);

    /// <summary>Before the transaction that keeps it.</summary>
    /// <exception cref="SigningRefusedException">There is no key file, and there are secrets that were sealed with it.</exception>
    public SealedSecret Seal(string secret)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new(name, file.SealAs(BoundTo(name), secret));
    }

    /// <returns>What it is referred to by.</returns>
    public static long Keep(IDbTransaction tx, SealedSecret secret, long now) =>
        tx.One<long>("INSERT INTO sealed_secrets (name, sealed, created_at) VALUES (@Name, @Bytes, @now) RETURNING id", new { secret.Name, secret.Bytes, now });

    /// <summary>What waits to be sent with it goes too.</summary>
    public static void Remove(IDbTransaction tx, long secret) => tx.Execute("DELETE FROM sealed_secrets WHERE id = @secret", new { secret });

    /// <returns>Null where it was removed.</returns>
    /// <exception cref="SigningRefusedException">There is no key file, or it was sealed with another; with a sentence.</exception>
    public string? Open(long secret) => database.Read(db => db.One<Row>("SELECT name AS Name, sealed AS Sealed FROM sealed_secrets WHERE id = @secret", new { secret })) is { } row
        ? file.OpenAs(BoundTo(row.Name), row.Sealed) : null;

    static string BoundTo(string name) => $"secret {name}";
}
