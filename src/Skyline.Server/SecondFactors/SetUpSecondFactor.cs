using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.SecondFactors;

/// <summary>A person's own second factor: a secret is made and shown, a first code takes it into use; a code turns it off again. An administrator resets somebody else's.</summary>
sealed class SetUpSecondFactor(Database database, Codes codes, Guesses guesses, KnownCallers callers, Bells bells, TimeProvider time)
{
    public static readonly Refusal Wrong = new(403, "That code is not good: it may be of another account, older than a minute, or used already. Is the clock of your phone right?");

    /// <summary>A new secret, not in use yet.</summary>
    public Task<Refusal?> Begin(CallerIdentity me, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        var person = me.PersonId!.Value;
        if (tx.Execute("UPDATE users SET totp = @kept WHERE id = @person AND totp_at IS NULL", new { kept = codes.Seal(person, Codes.NewSecret()), person }) == 0) return new(409, "You have a second factor; turn it off before you set up another.");
        Noted(tx, me, "began to set up a second factor");
        return null;
    }, ct);

    static void Noted(IDbTransaction tx, CallerIdentity me, string act) => tx.Note(act, $"person {me.Name}", id: me.PersonId);

    /// <returns>Recovery codes, shown this once, and the secret of a new session in place of all others.</returns>
    public async Task<(IReadOnlyList<string>? Recovery, string? Session, Refusal? Why)> Confirm(CallerIdentity me, string code, HttpContext http)
    {
        if (guesses.BeginSecond(me.Name!, http) is { } tooMany) return (null, null, tooMany);
        var person = me.PersonId!.Value;
        var outcome = await database.Write<(IReadOnlyList<string>?, string?, Refusal?)>(tx =>
        {
            if (!codes.Use(tx, person, code, settingUp: true)) return (null, null, Wrong);
            tx.Execute("UPDATE users SET totp_at = @now WHERE id = @person", new { now = time.Stamp(), person });
            Sessions.EndAll(tx, person);
            Noted(tx, me, "set up a second factor");
            Tell(tx, person, "A second factor is asked for from now on when you sign in with a password. If you did not set it up, tell an administrator.");
            return (Codes.NewRecovery(tx, person), Sessions.Begin(tx, person, me.TokenId, http, time.Stamp(), factors: 2), null);
        }, http.RequestAborted);
        if (outcome.Item3 is null) Settled(me.Name!, http);
        return outcome;
    }

    public async Task<(IReadOnlyList<string>? Recovery, Refusal? Why)> NewRecovery(CallerIdentity me, string code, HttpContext http)
    {
        if (guesses.BeginSecond(me.Name!, http) is { } tooMany) return (null, tooMany);
        var person = me.PersonId!.Value;
        var made = await database.Write(tx =>
        {
            if (!codes.Use(tx, person, code)) return null;
            Noted(tx, me, "made new recovery codes");
            return Codes.NewRecovery(tx, person);
        }, http.RequestAborted);
        if (made is not null) Settled(me.Name!, http);
        return (made, made is null ? Wrong : null);
    }

    /// <summary>Turning it off needs it.</summary>
    public async Task<Refusal?> TurnOff(CallerIdentity me, string code, HttpContext http)
    {
        if (guesses.BeginSecond(me.Name!, http) is { } tooMany) return tooMany;
        var person = me.PersonId!.Value;
        var done = await database.Write(tx =>
        {
            if (!codes.Use(tx, person, code)) return false;
            Clear(tx, person, passkeys: false);
            Noted(tx, me, "turned their second factor off");
            Tell(tx, person, "Your second factor was turned off.");
            return true;
        }, http.RequestAborted);
        if (done) Settled(me.Name!, http);
        return done ? null : Wrong;
    }

    /// <summary>By an administrator, for somebody who lost theirs: passkeys go too, and every session. Their own they turn off with it.</summary>
    public async Task<Refusal?> Reset(string name, long by, CancellationToken ct)
    {
        var why = await database.Write(tx =>
        {
            if (tx.One<long?>("SELECT id FROM users WHERE name = @name", new { name }) is not { } person) return EditPerson.None(name);
            if (person == by) return new(403, "Your own second factor you turn off on the page /me/second-factor, with a code of it; who lost it asks another administrator, or whoever keeps the host (recover-admin).");
            Clear(tx, person, passkeys: true);
            tx.Note("reset the second factor and the passkeys", $"person {name}", id: person);
            Sessions.EndAll(tx, person);
            Tell(tx, person, "An administrator reset your second factor and your passkeys. Set them up anew; if you did not ask for it, find out who did.");
            return (Refusal?)null;
        }, ct);
        callers.ForgetAll();
        bells.Ring(Bells.Notices);
        return why;
    }

    public static void Clear(IDbTransaction tx, long person, bool passkeys)
    {
        // (The step stays: a code of the old secret was never good for a new one, and one that comes twice is good once still.)
        tx.Execute("UPDATE users SET totp = NULL, totp_at = NULL WHERE id = @person", new { person });
        tx.Execute("DELETE FROM recovery_codes WHERE user_id = @person", new { person });
        if (passkeys) tx.Execute("DELETE FROM passkeys WHERE user_id = @person", new { person });
    }

    void Tell(IDbTransaction tx, long person, string sentence) => Notify.Put(tx, person, NoticeKind.Safety, sentence, "/me", time.Stamp());

    void Settled(string name, HttpContext http)
    {
        guesses.SecondSucceeded(name, http);
        callers.ForgetAll();
        bells.Ring(Bells.Notices);
    }
}
