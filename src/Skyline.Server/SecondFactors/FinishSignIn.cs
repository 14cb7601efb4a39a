using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.SecondFactors;

/// <summary>The second half of signing in: a code, from who has shown the first within minutes in this browser.</summary>
sealed class FinishSignIn(Database database, Admission admission, Codes codes, Guesses guesses, FailedSignIns failures, Bells bells, TimeProvider time)
{
    const int Tries = 5;

    public static readonly Refusal Over = new(401, "You did not give the code in time, or not in a few tries: sign in again from the beginning.");

    /// <returns>The new session's secret.</returns>
    public async Task<(string? Session, Refusal? Why)> With(string? secret, string code, HttpContext http)
    {
        if (admission.Find(secret) is not { } half) return (null, Over);
        if (guesses.BeginSecond(half.Name, http) is { } tooMany) return (null, tooMany);
        var (session, gone) = await database.Write(tx =>
        {
            // The first half was of a moment ago: is it good still?
            if (!tx.One<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE id = @Person AND disabled_at IS NULL AND password IS NOT DISTINCT FROM @Password)", half)) return (null, true);
            if (!codes.Use(tx, half.Person, code)) return (null, false);
            tx.Note("signed in with their second factor", $"person {half.Name}", id: half.Person, by: (half.Person, half.Name));
            return ((string?)Sessions.Begin(tx, half.Person, null, http, time.Stamp(), factors: 2), false);
        }, http.RequestAborted);
        if (session is null) await failures.Note(half.Name, http.RequestAborted, " with a second factor");
        if (session is null && (gone || half.Tried() >= Tries))
        {
            admission.Done(secret);
            if (!gone) await Warn(half.Person, http);
            return (null, Over);
        }
        if (session is null) return (null, SetUpSecondFactor.Wrong);
        admission.Done(secret);
        guesses.SecondSucceeded(half.Name, http);
        return (session, null);
    }

    /// <summary>They have the password: its owner should know.</summary>
    async Task Warn(long person, HttpContext http)
    {
        await database.Write(tx => Notify.Put(tx, person, NoticeKind.Safety,
            $"Somebody signed in with your password from {http.Connection.RemoteIpAddress} and gave {Tries} codes that were not good. If that was not you, change your password.", "/me", time.Stamp()), http.RequestAborted);
        bells.Ring(Bells.Notices);
    }
}
