using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Devices;

/// <summary>
/// A program without a browser shows a short code; a person types it on /device, sees who asks for what, and says yes or no. In memory, for ten
/// minutes. What the code is worth is the typist's own token, so nobody gains by guessing one; who is talked into typing a stranger's is warned.
/// </summary>
sealed class DeviceLogins(MakeToken make, TimeProvider time)
{
    const int Most = 1000, MostFromOne = 20, Letters = 8;
    const long Lasting = 10 * 60_000;
    const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static readonly Refusal over = new(410, "This login is over: nobody approved it in ten minutes, or it was answered already. Begin again: skyline login --web.");

    public sealed record Waiting(string Code, string SecretHash, NewToken Token, string Address, long Until)
    {
        internal TaskCompletionSource<(AddedToken? Token, Refusal? Why)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Behind the gate.</summary>
        internal bool IsBeingApproved { get; set; }
    }

    readonly Lock gate = new();
    readonly Dictionary<string, Waiting> waiting = new(StringComparer.Ordinal);

    public (Waiting? Login, string? Secret, Refusal? Why) Begin(NewToken wanted, HttpContext http)
    {
        if (MakeToken.WhyNot(wanted) is { } bad) return (null, null, bad);
        var (now, address, secret) = (time.Stamp(), http.Connection.RemoteIpAddress?.ToString() ?? "an unknown address", Token.New());
        lock (gate)
        {
            foreach (var old in waiting.Values.Where(one => one.Until <= now).ToList()) waiting.Remove(old.Code);
            if (waiting.Count >= Most || waiting.Values.Count(one => one.Address == address) >= MostFromOne) return (null, null, new(429, "Very many logins wait to be approved; try again in some minutes."));
            var login = new Waiting(RandomNumberGenerator.GetString(Alphabet, Letters), Token.Hash(secret), wanted, address, now + Lasting);
            waiting[login.Code] = login;
            return (login, secret, null);
        }
    }

    /// <summary>As people write it: in two parts.</summary>
    public static string Shown(string code) => $"{code[..4]}-{code[4..]}";

    /// <param name="typed">In small letters, with a dash or spaces, as it comes.</param>
    public Waiting? Find(string? typed)
    {
        if (typed is not { Length: <= 40 }) return null;
        var code = new string([.. typed.ToUpperInvariant().Where(char.IsAsciiLetter)]);
        lock (gate) return waiting.TryGetValue(code, out var found) && found.Until > time.Stamp() ? found : null;
    }

    public async Task<Refusal?> Approve(Waiting login, CallerIdentity me, CancellationToken ct)
    {
        lock (gate)
        {
            // Of two that say yes at once, one does.
            if (!waiting.ContainsKey(login.Code) || login.Answer.Task.IsCompleted || login.IsBeingApproved) return over;
            login.IsBeingApproved = true;
        }
        try
        {
            var (token, why) = await make.Make(login.Token, me, ct, another: true);
            if (token is not null) login.Answer.TrySetResult((token, null));
            return why;
        }
        finally
        {
            lock (gate) login.IsBeingApproved = false;
        }
    }

    public static void Deny(Waiting login) => login.Answer.TrySetResult((null, new(403, "Somebody looked at this login, and said no.")));

    /// <returns>Neither: nobody has answered yet.</returns>
    public async Task<(AddedToken? Token, Refusal? Why)> Await(string secret, CancellationToken ct)
    {
        var hash = Token.Hash(secret);
        Waiting? login;
        lock (gate) login = waiting.Values.FirstOrDefault(one => one.SecretHash == hash && one.Until > time.Stamp());
        if (login is null) return (null, over);
        try
        {
            var answer = await login.Answer.Task.WaitAsync(Patience, time, ct);
            // It is given once.
            lock (gate) return waiting.Remove(login.Code) ? answer : (null, over);
        }
        catch (TimeoutException)
        {
            return (null, null);
        }
    }
}
