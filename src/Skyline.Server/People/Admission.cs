using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>How far somebody has come who signs in.</summary>
/// <param name="Session">The secret of a new session.</param>
/// <param name="Half">Or of what stands for one half: they owe their second factor.</param>
sealed record Entered(string? Session, string? Half)
{
    public void Keep(HttpContext http)
    {
        if (Session is not null) SignInCookie.Keep(http, Session);
        else SignInCookie.KeepHalf(http, Half!);
    }

    /// <summary>Where the browser goes next.</summary>
    public string Leads(string back) => Session is not null ? back : $"/login/second-factor?back={Uri.EscapeDataString(back)}";
}

/// <summary>Who has shown one factor and owes the other: no session and no rights, for a few minutes and a few tries, in memory.</summary>
sealed record Half(long Person, string Name, string? Password)
{
    int tries;

    /// <summary>Which try in vain this was.</summary>
    public int Tried() => Interlocked.Increment(ref tries);
}

/// <summary>What comes after a first factor: a session where it is enough; otherwise the second is asked for. The one place that decides it.</summary>
sealed class Admission(SkylineSettings settings, TimeProvider time)
{
    readonly ShortLived<Half> halves = new(time, TimeSpan.FromMinutes(5), 10_000);

    /// <summary>What somebody has to sign in with.</summary>
    public sealed record Standing
    {
        public long Id { get; init; }
        public required string Name { get; init; }
        public required string Role { get; init; }
        public string? Password { get; init; }
        public bool Totp { get; init; }
        public bool Passkeys { get; init; }
    }

    /// <param name="both">It counted as both.</param>
    /// <param name="with">What it was: "a password".</param>
    public Entered AfterFirst(IDbTransaction tx, long person, bool both, string with, HttpContext? http)
    {
        var row = Of(tx.Connection!, person);
        var owes = !both && Owes(row);
        tx.Note(owes ? $"showed {with}, and owes a second factor" : $"signed in with {with}", $"person {row.Name}", id: person, by: (person, row.Name));
        if (both) return new(Sessions.Begin(tx, person, null, http, time.Stamp(), factors: 2), null);
        return owes ? new(null, halves.Put(new(person, row.Name, row.Password))) : new(Sessions.Begin(tx, person, null, http, time.Stamp()), null);
    }

    /// <summary>Who has one is asked for it. A passkey is a way of its own, and asked for only where the role demands two factors.</summary>
    public bool Owes(Standing person) => person.Totp || person.Passkeys && Demands(person);

    /// <summary>Whether this person's role is for who signs in with two factors.</summary>
    public bool Demands(Standing person) => settings.SecondFactorFor.Contains(person.Role);

    public static Standing Of(IDbConnection db, long person) => db.One<Standing>("""
        SELECT id AS Id, name AS Name, role AS Role, password AS Password, totp_at IS NOT NULL AS Totp, EXISTS (SELECT 1 FROM passkeys WHERE user_id = @person) AS Passkeys FROM users WHERE id = @person
        """, new { person })!;

    public Half? Find(string? secret) => halves.Find(secret);

    public void Done(string? secret) => halves.Take(secret);
}
