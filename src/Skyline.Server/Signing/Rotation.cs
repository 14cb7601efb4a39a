using System.Data;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>How far a next key is, told by rows alone: a rotation that was killed goes on from them.</summary>
static class Rotation
{
    /// <summary>Until it is taken into use, or made way for another.</summary>
    public static bool IsWanted(IDbConnection db, KeyRow next) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM signing_keys WHERE id = @Id AND state = 'Next')", next);

    /// <summary>Tags that it is to sign and whose newest snapshot is not signed with it yet.</summary>
    public static IReadOnlyList<long> TagsBehind(IDbConnection db, KeyRow next) => db.All<long>($"SELECT t.id {Behind} ORDER BY t.id", next);

    const string Behind = """
        FROM tags t JOIN tag_keys now ON now.tag_id = t.id AND now.until IS NULL JOIN signing_keys k ON k.id = now.key_id
        WHERE CASE WHEN @TagId IS NULL THEN k.tag_id IS NULL ELSE t.id = @TagId END
        AND (now.key_id <> @Id OR (SELECT s.key_id FROM snapshots s WHERE s.tag_id = t.id ORDER BY s.id DESC LIMIT 1) <> @Id)
        """;

    /// <summary>Packages in them that are yet to be signed with it.</summary>
    public static long Unsigned(IDbConnection db, KeyRow next) => db.One<long>($"""
        SELECT count(DISTINCT r.rpm_id) FROM tag_rpms r
        WHERE r.until IS NULL AND r.tag_id IN (SELECT t.id {Behind}) AND NOT EXISTS (SELECT 1 FROM signed_rpms s WHERE s.rpm_id = r.rpm_id AND s.key_id = @Id)
        """, next);

    /// <summary>From its next snapshot on the tag is signed with the key.</summary>
    /// <returns>False if it is already, or is not to be any more.</returns>
    public static bool Assign(IDbTransaction tx, long tag, KeyRow next, long now)
    {
        var closed = tx.Execute("""
            UPDATE tag_keys SET until = @now WHERE tag_id = @tag AND until IS NULL AND key_id <> @Id
            AND EXISTS (SELECT 1 FROM signing_keys WHERE id = @Id AND state = 'Next')
            """, new { tag, next.Id, now });
        if (closed == 0) return false;
        tx.Execute("INSERT INTO tag_keys (tag_id, key_id, since) VALUES (@tag, @Id, @now)", new { tag, next.Id, now });
        TagEvent.Record(tx, tag, TagEventKind.Key, null, $"signed with key {next.Fingerprint} from here on", now, next.MadeBy);
        return true;
    }

    /// <returns>False if a tag came meanwhile that is signed with the key before, or if it made way.</returns>
    public static bool Finish(IDbTransaction tx, KeyRow next, long now)
    {
        if (TagsBehind(tx.Connection!, next).Count > 0) return false;
        tx.Execute("""
            UPDATE signing_keys SET state = 'Retired', retired_at = @now WHERE tag_id IS NOT DISTINCT FROM @TagId AND state = 'Current'
            AND EXISTS (SELECT 1 FROM signing_keys WHERE id = @Id AND state = 'Next')
            """, new { next.TagId, next.Id, now });
        return tx.Execute("UPDATE signing_keys SET state = 'Current', why = NULL WHERE id = @Id AND state = 'Next'", next) > 0;
    }
}
