using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>People and tokens as they are shown; secrets never are, for nobody has them.</summary>
static class ShowPeople
{
    sealed record Row
    {
        public required string Name { get; init; }
        public required string Role { get; init; }
        public long CreatedAt { get; init; }
        public long? DisabledAt { get; init; }
        public int Tokens { get; init; }
        public long? UsedAt { get; init; }
    }

    public static IReadOnlyList<PersonDetails> All(IDbConnection db, long now, string? name = null) =>
        [.. db.All<Row>("""
            SELECT u.name AS Name, u.role AS Role, u.created_at AS CreatedAt, u.disabled_at AS DisabledAt,
                   (SELECT count(*) FROM tokens t WHERE t.user_id = u.id AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > @now)) AS Tokens,
                   (SELECT max(t.last_used_at) FROM tokens t WHERE t.user_id = u.id) AS UsedAt
            FROM users u WHERE @name IS NULL OR u.name = @name ORDER BY u.name
            """, new { now, name }).Select(row => new PersonDetails(row.Name, row.Role, row.DisabledAt is not null, row.CreatedAt.ToTime(), row.Tokens, row.UsedAt.ToTime()))];

    sealed record TokenRow(long Id, string Name, string? Scopes, long CreatedAt, long? ExpiresAt, long? UsedAt);

    public static IReadOnlyList<TokenDetails> Tokens(IDbConnection db, long person, KnownCallers callers, long now) =>
        [.. db.All<TokenRow>("""
            SELECT id AS Id, name AS Name, scopes AS Scopes, created_at AS CreatedAt, expires_at AS ExpiresAt, last_used_at AS UsedAt FROM tokens
            WHERE user_id = @person AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now) ORDER BY id
            """, new { person, now }).Select(row => new TokenDetails(row.Id, row.Name, Words(row.Scopes), row.CreatedAt.ToTime(), row.ExpiresAt.ToTime(),
                callers.Used.TryGetValue(row.Id, out var used) ? used.ToTime() : row.UsedAt.ToTime()))];

    public static string[] Words(string? scopes) => scopes is null ? ["all"] : Rights.Words(scopes);
}
