using Microsoft.AspNetCore.Identity;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>
/// Signs a person in to pages, with a password or with a token. Whether there is somebody of that name is not told: not by the answer, nor by
/// how long it takes.
/// </summary>
sealed class SignIn(Database database, Admission admission, KnownCallers callers, Passwords passwords, Guesses guesses, FailedSignIns failures, TimeProvider time)
{
    static readonly Refusal wrong = new(401, "There is nobody of that name with that password here, or they may sign in no more. Who forgot theirs asks an administrator for a new link.");

    public sealed record Row(long Id, string? Password, long? DisabledAt);

    public async Task<(Entered? Entered, Refusal? Why)> WithPassword(string name, string password, HttpContext http)
    {
        var (row, why) = await Check(name, password, http);
        return row is null ? (null, why) : await database.Write<(Entered?, Refusal?)>(tx => Stands(tx.Connection!, row) ? (admission.AfterFirst(tx, row.Id, both: false, "a password", http), null) : (null, wrong), http.RequestAborted);
    }

    /// <summary>It may have been changed, or its person disabled, while it was checked: asked again where something comes of it.</summary>
    public static bool Stands(System.Data.IDbConnection db, Row row) => db.One<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE id = @Id AND password = @Password AND disabled_at IS NULL)", row);

    /// <returns>Whose password it is; nothing has come of it yet.</returns>
    public async Task<(Row? Person, Refusal? Why)> Check(string name, string password, HttpContext http)
    {
        if (!Names.IsGood(name) || password.Length > Passwords.Longest) return (null, wrong);
        var (address, ct) = (http.Connection.RemoteIpAddress, http.RequestAborted);
        if (guesses.Begin(name, address) is { } tooMany) return (null, tooMany);
        var row = database.Read(db => db.One<Row>("SELECT id AS Id, password AS Password, disabled_at AS DisabledAt FROM users WHERE name = @name", new { name }));
        var checkedAs = await passwords.Check(row?.Password, password, ct);
        if (checkedAs == PasswordVerificationResult.Failed || row is not { DisabledAt: null })
        {
            await failures.Note(row is null ? null : name, ct);
            return (null, wrong);
        }
        guesses.Succeeded(name, address);
        if (checkedAs != PasswordVerificationResult.SuccessRehashNeeded) return (row, null);
        var better = await passwords.Hash(password, ct);
        var made = await database.Write(tx =>
        {
            tx.Note("had their password's hash made anew, with more rounds", $"person {name}", id: row.Id, by: (row.Id, name));
            return tx.Execute("UPDATE users SET password = @better WHERE id = @Id AND password = @Password", new { better, row.Id, row.Password });
        }, ct);
        return made > 0 ? (row with { Password = better }, null) : (null, wrong);
    }

    public async Task<(Entered? Entered, Refusal? Why)> WithToken(string token, HttpContext http)
    {
        var owner = token.Length is > 0 and <= 200 ? callers.Find(token) : null;
        if (owner is null) return (null, new(401, "Nobody here has that token. Is it another server's, or cut short?"));
        if (!owner.IsPerson()) return (null, new(403, "That is a builder's token: builders build, people sign in. Take your own."));
        var identity = (CallerIdentity)owner.Identity!;
        return (new(await database.Write(tx =>
        {
            tx.Note($"signed in with token {identity.TokenId}", $"person {identity.Name}", id: identity.PersonId, by: (identity.PersonId!.Value, identity.Name!));
            return Sessions.Begin(tx, identity.PersonId!.Value, identity.TokenId, http, time.Stamp());
        }, http.RequestAborted), null), null);
    }

    public async Task Out(string secret, CancellationToken ct)
    {
        // What is no session costs nobody anything.
        if (callers.FindSession(secret)?.Identity is not CallerIdentity known) return;
        await database.Write(tx =>
        {
            tx.Note("signed out", $"person {known.Name}", id: known.PersonId, by: (known.PersonId!.Value, known.Name!));
            Sessions.End(tx, secret);
        }, ct);
        callers.Forget(secret);
    }
}
