using System.Data;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Oidc;

/// <summary>Who comes back from the provider: somebody known, signed in; somebody who is signed in here, linked; somebody invited or welcome, made. Bound by issuer and subject; a name or an address binds nobody.</summary>
sealed class OidcPeople(Database database, SkylineSettings settings, Admission admission, KnownCallers callers, Bells bells, FailedSignIns failures, TimeProvider time, ILogger<OidcPeople> log)
{
    /// <summary>What a browser is sent off with, sealed in the state that it brings back.</summary>
    public const string Back = "back", Person = "person", Session = "session", Invitation = "invitation", Named = "named";

    sealed record Identity(long UserId, string Name, string Role, long? DisabledAt);

    sealed record Outcome(Entered? Entered, string Leads, Refusal? Why = null);

    string Issuer => settings.Oidc.Authority.TrimEnd('/');

    public async Task Enter(ClaimsPrincipal who, AuthenticationProperties sent, HttpContext http)
    {
        // (Who comes back comes before the door knows anybody.)
        Actor.Current = Actor.Of(http);
        var (claims, why) = OidcClaims.Of(who, settings.Oidc);
        var outcome = claims is null ? new(null, "/", why) : await database.Write(tx => Become(tx, claims, sent.Items, http), http.RequestAborted);
        callers.ForgetAll();
        bells.Ring(Bells.Notices);
        bells.Ring(Bells.People);
        if (outcome.Why is { } refusal)
        {
            await Refused(refusal.Sentence, http);
            await refusal.AsText().ExecuteAsync(http);
            return;
        }
        if (outcome.Entered is { } entered) entered.Keep(http);
        await GoOn.To(entered: outcome.Entered, outcome.Leads).ExecuteAsync(http);
    }

    Outcome Become(IDbTransaction tx, OidcClaims claims, IDictionary<string, string?> sent, HttpContext http)
    {
        var known = tx.One<Identity>("SELECT u.id AS UserId, u.name AS Name, u.role AS Role, u.disabled_at AS DisabledAt FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = @Issuer AND i.subject = @Subject", new { Issuer, claims.Subject });
        if (sent.TryGetValue(Person, out var person)) return Link(tx, claims, known, Number(person), Number(sent[Session]));
        if (known is not null) return SignIn(tx, claims, known, sent, http);
        var (made, why) = sent.TryGetValue(Invitation, out var invitation) ? Invited(tx, invitation!, sent[Named] ?? "")
            : settings.Oidc.Welcome ? Welcomed(tx, claims)
            : (0, new Refusal(403, $"{settings.Oidc.Name} knows you, and this server does not yet. Who has an account here signs in with their password or a passkey and links it on the page /me; who has none asks an administrator for an invitation."));
        if (why is not null) return new(null, "/", why);
        Bind(tx, claims, made);
        return new(admission.AfterFirst(tx, made, settings.Oidc.AsksSecondFactor, settings.Oidc.Name, http), "/me");
    }

    Outcome SignIn(IDbTransaction tx, OidcClaims claims, Identity known, IDictionary<string, string?> sent, HttpContext http)
    {
        if (known.DisabledAt is not null) return new(null, "/", new(403, $"'{known.Name}' may sign in no more; an administrator can let them in again."));
        // The last administrator stays one, whatever the provider says: somebody must be.
        if (claims.Role is { } role && role != known.Role) EditPerson.Change(tx, known.Name, new PersonEdit(role), time.Stamp());
        OidcTeams.Follow(tx, known.UserId, known.Name, claims.Teams, time.Stamp());
        tx.Execute("UPDATE identities SET used_at = @now WHERE issuer = @Issuer AND subject = @Subject", new { now = time.Stamp(), Issuer, claims.Subject });
        return new(admission.AfterFirst(tx, known.UserId, settings.Oidc.AsksSecondFactor, settings.Oidc.Name, http), SignInEndpoints.LocalPath(sent.TryGetValue(Back, out var back) ? back : null));
    }

    /// <summary>Who asked for it was signed in, in this browser (the state came from there), and must be still.</summary>
    Outcome Link(IDbTransaction tx, OidcClaims claims, Identity? known, long person, long session)
    {
        if (known is not null && known.UserId != person) return new(null, "/", new(409, $"That account at {settings.Oidc.Name} is linked to somebody else here; nothing was changed."));
        if (!tx.One<bool>("SELECT EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = @session AND s.user_id = @person AND u.disabled_at IS NULL)", new { session, person }))
            return new(null, "/", new(403, "You were signed out meanwhile, so nothing was linked: sign in, and link it again."));
        if (known is null) Bind(tx, claims, person);
        return new(null, "/me");
    }

    (long, Refusal?) Invited(IDbTransaction tx, string secret, string name)
    {
        if (AcceptInvitation.Find(tx.Connection!, secret, time.Stamp()) is not { Role: { } role } open) return (0, AcceptInvitation.Over);
        var (person, why) = AddPerson.Insert(tx, name, role, time.Stamp(), open.MadeBy);
        if (why is null) tx.Execute("UPDATE invitations SET used_at = @now WHERE id = @Id", new { now = time.Stamp(), open.Id });
        return (person, why);
    }

    (long, Refusal?) Welcomed(IDbTransaction tx, OidcClaims claims)
    {
        if (claims.Name is null) return (0, new(403, $"{settings.Oidc.Name} does not say what you are called (the claim {settings.Oidc.NameClaim}), so no account was made; an administrator can invite you, and you choose a name."));
        var role = claims.Role ?? (settings.Oidc.Role.Length > 0 ? settings.Oidc.Role : "viewer");
        return AddPerson.Insert(tx, claims.Name, role, time.Stamp(), by: null) is (var person, null) ? (person, null)
            : (0, new(409, $"There is somebody called '{claims.Name}' here already. If that is you, sign in as you did before and link {settings.Oidc.Name} on the page /me; if not, ask an administrator for an invitation, and choose another name."));
    }

    void Bind(IDbTransaction tx, OidcClaims claims, long person)
    {
        var now = time.Stamp();
        var name = tx.One<string>("SELECT name FROM users WHERE id = @person", new { person })!;
        OidcTeams.Follow(tx, person, name, claims.Teams, now);
        tx.Note("linked an account at a provider", $"person {name}", after: new { Issuer, claims.Subject }, id: person, by: (person, name));
        tx.Execute("INSERT INTO identities (issuer, subject, user_id, created_at, used_at) VALUES (@Issuer, @Subject, @person, @now, @now)", new { Issuer, claims.Subject, person, now });
        Notify.Put(tx, person, NoticeKind.Safety, $"An account at {settings.Oidc.Name} signs in as you from now on. If that was not you, unlink it and change your password.", "/me", now);
    }

    public async Task Unlink(CallerIdentity me, CancellationToken ct) => await database.Write(tx =>
    {
        if (tx.Execute("DELETE FROM identities WHERE user_id = @PersonId", new { me.PersonId }) > 0) tx.Note("unlinked their account at a provider", $"person {me.Name}", id: me.PersonId);
    }, ct);

    /// <summary>Into the log, with why; and among the changes, where somebody looks who was told that they cannot sign in.</summary>
    /// <param name="why">Never a token, nor what a provider said word for word.</param>
    public async Task Refused(string why, HttpContext http)
    {
        log.LogWarning("A sign-in with {Provider} from {Address} was refused: {Why}", settings.Oidc.Name, http.Connection.RemoteIpAddress, why);
        await failures.Note(null, http.RequestAborted, $" with {settings.Oidc.Name}");
    }

    static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
