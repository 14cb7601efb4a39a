using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.SecondFactors;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Devices;

/// <summary>A name, a password and, where it is owed, a code, for a token: what signing in is on pages, and as bounded.</summary>
sealed class LoginForToken(Database database, SignIn signIn, Admission admission, Codes codes, Guesses guesses, FailedSignIns failures, MakeToken make)
{
    static readonly Refusal gone = new(401, "Your password was changed, or you may sign in no more.");

    public async Task<(PasswordLoginAnswer? Answer, Refusal? Why)> Login(PasswordLogin wanted, HttpContext http)
    {
        if (MakeToken.WhyNot(wanted.Token) is { } bad) return (null, bad);
        var (row, why) = await signIn.Check(wanted.Name, wanted.Password, http);
        if (row is null) return (null, why);
        var person = database.Read(db => Admission.Of(db, row.Id));
        if (admission.Owes(person) && wanted.Code is null)
            return person.Totp ? (new(CodeNeeded: true), null) : (null, new(403, "Your second factor is a passkey, which takes a browser: skyline login --web."));
        if (!admission.Owes(person) && admission.Demands(person)) return (null, new(403, $"Who is {Rights.Who(person.Role)} signs in here with two factors: sign in with a browser first, and set up the second."));
        if (await WhyNotCode(row, person, wanted.Code, http) is { } wrong) return (null, wrong);
        var me = CallerIdentity.OfPerson(person.Id, person.Name, person.Role, null, null, null);
        return await make.Make(wanted.Token, me, http.RequestAborted, another: true) is (var token, var full) && token is not null ? (new(false, token), null) : (null, full);
    }

    async Task<Refusal?> WhyNotCode(SignIn.Row row, Admission.Standing person, string? code, HttpContext http)
    {
        if (!admission.Owes(person)) return database.Read(db => SignIn.Stands(db, row)) ? null : gone;
        if (guesses.BeginSecond(person.Name, http) is { } tooMany) return tooMany;
        var wrong = await database.Write(tx =>
        {
            if (!SignIn.Stands(tx.Connection!, row)) return gone;
            if (!codes.Use(tx, row.Id, code!)) return SetUpSecondFactor.Wrong;
            tx.Note("showed their second factor for a token", $"person {person.Name}", id: row.Id, by: (row.Id, person.Name));
            return (Refusal?)null;
        }, http.RequestAborted);
        if (wrong is null) guesses.SecondSucceeded(person.Name, http);
        else await failures.Note(person.Name, http.RequestAborted, " with a second factor");
        return wrong;
    }
}
