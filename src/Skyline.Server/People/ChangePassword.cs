using Microsoft.AspNetCore.Identity;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>A person's own password is changed, which ends all their sessions but the one that asks; or all sessions are ended.</summary>
sealed class ChangePassword(Database database, Passwords passwords, Guesses guesses, KnownCallers callers, Bells bells, TimeProvider time)
{
    public async Task<Refusal?> Change(CallerIdentity caller, string current, string wanted, HttpContext http)
    {
        var (person, name, ct) = (caller.PersonId!.Value, caller.Name!, http.RequestAborted);
        // A password signs in for all that its person may, so nothing that is for less may set one.
        if (caller.Scopes is not null) return new(403, $"You signed in with a token that is for {caller.Scopes.Replace(" ", ", ", StringComparison.Ordinal)} alone; a password is changed by who signed in with it, or with a token that is for all.");
        if (Passwords.WhyNot(wanted, name) is { } weak) return weak;
        if (guesses.Begin(name, http.Connection.RemoteIpAddress) is { } tooMany) return tooMany;
        var before = database.Read(db => db.One<string>("SELECT password FROM users WHERE id = @person", new { person }));
        // Who has none yet signed in with a token that is for all.
        if (before is not null && await passwords.Check(before, current, ct) == PasswordVerificationResult.Failed) return new(403, "That is not your present password, so it was not changed.");
        guesses.Succeeded(name, http.Connection.RemoteIpAddress);
        var hash = await passwords.Hash(wanted, ct);
        var changed = await database.Write(tx =>
        {
            if (tx.Execute("UPDATE users SET password = @hash WHERE id = @person AND password IS NOT DISTINCT FROM @before", new { hash, person, before }) == 0) return false;
            Sessions.EndAll(tx, person, except: caller.SessionId);
            Notify.Put(tx, person, NoticeKind.Safety, "Your password was changed. If that was not you, ask an administrator for a new one at once.", "/me", time.Stamp());
            tx.Note("changed their password", $"person {name}", id: person);
            return true;
        }, ct);
        callers.ForgetAll();
        bells.Ring(Bells.Notices);
        return changed ? null : new(409, "Your password was changed by somebody else at the same moment; look at your sessions.");
    }

    /// <summary>One session of somebody's own: a browser that is not theirs any more.</summary>
    public async Task<Refusal?> End(long session, long person, CancellationToken ct)
    {
        var ended = await database.Write(tx =>
        {
            var gone = tx.Execute("DELETE FROM sessions WHERE id = @session AND user_id = @person", new { session, person }) > 0;
            if (gone) tx.Note("signed out elsewhere", $"session {session}", id: session);
            return gone;
        }, ct);
        callers.ForgetAll();
        return ended ? null : new(404, "That browser is not signed in any more.");
    }

    public async Task EndAll(long person, CancellationToken ct)
    {
        await database.Write(tx =>
        {
            Sessions.EndAll(tx, person);
            tx.Note("signed out everywhere", $"person {tx.One<string>("SELECT name FROM users WHERE id = @person", new { person })}", id: person);
        }, ct);
        callers.ForgetAll();
    }
}
