using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>Which tags' newest snapshots are signed with which key, and the public keys themselves.</summary>
static class KeyUses
{
    sealed record Row(string Fingerprint, string Tag);

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(IDbConnection db) => db.All<Row>("""
        SELECT k.fingerprint AS Fingerprint, t.name AS Tag FROM tags t JOIN snapshots s ON s.id = (SELECT max(n.id) FROM snapshots n WHERE n.tag_id = t.id) JOIN signing_keys k ON k.id = s.key_id
        WHERE t.removed_at IS NULL ORDER BY t.name
        """).GroupBy(row => row.Fingerprint).ToDictionary(key => key.Key, key => (IReadOnlyList<string>)[.. key.Select(row => row.Tag)]);

    public static IReadOnlyDictionary<string, string> Armored(IDbConnection db) =>
        db.All<(string Fingerprint, string Text)>("SELECT fingerprint, public_armored FROM signing_keys").ToDictionary(key => key.Fingerprint, key => key.Text);
}
