using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Claims;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// Whose a secret is, kept for a few seconds: a builder shows its token many times a second. Whoever takes one back here says so
/// (<see cref="ForgetAll"/>) and it is refused from then on; what another process wrote is seen within those seconds.
/// </summary>
public sealed class KnownCallers(Database database, TimeProvider time)
{
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(5);
    const int MostKnown = 10_000;

    sealed record Known(ClaimsPrincipal Principal, CallerIdentity Identity, long? ExpiresAt, long At);

    readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    long generation;

    /// <summary>When persons' tokens were last shown, of those that were since it was last noted.</summary>
    internal ConcurrentDictionary<long, long> Used { get; } = new();

    internal ClaimsPrincipal? Find(string secret)
    {
        var hash = Token.Hash(secret);
        var found = known.TryGetValue(hash, out var last) && Stopwatch.GetElapsedTime(last.At) < lasting ? last : LookUpAndKeep(hash);
        if (found is null) return null;
        if (found.Identity.BuilderId is not null) return found.Principal;
        var now = time.Stamp();
        if (found.ExpiresAt <= now) return null;
        Used[found.Identity.TokenId] = now;
        return found.Principal;
    }

    Known? LookUpAndKeep(string hash)
    {
        var before = Interlocked.Read(ref generation);
        if (LookUp(hash) is not { } found)
        {
            known.TryRemove(hash, out _);
            return null;
        }
        if (known.Count >= MostKnown) known.Clear();
        known[hash] = found;
        // Was one taken back while this was read? Then it may have been this one.
        if (Interlocked.Read(ref generation) != before) known.TryRemove(hash, out _);
        return found;
    }

    /// <summary>After a token is revoked, a role is changed, a person is disabled: all are looked up anew.</summary>
    public void ForgetAll()
    {
        Interlocked.Increment(ref generation);
        known.Clear();
    }

    sealed record Row
    {
        public long Token { get; init; }
        public string? Scopes { get; init; }
        public long? ExpiresAt { get; init; }
        public long? UserId { get; init; }
        public string? UserName { get; init; }
        public string? Role { get; init; }
        public long? BuilderId { get; init; }
        public string? BuilderName { get; init; }
    }

    Known? LookUp(string hash)
    {
        var row = database.Read(db => db.One<Row>("""
            SELECT t.id AS Token, t.scopes AS Scopes, t.expires_at AS ExpiresAt, u.id AS UserId, u.name AS UserName, u.role AS Role, b.id AS BuilderId, b.name AS BuilderName
            FROM tokens t LEFT JOIN users u ON u.id = t.user_id LEFT JOIN builders b ON b.id = t.builder_id
            WHERE t.sha256 = @hash AND t.revoked_at IS NULL AND u.disabled_at IS NULL
            """, new { hash }));
        if (row is null) return null;
        var identity = row.UserId is { } user ? CallerIdentity.OfPerson(user, row.UserName!, row.Role!, row.Scopes, row.Token) : CallerIdentity.OfBuilder(row.BuilderId!.Value, row.BuilderName!, row.Token);
        return new(new ClaimsPrincipal(identity), identity, row.ExpiresAt, Stopwatch.GetTimestamp());
    }
}
