using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>A signing key as it is kept. Without a tag it is the instance's; without a secret, the signing command has that, unless it was destroyed.</summary>
sealed record KeyRow(long Id, long? TagId, string Kind, string Fingerprint, string PublicArmored, byte[]? Secret, string State, string? Why, long CreatedAt, long? MadeBy, long? RetiredAt, long? DestroyedAt)
{
    const string Columns = "k.id AS Id, k.tag_id AS TagId, k.kind AS Kind, k.fingerprint AS Fingerprint, k.public_armored AS PublicArmored, k.secret AS Secret, k.state AS State, k.why AS Why, k.created_at AS CreatedAt, k.made_by AS MadeBy, k.retired_at AS RetiredAt, k.destroyed_at AS DestroyedAt";

    public static KeyRow? Of(IDbConnection db, long id) => db.One<KeyRow>($"SELECT {Columns} FROM signing_keys k WHERE k.id = @id", new { id });

    public static KeyRow? OfTag(IDbConnection db, long tag) => db.One<KeyRow>(
        $"SELECT {Columns} FROM tag_keys t JOIN signing_keys k ON k.id = t.key_id WHERE t.tag_id = @tag AND t.until IS NULL", new { tag });

    public static KeyRow? Find(IDbConnection db, string fingerprint) => db.One<KeyRow>($"SELECT {Columns} FROM signing_keys k WHERE k.fingerprint = @fingerprint", new { fingerprint });

    /// <param name="tag">Null: the instance.</param>
    public static KeyRow? Own(IDbConnection db, long? tag, KeyState state) =>
        db.One<KeyRow>($"SELECT {Columns} FROM signing_keys k WHERE k.tag_id IS NOT DISTINCT FROM @tag AND k.state = @state", new { tag, state = state.ToString() });

    public static IReadOnlyList<KeyRow> All(IDbConnection db) => db.All<KeyRow>($"SELECT {Columns} FROM signing_keys k ORDER BY k.id DESC");

    /// <summary>Those that the next snapshot of some tag is signed with.</summary>
    public static IReadOnlyList<KeyRow> InUse(IDbConnection db) =>
        db.All<KeyRow>($"SELECT {Columns} FROM signing_keys k WHERE k.state = 'Current' OR k.id IN (SELECT key_id FROM tag_keys WHERE until IS NULL) ORDER BY k.id");

    /// <summary>Those that are to be taken into use.</summary>
    public static IReadOnlyList<KeyRow> Next(IDbConnection db) => db.All<KeyRow>($"SELECT {Columns} FROM signing_keys k WHERE k.state = 'Next' ORDER BY k.id");

    /// <summary>What the tag is, was and will be signed with; the newest first.</summary>
    public static IReadOnlyList<KeyRow> AllOfTag(IDbConnection db, long tag) => db.All<KeyRow>($"""
        SELECT {Columns} FROM signing_keys k WHERE k.id IN (SELECT key_id FROM tag_keys WHERE tag_id = @tag) OR {NextOfTag} ORDER BY k.id DESC
        """, new { tag });

    /// <summary>Those of them that clients need: for its kept snapshots, and for the next. One that may be known to others is not handed out for longer.</summary>
    public static IReadOnlyList<KeyRow> ForClients(IDbConnection db, long tag) => db.All<KeyRow>($"""
        SELECT {Columns} FROM signing_keys k WHERE k.id IN (SELECT key_id FROM tag_keys WHERE tag_id = @tag AND until IS NULL UNION SELECT key_id FROM snapshots WHERE tag_id = @tag)
        OR {NextOfTag} ORDER BY k.id DESC
        """, new { tag });

    const string NextOfTag = """
        k.state = 'Next' AND (k.tag_id = @tag OR k.tag_id IS NULL AND EXISTS (
            SELECT 1 FROM tag_keys t JOIN signing_keys now ON now.id = t.key_id WHERE t.tag_id = @tag AND t.until IS NULL AND now.tag_id IS NULL))
        """;

    /// <returns>Its id; null if there is such a key, or one in this state, already.</returns>
    public static long? Insert(IDbTransaction tx, long? tag, PublicKey key, byte[]? secret, KeyState state, long now, long? person = null) => tx.One<long?>("""
        INSERT INTO signing_keys (tag_id, kind, fingerprint, public_armored, secret, state, created_at, made_by)
        VALUES (@tag, @Kind, @Fingerprint, @Armored, @secret, @State, @now, @person) ON CONFLICT DO NOTHING RETURNING id
        """, new { tag, Kind = key.Kind.ToString(), key.Fingerprint, key.Armored, secret, State = state.ToString(), now, person });
}
