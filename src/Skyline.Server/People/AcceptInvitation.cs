using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>An invited person chooses a name and a password, or somebody who was sent a link a new password; once, and they are signed in.</summary>
sealed class AcceptInvitation(Database database, Passwords passwords, Admission admission, KnownCallers callers, Bells bells, TimeProvider time)
{
    public static readonly Refusal Over = new(410, "This invitation is good no more: it was used, or is over, or whoever made it is no administrator any more. Ask for a new one.");

    public sealed record Open(long Id, string? Role, long? UserId, string? UserName, long? MadeBy);

    public Open? Find(string? secret) => secret is { Length: > 0 and <= 200 } ? database.Read(db => Find(db, secret, time.Stamp())) : null;

    internal static Open? Find(IDbConnection db, string secret, long now) => db.One<Open>("""
        SELECT i.id AS Id, i.role AS Role, i.user_id AS UserId, u.name AS UserName, i.made_by AS MadeBy FROM invitations i LEFT JOIN users u ON u.id = i.user_id LEFT JOIN users m ON m.id = i.made_by
        WHERE i.sha256 = @hash AND i.used_at IS NULL AND i.expires_at > @now AND (i.made_by IS NULL OR m.role = 'admin' AND m.disabled_at IS NULL)
        """, new { hash = Token.Hash(secret), now });

    /// <summary>A new password is one factor: who has a second one owes it still.</summary>
    public async Task<(Entered? Entered, Refusal? Why)> Accept(string secret, string name, string password, HttpContext http)
    {
        if (Find(secret) is not { } early) return (null, Over);
        if (Passwords.WhyNot(password, early.UserName ?? name) is { } weak) return (null, weak);
        var hash = await passwords.Hash(password, http.RequestAborted);
        var outcome = await database.Write<(Entered?, Refusal?)>(tx =>
        {
            var now = time.Stamp();
            if (Find(tx.Connection!, secret, now) is not { } open) return (null, Over);
            var (person, why) = open.UserId is { } known ? (known, null) : AddPerson.Insert(tx, name, open.Role!, now, open.MadeBy);
            if (why is not null) return (null, why);
            tx.Execute("UPDATE invitations SET used_at = @now WHERE id = @Id", new { now, open.Id });
            tx.Execute("UPDATE users SET password = @hash WHERE id = @person", new { hash, person });
            Sessions.EndAll(tx, person);
            tx.Note(open.UserId is null ? "came in by an invitation" : "chose a new password by an invitation", $"person {open.UserName ?? name}", after: new { open.Role, Invitation = open.Id }, id: person, by: (person, open.UserName ?? name));
            return (admission.AfterFirst(tx, person, both: false, "an invitation", http), null);
        }, http.RequestAborted);
        callers.ForgetAll();
        bells.Ring(Bells.People);
        return outcome;
    }
}
