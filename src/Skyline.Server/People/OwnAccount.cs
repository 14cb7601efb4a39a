using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Ways to sign in are changed by who has signed in for all that they may: whatever is added signs in for all.</summary>
static class OwnAccount
{
    public static Refusal? WhyNot(HttpContext http)
    {
        var me = (CallerIdentity)http.User.Identity!;
        if (me.Scopes is { } scopes)
            return new(403, $"You signed in with a token that is for {scopes.Replace(" ", ", ", StringComparison.Ordinal)} alone; ways to sign in are changed by who signed in with a password, a passkey, or a token that is for all.");
        // Their role asks for two factors, and this session was begun with one: the first is set up with it, and whoever has one shows it.
        return me.OwesSecond && http.RequestServices.GetRequiredService<Database>().Read(db => Has(db, me.PersonId!.Value))
            ? new(403, "This session was begun without your second factor: sign out, and sign in with it.") : null;
    }

    public static bool HasPassword(System.Data.IDbConnection db, long person) => db.One<bool>("SELECT password IS NOT NULL FROM users WHERE id = @person", new { person });

    public static bool HasCode(System.Data.IDbConnection db, long person) => db.One<bool>("SELECT totp_at IS NOT NULL FROM users WHERE id = @person", new { person });

    public static bool IsLinked(System.Data.IDbConnection db, long person) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM identities WHERE user_id = @person)", new { person });

    public static bool Has(System.Data.IDbConnection db, long person) =>
        db.One<bool>("SELECT totp_at IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = @person) FROM users WHERE id = @person", new { person });
}
