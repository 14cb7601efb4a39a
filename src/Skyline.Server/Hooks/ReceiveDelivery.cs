using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Privacy;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Hooks;

/// <summary>
/// The door that forges come to. Whoever knows the hook's secret is let in, by a signature over the bytes as they came; nothing of a body is looked at before that,
/// and who is not let in learns neither whether there is such a hook nor what was wrong.
/// </summary>
sealed class ReceiveDelivery(Database database, HookSecrets secrets, HookFlood flood, TakeEvent take, SkylineSettings settings, TimeProvider time)
{
    /// <summary>GitHub and GitLab send no more.</summary>
    const int MostBytes = 25 << 20, Small = 256 << 10, LongestName = 100;
    const long Old = 10 * 60_000;
    static readonly TimeSpan bodyWithin = TimeSpan.FromSeconds(30), roomWithin = TimeSpan.FromSeconds(5);

    public async Task<IResult> Receive(string key, HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (flood.Enter(address) is { } wait) return Later(http, wait, "Too much came from your address that no hook's secret signed");
        var (body, why) = await Body(http);
        if (body is null) return why!;
        // A hook of a private tag is one, too: who knocks is nobody yet.
        var hook = Sight.Everything(() => database.Read(db => Hook.OfKey(db, key)));
        if (!IsSigned(hook, http, body)) return new Refusal(401, "There is no such hook, or the signature is not of its secret. Compare the address and the secret in the forge with those that were shown when the hook was made; `skyline hook rotate` makes another secret.").AsResult();
        flood.Known(address);
        if (flood.Enter(hook!.Id) is { } hold) return Later(http, hold, $"More than {HookFlood.OfHook} deliveries of this hook came within a minute");
        // From here on it is its owner who does it, and sees what they see.
        Actor.Current = OnBehalf(hook, http);
        Sight.Set(new(hook.OwnerId, null));
        var taken = await Take(hook, http, body);
        if (taken.RetryAfter is { } seconds) return Later(http, seconds, taken.Answer.Said);
        if (taken.Status >= 400) return new Refusal(taken.Status, taken.Answer.Said).AsResult();
        var answer = taken.Answer.Build is { } build ? taken.Answer with { Address = $"{settings.AddressFor(http)}/builds/{build}" } : taken.Answer;
        return taken.Status == 201 ? Results.Created(answer.Address, answer) : Results.Ok(answer);
    }

    /// <summary>Whatever is built of it is its owner's doing, by way of the hook.</summary>
    static Actor OnBehalf(Hook hook, HttpContext http) => new()
    {
        Kind = ActorKind.Person, Name = hook.Owner, Id = hook.OwnerId, With = $"hook {hook.Name}", Address = http.Connection.RemoteIpAddress?.ToString(), Agent = Actor.Current?.Agent, Door = Actor.Current?.Door, IsNoChange = true,
    };

    static IResult Later(HttpContext http, int seconds, string why)
    {
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new Refusal(429, why.EndsWith('.') ? why : $"{why}; come again in {seconds} seconds.").AsResult();
    }

    async Task<(byte[]? Body, IResult? Why)> Body(HttpContext http)
    {
        if (http.Request.ContentLength is <= Small) return await Read(http);
        if (!await flood.Large.WaitAsync(roomWithin, http.RequestAborted)) return (null, Later(http, (int)roomWithin.TotalSeconds, "Other large deliveries are being read"));
        try
        {
            return await Read(http);
        }
        finally
        {
            flood.Large.Release();
        }
    }

