using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>A retired key that no tag uses and no kept snapshot is signed with: all that its secret is good for any more is to be stolen.</summary>
public sealed class DestroySecrets(Database database, SigningKeys keys, TimeProvider time, ILogger<DestroySecrets> log)
{
    const string Useless = """
        state = 'Retired' AND secret IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tag_keys t WHERE t.key_id = signing_keys.id AND t.until IS NULL)
        AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.key_id = signing_keys.id)
        """;

    public async Task Run(CancellationToken ct)
    {
        var destroyed = await database.Write(tx =>
        {
            // Written over first: what the database lets go of keeps its bytes.
            tx.Execute($"UPDATE signing_keys SET secret = zeroblob(length(secret)) WHERE {Useless}");
            var gone = tx.All<(long Id, string Fingerprint)>($"UPDATE signing_keys SET secret = NULL, destroyed_at = @now WHERE {Useless} RETURNING id, fingerprint", new { now = time.Stamp() });
            foreach (var (id, fingerprint) in gone) tx.Note("its secret destroyed: nothing needs it any more", $"key {fingerprint}", id: id);
            return gone;
        }, ct);
        foreach (var (id, fingerprint) in destroyed)
        {
            keys.Forget(id);
            log.LogInformation("The secret of key {Fingerprint} was destroyed: it is retired, and nothing that is kept is signed with it", fingerprint);
        }
    }
}
