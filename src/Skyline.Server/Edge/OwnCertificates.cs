using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Edge;

/// <summary>A row of own_certificates: what is shown, and its key, sealed with the key file as signing keys are.</summary>
sealed class OwnCertificates(Database database, KeyFile keys, TimeProvider time)
{
    sealed record Row(string Content, byte[] SealedKey);

    /// <exception cref="InvalidOperationException">Its key cannot be opened, with a sentence.</exception>
    public (string Content, ECDsa Key)? Find(string name)
    {
        if (database.Read(db => db.One<Row?>("SELECT content AS Content, sealed_key AS SealedKey FROM own_certificates WHERE name = @name", new { name })) is not { } row) return null;
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(keys.OpenAs(BoundTo(name), row.SealedKey));
            return (row.Content, key);
        }
        catch (SigningRefusedException closed)
        {
            throw new InvalidOperationException($"The key of this server's {name} cannot be opened: {closed.Message}");
        }
    }

    public Task Keep(string name, string content, ECDsa key, CancellationToken ct)
    {
        var sealed_ = keys.SealAs(BoundTo(name), key.ExportPkcs8PrivateKeyPem());
        return database.Write(tx => tx.Execute("INSERT INTO own_certificates (name, content, sealed_key, made_at) VALUES (@name, @content, @sealed_, @now) ON CONFLICT (name) DO UPDATE SET content = excluded.content, sealed_key = excluded.sealed_key, made_at = excluded.made_at",
            new { name, content, sealed_, now = time.Stamp() }), ct);
    }

    public Task Forget(string name, CancellationToken ct) => database.Write(tx => tx.Execute("DELETE FROM own_certificates WHERE name = @name", new { name }), ct);

    static string BoundTo(string name) => $"own certificate {name}";

    public static X509Certificate2Collection Parse(string pem)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return all;
    }
}
