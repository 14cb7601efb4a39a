using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Shell;

/// <summary>
/// Whoever does not know whether a change arrived sends it again with the same Idempotency-Key, and is given the first one's answer; nothing
/// is made twice. Keys are a person's own and are known for a day. Only what succeeded is kept: what was refused made nothing, and is
/// looked at anew; nor is an answer that holds a secret (`no-store`). (A body that streams is not read for this: its key goes with its
/// address and its length.)
/// </summary>
sealed class SameAnswer(RequestDelegate next, Database database, TimeProvider time)
{
    const string Header = "Idempotency-Key";
    const int LongestKey = 100, LargestBody = 1 << 20, LargestAnswer = 256 << 10, MostKeys = 10_000;
    const long Day = 86_400_000;

    readonly ConcurrentDictionary<(long, string), bool> underWay = new();

    sealed record Kept
    {
        public required string Digest { get; init; }
        public int Status { get; init; }
        public string? Location { get; init; }
        public string? ContentType { get; init; }
        public required byte[] Body { get; init; }
    }

    public Task Invoke(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && context.Request.Headers[Header].ToString() is { Length: > 0 } key && context.User.IsPerson()
            ? InTurn(context, key)
            : next(context);

    async Task InTurn(HttpContext context, string key)
    {
        if (key.Length > LongestKey || key.Any(letter => letter is < '!' or > '~'))
        {
            await Refuse(context, 400, $"The {Header} is up to {LongestKey} letters, digits and signs without spaces.");
            return;
        }
        var own = (context.User.PersonId(), key);
        if (!underWay.TryAdd(own, true))
        {
            // (What tells it from a refusal of the request itself: it is worth asking again.)
            context.Response.Headers.RetryAfter = "1";
            await Refuse(context, 409, $"A request with this {Header} is under way; ask again when it has ended.");
            return;
        }
        try
        {
            await Once(context, own.Item1, key);
        }
        finally
        {
            underWay.TryRemove(own, out _);
        }
    }

    async Task Once(HttpContext context, long person, string key)
    {
        var digest = await Digest(context.Request, context.RequestAborted);
        var kept = database.Read(db => db.One<Kept>("SELECT digest AS Digest, status AS Status, location AS Location, content_type AS ContentType, body AS Body FROM kept_answers WHERE user_id = @person AND key = @key AND at > @since",
            new { person, key, since = time.Stamp() - Day }));
        if (kept is null) await First(context, person, key, digest);
        else if (kept.Digest != digest) await Refuse(context, 422, $"This {Header} was used for another request; give each request its own.");
        else await Again(context.Response, kept);
    }

    async Task First(HttpContext context, long person, string key, string digest)
    {
        var (answer, whole) = (context.Response.Body, new MemoryStream());
        context.Response.Body = whole;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = answer;
        }
        var response = context.Response;
        if (response.StatusCode is >= 200 and < 300 && whole.Length <= LargestAnswer && !response.Headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal))
            await database.Write(tx =>
            {
                tx.IsNoChange();
                tx.Execute("DELETE FROM kept_answers WHERE at <= @since", new { since = time.Stamp() - Day });
                tx.Execute("DELETE FROM kept_answers WHERE user_id = @person AND key IN (SELECT key FROM kept_answers WHERE user_id = @person ORDER BY at DESC LIMIT 9223372036854775807 OFFSET @most)", new { person, most = MostKeys - 1 });
                tx.Execute("INSERT INTO kept_answers (user_id, key, digest, status, location, content_type, body, at) VALUES (@person, @key, @digest, @StatusCode, @location, @ContentType, @body, @now) ON CONFLICT DO NOTHING",
                    new { person, key, digest, response.StatusCode, location = response.Headers.Location.ToString(), response.ContentType, body = whole.ToArray(), now = time.Stamp() });
            });
        whole.Position = 0;
        await whole.CopyToAsync(answer, context.RequestAborted);
    }

    static async Task Again(HttpResponse response, Kept kept)
    {
        response.StatusCode = kept.Status;
        if (kept.Location is { Length: > 0 } location) response.Headers.Location = location;
        if (kept.Status is 204) return;
        response.ContentType = kept.ContentType;
        response.ContentLength = kept.Body.Length;
        await response.Body.WriteAsync(kept.Body);
    }

    /// <summary>Of what is asked: two requests of the same are the same request.</summary>
    static async Task<string> Digest(HttpRequest request, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{request.Method} {request.Path}{request.QueryString}\n{request.ContentType}\n{request.ContentLength}\n")));
        if (request.HasJsonContentType())
        {
            request.EnableBuffering(LargestBody);
            var buffer = new byte[1 << 14];
            int read;
            while ((read = await request.Body.ReadAsync(buffer, ct)) > 0) hash.AppendData(buffer, 0, read);
            request.Body.Position = 0;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static Task Refuse(HttpContext context, int status, string sentence) => new Refusal(status, sentence).AsResult().ExecuteAsync(context);
}
