using System.Data;
using System.Security.Claims;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>What was begun with a right may end without it: hours may lie between the first byte of an upload and the last.</summary>
static class Stands
{
    sealed record Row(string Role, string? Scopes);

    /// <summary>Asked in the transaction that would write what came.</summary>
    /// <param name="orNamed">Who is named in a tag may come without the role; whether they are named in the one that it is for is asked beside this.</param>
    public static Refusal? WhyNoLonger(this ClaimsPrincipal caller, IDbConnection db, Right right, TimeProvider time, bool orNamed = false)
    {
        var identity = (CallerIdentity)caller.Identity!;
        var still = db.One<Row>("""
            SELECT u.role AS Role, t.scopes AS Scopes FROM users u LEFT JOIN tokens t ON t.id = @TokenId
            WHERE u.id = @PersonId AND u.disabled_at IS NULL
              AND (@TokenId IS NULL OR t.id IS NOT NULL AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > @now))
              AND (@SessionId IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @SessionId))
            """, new { identity.PersonId, identity.TokenId, identity.SessionId, now = time.Stamp() });
        return still is not null && Rights.OfScopes(still.Scopes).HasFlag(right) && (Rights.OfRole(still.Role).HasFlag(right) || orNamed && InTag.IsNamed(db, identity.PersonId!.Value)) ? null
            : new(401, "The token that this was begun with is good for it no more: it was revoked, or has expired, while this was sent. Nothing of it was kept; sign in again, and send it anew.");
    }
}
