using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>Makes one more token of a person's: for less than they may, for a time. It is shown this once.</summary>
public sealed class MakeToken(Database database, Bells bells, TimeProvider time)
{
    const int MostOfOne = 100, MostDays = 3650;
    const long KeptRevoked = 30L * 86_400_000;

    /// <param name="another">Where there is one of that name, this is called NAME-2, and so on: who logs in a second time from a machine is not told to choose.</param>
    internal async Task<(AddedToken? Token, Refusal? Why)> Make(NewToken wanted, CallerIdentity caller, CancellationToken ct, bool another = false)
    {
        if ((WhyNot(wanted) ?? WhyNotFor(wanted, caller)) is { } why) return (null, why);
        var (secret, scopes) = (Token.New(), Kept(wanted.Scopes));
        var made = await database.Write<(AddedToken?, Refusal?)>(tx =>
        {
            var (person, now) = (caller.PersonId, time.Stamp());
            var name = another ? Free(tx, wanted.Name, person!.Value, now) : wanted.Name;
            if (WhyNoMore(tx, name, person!.Value, now) is { } full) return (null, full);
            // What is over for a month is told to nobody any more.
            tx.Execute("DELETE FROM tokens WHERE user_id = @person AND coalesce(revoked_at, expires_at) < @old", new { person, old = now - KeptRevoked });
            var expires = wanted.Days is { } days ? now + days * 86_400_000L : (long?)null;
            var id = tx.One<long>("INSERT INTO tokens (sha256, user_id, name, scopes, created_at, expires_at) VALUES (@hash, @person, @name, @scopes, @now, @expires) RETURNING id",
                new { hash = Token.Hash(secret), person, name, scopes, now, expires });
            tx.Note("made", $"token {id}", after: new { Name = name, Scopes = scopes ?? "all", ExpiresAt = expires.ToTime() }, id: id, by: (person.Value, caller.Name!));
            return (new(id, name, secret, ShowPeople.Words(scopes), expires.ToTime()), null);
        }, ct);
        bells.Ring(Bells.People);
        return made;
    }

    internal static Refusal? WhyNot(NewToken wanted) =>
        !Names.IsGood(wanted.Name) ? new(400, $"A token is called something, so that you know it again: a name is {Names.Rule}.")
        : wanted.Days is < 1 or > MostDays ? new(400, $"A token is good for 1 to {MostDays} days, or, where nothing is said, until it is revoked.")
        : wanted.Scopes is not { Count: > 0 and < 20 } ? new(400, $"What is the token for? Of {Rights.ScopeWords}; or all.")
        : wanted.Scopes is not ["all"] && wanted.Scopes.FirstOrDefault(word => Rights.Scopes.All(scope => scope.Word != word)) is { } unknown
            ? new(400, $"A token is not for '{(Names.IsGood(unknown) ? unknown : "?")}'; it is for some of {Rights.ScopeWords}, or for all.")
        : null;

    /// <summary>Who holds a small token does not make themselves a larger one.</summary>
    static Refusal? WhyNotFor(NewToken wanted, CallerIdentity caller) =>
        caller.Scopes is { } own && (Kept(wanted.Scopes) is not { } asked || (Rights.OfScopes(asked) & ~Rights.OfScopes(own)) != 0)
            ? new(403, $"This token is for {own.Replace(" ", ", ", StringComparison.Ordinal)}, and makes none that is for more.")
        : null;

    static IReadOnlyList<string> Good(IDbTransaction tx, long person, long now) =>
        tx.All<string>("SELECT name FROM tokens WHERE user_id = @person AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > @now)", new { person, now });

    static string Free(IDbTransaction tx, string name, long person, long now)
    {
        var (good, next) = (Good(tx, person, now), name);
        for (var number = 2; good.Contains(next); number++) next = $"{name}-{number}";
        return next;
    }

    static Refusal? WhyNoMore(IDbTransaction tx, string name, long person, long now)
    {
        var good = Good(tx, person, now);
        return good.Contains(name) ? new(409, $"You have a token called '{name}'; revoke it first, or call this one something else.")
            : good.Count >= MostOfOne ? new(409, $"You have {good.Count} tokens, and nobody has more; revoke those that are not used: skyline token list.")
            : null;
    }

    /// <summary>In the table's order, each once; null: all.</summary>
    static string? Kept(IReadOnlyList<string> words) =>
        words is ["all"] ? null : string.Join(' ', Rights.Scopes.Select(scope => scope.Word).Where(word => word == "read" || words.Contains(word)));
}

/// <summary>Takes a token back: from the answer on it is refused, and what is under way with it does not end.</summary>
public sealed class RevokeToken(Database database, KnownCallers callers, Bells bells, TimeProvider time)
{
    /// <param name="person">Whose it must be; null: anybody's.</param>
    public async Task<Refusal?> Revoke(long token, long? person, CancellationToken ct)
    {
        var revoked = await database.Write(tx =>
        {
            var owner = tx.One<long?>("UPDATE tokens SET revoked_at = @now WHERE id = @token AND revoked_at IS NULL AND user_id IS NOT NULL AND (@person IS NULL OR user_id = @person) RETURNING user_id", new { token, person, now = time.Stamp() });
            if (owner is not null) tx.Note("revoked", $"token {token}", new { Of = tx.One<string>("SELECT name FROM users WHERE id = @owner", new { owner }) }, null, token);
            return owner is not null;
        }, ct);
        callers.ForgetAll();
        bells.Ring(Bells.People);
        return revoked ? null : new(404, $"You have no token {token}; skyline token list shows those that you have.");
    }
}
