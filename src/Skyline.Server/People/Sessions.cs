using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// Who has signed in with a browser: rows of ours, so that they end when we say. Each sign-in is a new one, so none can be planted before
/// it; the cookie has a secret that the row has the hash of.
/// </summary>
public static class Sessions
{
    /// <summary>In milliseconds: at most, and without being seen.</summary>
    public const long Longest = 7L * 86_400_000, Idle = 12L * 3_600_000;

    const int MostOfOne = 50;

    /// <returns>The secret for the cookie.</returns>
    public static string Begin(IDbTransaction tx, long person, long? token, HttpContext? http, long now, int factors = 1)
    {
        var secret = Token.New();
        tx.Execute("INSERT INTO sessions (sha256, user_id, token_id, created_at, seen_at, expires_at, address, browser, factors) VALUES (@hash, @person, @token, @now, @now, @expires, @address, @browser, @factors)",
            new { hash = Token.Hash(secret), person, token, now, expires = now + Longest, address = http?.Connection.RemoteIpAddress?.ToString(), browser = Short(http?.Request.Headers.UserAgent.ToString()), factors });
        tx.Execute("DELETE FROM sessions WHERE user_id = @person AND id NOT IN (SELECT id FROM sessions WHERE user_id = @person ORDER BY id DESC LIMIT @MostOfOne)", new { person, MostOfOne });
        return secret;
    }

    public static void End(IDbTransaction tx, string secret) => tx.Execute("DELETE FROM sessions WHERE sha256 = @hash", new { hash = Token.Hash(secret) });

    public static void EndAll(IDbTransaction tx, long person, long? except = null) =>
        tx.Execute("DELETE FROM sessions WHERE user_id = @person AND (@except IS NULL OR id <> @except)", new { person, except });

    public static void Tidy(IDbTransaction tx, long now) => tx.Execute("DELETE FROM sessions WHERE expires_at <= @now OR seen_at <= @idle", new { now, idle = now - Idle });

    public sealed record Shown(long Id, long CreatedAt, long SeenAt, string? Address, string? Browser, long? TokenId);

    public static IReadOnlyList<Shown> Of(IDbConnection db, long person, long now) => db.All<Shown>("""
        SELECT id AS Id, created_at AS CreatedAt, seen_at AS SeenAt, address AS Address, browser AS Browser, token_id AS TokenId FROM sessions
        WHERE user_id = @person AND expires_at > @now AND seen_at > @idle ORDER BY id DESC
        """, new { person, now, idle = now - Idle });

    static string? Short(string? browser) => browser is { Length: > 200 } ? browser[..200] : browser;
}
