using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// A page that is connected was let in when it was asked for, and no request comes after that. Whether who looks at it would be let in still is asked here before
/// they are shown anything new: not if they were disabled, have another role, or what they showed was taken back.
/// </summary>
static class StillLetIn
{
    /// <param name="withSession">Whether their session must last, too: what is a person's own, or administrators', ends where they sign out.</param>
    public static bool Is(IDbConnection db, CallerIdentity caller, bool withSession, long now) => caller.PersonId is null || db.One<bool>("""
        SELECT EXISTS (SELECT 1 FROM users WHERE id = @PersonId AND disabled_at IS NULL AND role = @Role)
          AND (@TokenId IS NULL OR EXISTS (SELECT 1 FROM tokens WHERE id = @TokenId AND revoked_at IS NULL))
          AND (@session IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @session AND expires_at > @now))
        """, new { caller.PersonId, caller.Role, caller.TokenId, session = withSession ? caller.SessionId : null, now });
}
