using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Passkeys;

/// <summary>
/// Passkeys: added by who is signed in, and signed in with. The authenticator asks for a finger or a PIN each time, so one is both factors. A
/// challenge is one browser's (for adding, one session's too), for five minutes, once.
/// </summary>
sealed class PasskeyCeremony(Database database, SkylineSettings settings, KnownCallers callers, Bells bells, FailedSignIns failures, TimeProvider time, ILogger<PasskeyCeremony> log)
{
    const int MostOfOne = 20, LongestName = 60;

    static readonly Refusal off = new(404, RelyingParty.WhyNone);
    static readonly Refusal late = new(401, "The passkey came too late, or a second time: try it again.");
    static readonly Refusal unknown = new(401, "That passkey is not known here, or was not made for this server: sign in another way, and look at the passkeys on /me.");

    /// <param name="Session">Null: to sign in.</param>
    sealed record Challenge(string State, long? Session);

    readonly ShortLived<Challenge> challenges = new(time, TimeSpan.FromMinutes(5), 10_000);
    PasskeyHandler<PasskeyOwner>? handler;

    public RelyingParty? Party { get; } = RelyingParty.Of(settings);

    PasskeyHandler<PasskeyOwner> Handler => handler ??= new(new UserManager<PasskeyOwner>(new PasskeyStore(database), null!, null!, null!, null!, null!, null!, null!, null!), Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = Party!.Host,
        UserVerificationRequirement = "required",
        ResidentKeyRequirement = "required",
        AttestationConveyancePreference = "none",
        AuthenticatorTimeout = TimeSpan.FromMinutes(3),
        ValidateOrigin = said => ValueTask.FromResult(!said.CrossOrigin && said.Origin == Party.Origin),
    }));

    /// <returns>What the browser asks authenticators for, as JSON, and the secret that its cookie keeps.</returns>
    public async Task<(string? Options, string? Secret, Refusal? Why)> BeginSignIn(HttpContext http)
    {
        if (Party is null) return (null, null, off);
        var made = await Handler.MakeRequestOptionsAsync(null!, http);
        return (made.RequestOptionsJson, challenges.Put(new(made.AssertionState!, null)), null);
    }

    /// <returns>The new session's secret.</returns>
    public async Task<(string? Session, Refusal? Why)> SignIn(string? secret, string credential, HttpContext http)
    {
        if (Party is null) return (null, off);
        if (challenges.Take(secret) is not { Session: null } challenge) return (null, late);
        var shown = await Handler.PerformAssertionAsync(new() { HttpContext = http, CredentialJson = credential, AssertionState = challenge.State });
        if (!shown.Succeeded) return (null, await Refused(http, shown.Failure));
        var (session, cloned) = await database.Write(tx =>
        {
            var (now, person) = (time.Stamp(), shown.User.Id);
            if (!tx.One<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE id = @person AND disabled_at IS NULL)", new { person })) return (null, false);
            if (tx.Execute("UPDATE passkeys SET counter = @count, used_at = @now WHERE credential = @CredentialId AND user_id = @person AND (counter < @count OR counter = 0 AND @count = 0)",
                new { count = (long)shown.Passkey.SignCount, now, shown.Passkey.CredentialId, person }) > 0)
            {
                tx.Note("signed in with a passkey", $"person {shown.User.Name}", id: person, by: (person, shown.User.Name));
                return (Sessions.Begin(tx, person, null, http, now, factors: 2), false);
            }
            tx.Note("a passkey of theirs was shown with a count that it had passed, and refused: there may be a copy of it", $"person {shown.User.Name}", id: person);
            Notify.Put(tx, person, NoticeKind.Safety, $"A passkey of yours was shown from {http.Connection.RemoteIpAddress} with a count that it had passed already, so there may be a copy of it. It was refused; remove it, and add another.", "/me", now);
            return ((string?)null, true);
        }, http.RequestAborted);
        if (cloned) bells.Ring(Bells.Notices);
        return session is null ? (null, await Refused(http, null)) : (session, null);
    }

    async Task<Refusal> Refused(HttpContext http, Exception? fault)
    {
        await failures.Note(null, http.RequestAborted, " with a passkey");
        return Note(http, fault, unknown);
    }

    public async Task<(string? Options, string? Secret, Refusal? Why)> BeginAdd(CallerIdentity me, HttpContext http)
    {
        if (Party is null) return (null, null, off);
        var made = await Handler.MakeCreationOptionsAsync(new() { Id = me.PersonId!.Value.ToString(CultureInfo.InvariantCulture), Name = me.Name!, DisplayName = me.Name! }, http);
        return (made.CreationOptionsJson, challenges.Put(new(made.AttestationState!, me.SessionId ?? 0)), null);
    }

    /// <returns>A new session in place of all others, for who owed a second factor and now has one.</returns>
    public async Task<(string? Session, Refusal? Why)> Add(CallerIdentity me, string? secret, string name, string credential, HttpContext http)
    {
        if (Party is null) return (null, off);
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) return (null, new(400, $"A passkey is called something, so that you know it again, in up to {LongestName} letters."));
        if (challenges.Take(secret) is not { Session: { } session } challenge || session != (me.SessionId ?? 0)) return (null, late);
        var made = await Handler.PerformAttestationAsync(new() { HttpContext = http, CredentialJson = credential, AttestationState = challenge.State });
        if (!made.Succeeded) return (null, Note(http, made.Failure, new(400, "That passkey was not made for this server as it must be, or is known here already; nothing was kept. Try it again.")));
        var outcome = await database.Write<(string?, Refusal?)>(tx =>
        {
            var (person, now, key) = (me.PersonId!.Value, time.Stamp(), made.Passkey);
            if (tx.One<int>("SELECT count(*) FROM passkeys WHERE user_id = @person", new { person }) >= MostOfOne) return (null, new(409, $"You have {MostOfOne} passkeys, and nobody has more; remove those that are not used."));
            tx.Execute("INSERT INTO passkeys (user_id, credential, public_key, counter, synced, name, created_at) VALUES (@person, @CredentialId, @PublicKey, @count, @synced, @name, @now)",
                new { person, key.CredentialId, key.PublicKey, count = (long)key.SignCount, synced = key.IsBackupEligible, name, now });
            tx.Note("added a passkey", $"person {me.Name}", after: new { Passkey = name }, id: person);
            Notify.Put(tx, person, NoticeKind.Safety, $"The passkey '{name}' signs in as you from now on. If you did not add it, remove it and change your password.", "/me", now);
            if (!me.OwesSecond) return (null, null);
            Sessions.EndAll(tx, person);
            return (Sessions.Begin(tx, person, null, http, now, factors: 2), null);
        }, http.RequestAborted);
        Settled();
        return outcome;
    }

    public async Task<Refusal?> Remove(CallerIdentity me, long id, CancellationToken ct)
    {
        var person = me.PersonId!.Value;
        var removed = await database.Write(tx =>
        {
            if (tx.One<string>("DELETE FROM passkeys WHERE id = @id AND user_id = @person RETURNING name", new { id, person }) is not { } name) return false;
            tx.Note("removed a passkey", $"person {me.Name}", new { Passkey = name }, id: person);
            Notify.Put(tx, person, NoticeKind.Safety, $"Your passkey '{name}' was removed, and signs in no more.", "/me", time.Stamp());
            return true;
        }, ct);
        Settled();
        return removed ? null : new(404, "You have no such passkey; it may be removed already.");
    }

    void Settled()
    {
        callers.ForgetAll();
        bells.Ring(Bells.Notices);
    }

    Refusal Note(HttpContext http, Exception? fault, Refusal refusal)
    {
        log.LogWarning("A passkey from {Address} was refused: {Why}", http.Connection.RemoteIpAddress, fault?.Message ?? "its count, or its person");
        return refusal;
    }
}
