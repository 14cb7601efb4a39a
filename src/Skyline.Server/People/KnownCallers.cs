using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Claims;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// Whose a secret is, kept for a few seconds: a builder shows its token many times a second. Whoever takes one back here says so
/// (<see cref="ForgetAll"/>) and it is refused from then on; what another process wrote is seen within those seconds.
/// </summary>
public sealed class KnownCallers(Database database, TimeProvider time, SkylineSettings settings)
{
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(5);
    const int MostKnown = 10_000;

    sealed record Known(ClaimsPrincipal Principal, CallerIdentity Identity, long? ExpiresAt, long SeenAt, long At);

    readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    long generation;

    /// <summary>When persons' tokens were last shown, of those that were since it was last noted; and browsers' sessions.</summary>
    internal ConcurrentDictionary<long, long> Used { get; } = new();
    internal ConcurrentDictionary<long, long> Seen { get; } = new();

    internal ClaimsPrincipal? Find(string token)
    {
        var found = Look(Token.Hash(token), session: false);
        if (found?.Identity.PersonId is null) return found?.Principal;
        var now = time.Stamp();
        if (found.ExpiresAt <= now) return null;
        Used[found.Identity.TokenId!.Value] = now;
        return found.Principal;
    }

    internal ClaimsPrincipal? FindSession(string secret)
    {
        if (Look(Token.Hash(secret), session: true) is not { } found) return null;
        var (id, now) = (found.Identity.SessionId!.Value, time.Stamp());
        if (found.ExpiresAt <= now || now - (Seen.TryGetValue(id, out var seen) ? seen : found.SeenAt) >= Sessions.Idle) return null;
        Seen[id] = now;
        return found.Principal;
    }

    /// <summary>A person whose certificate names them.</summary>
    internal ClaimsPrincipal? FindNamed(string name)
    {
        // (No hash has a space in it.)
        var key = "named " + name;
        if (known.TryGetValue(key, out var last) && Stopwatch.GetElapsedTime(last.At) < lasting) return last.Principal;
        var before = Interlocked.Read(ref generation);
        if (Of(database.Read(db => db.One<Row>("SELECT id AS UserId, name AS UserName, role AS Role FROM users WHERE name = @name AND disabled_at IS NULL", new { name }))) is not { } found) return null;
        if (known.Count >= MostKnown) known.Clear();
        known[key] = found;
        if (Interlocked.Read(ref generation) != before) known.TryRemove(key, out _);
        return found.Principal;
    }

    Known? Look(string hash, bool session)
    {
        if (known.TryGetValue(hash, out var last) && Stopwatch.GetElapsedTime(last.At) < lasting) return last.Identity.SessionId is not null == session ? last : null;
        var before = Interlocked.Read(ref generation);
        if ((session ? LookUpSession(hash) : LookUp(hash)) is not { } found)
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

    /// <summary>After its session was ended.</summary>
    internal void Forget(string secret)
    {
        Interlocked.Increment(ref generation);
        known.TryRemove(Token.Hash(secret), out _);
    }

    /// <summary>After a token is revoked, a role changed, a person disabled: all are looked up anew.</summary>
    public void ForgetAll()
    {
        Interlocked.Increment(ref generation);
        known.Clear();
    }

    sealed record Row
    {
        public long? Token { get; init; }
        public long? Session { get; init; }
        public string? Scopes { get; init; }
        public long? ExpiresAt { get; init; }
        public long SeenAt { get; init; }
        public long? UserId { get; init; }
        public string? UserName { get; init; }
        public string? Role { get; init; }
        public long? BuilderId { get; init; }
        public string? BuilderName { get; init; }
        public int? Factors { get; init; }
    }

    Known? LookUp(string hash) => Of(database.Read(db => db.One<Row>("""
        SELECT t.id AS Token, t.scopes AS Scopes, t.expires_at AS ExpiresAt, u.id AS UserId, u.name AS UserName, u.role AS Role, b.id AS BuilderId, b.name AS BuilderName
        FROM tokens t LEFT JOIN users u ON u.id = t.user_id LEFT JOIN builders b ON b.id = t.builder_id
        WHERE t.sha256 = @hash AND t.revoked_at IS NULL AND u.disabled_at IS NULL
        """, new { hash })));

    Known? LookUpSession(string hash) => Of(database.Read(db => db.One<Row>("""
        SELECT s.id AS Session, s.token_id AS Token, t.scopes AS Scopes, min(s.expires_at, coalesce(t.expires_at, s.expires_at)) AS ExpiresAt, s.seen_at AS SeenAt, u.id AS UserId, u.name AS UserName, u.role AS Role, s.factors AS Factors
        FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN tokens t ON t.id = s.token_id
        WHERE s.sha256 = @hash AND u.disabled_at IS NULL AND t.revoked_at IS NULL
        """, new { hash })));

    Known? Of(Row? row)
    {
        if (row is null) return null;
        var identity = row.UserId is { } user ? CallerIdentity.OfPerson(user, row.UserName!, row.Role!, row.Scopes, row.Token, row.Session, OwesSecond(row)) : CallerIdentity.OfBuilder(row.BuilderId!.Value, row.BuilderName!, row.Token!.Value);
        return new(new ClaimsPrincipal(identity), identity, row.ExpiresAt, row.SeenAt, Stopwatch.GetTimestamp());
    }

    /// <summary>(A session that was begun with a token is as good as the token, which is asked for nothing.)</summary>
    bool OwesSecond(Row row) => row is { Session: not null, Token: null, Factors: < 2 } && settings.SecondFactorFor.Contains(row.Role!);
}