    static async Task<(byte[]?, IResult?)> Read(HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostBytes;
        using var within = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        within.CancelAfter(bodyWithin);
        // (Of a length that is said, there is one copy of it.)
        var bytes = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, MostBytes));
        try
        {
            await http.Request.Body.CopyToAsync(bytes, within.Token);
            return (bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray(), null);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return (null, new Refusal(408, $"The delivery did not arrive within {bodyWithin.TotalSeconds:0} seconds; deliver it again.").AsResult());
        }
    }

    bool IsSigned(Hook? hook, HttpContext http, byte[] body)
    {
        var good = secrets.Good(hook, time.Stamp()).Aggregate(false, (good, secret) => Signature.IsGood(hook?.Forge ?? Forge.GitHub, name => Header(http, name), body, secret) | good);
        if (good && hook is not null) return true;
        if (hook is not null) flood.Wrong(hook.Id);
        return false;
    }

    static string? Header(HttpContext http, string name) => http.Request.Headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    async Task<Taken> Take(Hook hook, HttpContext http, byte[] body)
    {
        HookEvent? happened = null;
        string? name = null;
        Decision decision;
        try
        {
            using var document = JsonDocument.Parse(Json(http, body));
            name = Name(hook.Forge, http, document.RootElement);
            if (TooOld(hook.Forge, http, document.RootElement)) return new(new(DeliveryOutcome.Refused, "The delivery was signed more than ten minutes ago (or the clocks of the forge and of this server differ by as much): it is not taken. Deliver it again from the forge's page."), 400);
            happened = Of(hook.Forge, http, document.RootElement);
            decision = HookRules.Decide(hook, happened);
        }
        catch (Exception bad) when (bad is BadPayloadException or JsonException)
        {
            decision = new Decision.Leave(DeliveryOutcome.Refused, bad is BadPayloadException ? bad.Message : "The delivery's body is no JSON; choose application/json as the content type.");
        }
        return await take.Take(hook, new(name, Convert.ToHexStringLower(SHA256.HashData(body)), happened?.Words ?? "unreadable"), decision, http.RequestAborted);
    }

    /// <summary>GitHub, Forgejo and Gitea send a form with the JSON in it if somebody chose that.</summary>
    static ReadOnlyMemory<byte> Json(HttpContext http, byte[] body) =>
        http.Request.HasFormContentType ? Encoding.UTF8.GetBytes(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).TryGetValue("payload", out var json) && json.Count == 1 ? json[0]! : "") : body;

    static HookEvent Of(Forge forge, HttpContext http, JsonElement body) => forge switch
    {
        Forge.GitLab => ReadGitLab.Of(body),
        Forge.Pagure => ReadPagure.Of(body),
        Forge.GitHub => ReadGitHub.Of(Header(http, "X-GitHub-Event") ?? "", body, gitea: false),
        _ => ReadGitHub.Of(Header(http, "X-Forgejo-Event") ?? Header(http, "X-Gitea-Event") ?? Header(http, "X-GitHub-Event") ?? "", body, gitea: true),
    };

    /// <summary>GitLab's is the same for each try of one delivery; what else it calls an id is shared by different ones.</summary>
    static string? Name(Forge forge, HttpContext http, JsonElement body) => forge switch
    {
        Forge.GitLab => Header(http, "webhook-id") ?? Header(http, "Idempotency-Key"),
        Forge.Pagure => body.Text("msg_id"),
        Forge.GitHub => Header(http, "X-GitHub-Delivery"),
        _ => Header(http, "X-Forgejo-Delivery") ?? Header(http, "X-Gitea-Delivery") ?? Header(http, "X-GitHub-Delivery"),
    } is { Length: > 0 and <= LongestName } name && name.All(char.IsAscii) && !name.Any(char.IsControl) ? name : null;

    /// <summary>Where the time is signed too.</summary>
    bool TooOld(Forge forge, HttpContext http, JsonElement body) => forge switch
    {
        Forge.GitLab when Header(http, "webhook-signature") is not null => !long.TryParse(Header(http, "webhook-timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || IsOld(at),
        Forge.Pagure => body.Number("timestamp") is not { } at || IsOld(at),
        _ => false,
    };

    bool IsOld(long seconds) => seconds is < 0 or > 100_000_000_000 || Math.Abs(time.Stamp() - seconds * 1000) > Old;
}
