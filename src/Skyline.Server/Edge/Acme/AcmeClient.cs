using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skyline.Server.Edge.Acme;

/// <summary>The authority refused, or what it said makes no sense; a sentence.</summary>
sealed class AcmeRefusedException(string message) : Exception(message);

/// <summary>
/// What RFC 8555 says on the wire: every request but the first is a POST that is signed with the account's key (ES256) and has a nonce that the
/// authority gave with its last answer. No library of .NET that is maintained is served; this is the part of the protocol that a server needs.
/// </summary>
sealed class AcmeClient(HttpClient http, Uri directory, ECDsa key)
{
    const int MostBytes = 1 << 20;

    JsonObject? places;
    string? nonce;

    /// <summary>The account's address, once it is known; until then requests bring the public key.</summary>
    public string? Account { get; set; }

    /// <summary>Where something is asked for: newAccount, newOrder, newNonce.</summary>
    public async Task<string> Place(string name, CancellationToken ct)
    {
        if (places is null)
        {
            using var answer = await http.GetAsync(directory, ct);
            if (!answer.IsSuccessStatusCode) throw new AcmeRefusedException($"{directory} answered {(int)answer.StatusCode}: is it an ACME directory (Skyline:Tls:Acme)?");
            places = Parse(await Bytes(answer, ct)) as JsonObject ?? throw new AcmeRefusedException($"{directory} is no ACME directory (Skyline:Tls:Acme).");
        }
        return places[name]?.GetValue<string>() ?? throw new AcmeRefusedException($"{directory} does not say where {name} is: it is no ACME directory (Skyline:Tls:Acme).");
    }

    /// <param name="payload">Null: as a GET would be (RFC 8555, 6.3).</param>
    public async Task<AcmeAnswer> Post(string url, JsonObject? payload, CancellationToken ct)
    {
        for (var tries = 0; ; tries++)
        {
            using var body = new ByteArrayContent(Signed(url, payload, await Nonce(ct))) { Headers = { ContentType = new MediaTypeHeaderValue("application/jose+json") } };
            using var answer = await http.PostAsync(new Uri(url), body, ct);
            nonce = answer.Headers.TryGetValues("Replay-Nonce", out var given) ? given.First() : null;
            var bytes = await Bytes(answer, ct);
            if (answer.IsSuccessStatusCode) return new(answer.StatusCode, bytes, answer.Headers.Location?.ToString(), answer.Headers.RetryAfter?.Delta);
            // A nonce that is too old is nobody's fault, and the answer brought another.
            if (tries < 3 && Problem(bytes).Type == "urn:ietf:params:acme:error:badNonce") continue;
            throw new AcmeRefusedException($"{new Uri(url).Host} refused: {Problem(bytes).Detail ?? $"it answered {(int)answer.StatusCode}"}");
        }
    }

    /// <summary>What shows the authority that who holds the account answers at a name (RFC 8555, 8.1).</summary>
    public string KeyAuthorization(string token) => $"{token}.{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Jwk().ToJsonString())))}";

    async Task<string> Nonce(CancellationToken ct)
    {
        if (nonce is { } known)
        {
            nonce = null;
            return known;
        }
        using var request = new HttpRequestMessage(HttpMethod.Head, await Place("newNonce", ct));
        using var answer = await http.SendAsync(request, ct);
        return answer.Headers.TryGetValues("Replay-Nonce", out var given) ? given.First() : throw new AcmeRefusedException($"{directory.Host} gave no nonce.");
    }

    byte[] Signed(string url, JsonObject? payload, string with)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["nonce"] = with, ["url"] = url };
        if (Account is { } account) head["kid"] = account;
        else head["jwk"] = Jwk();
        var (protectedHead, body) = (Encoded(head.ToJsonString()), payload is null ? "" : Encoded(payload.ToJsonString()));
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{protectedHead}.{body}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return Encoding.UTF8.GetBytes(new JsonObject { ["protected"] = protectedHead, ["payload"] = body, ["signature"] = Base64Url.EncodeToString(signature) }.ToJsonString());
    }

    /// <summary>In the order that its thumbprint is of (RFC 7638).</summary>
    JsonObject Jwk()
    {
        var point = key.ExportParameters(false).Q;
        return new() { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    static async Task<byte[]> Bytes(HttpResponseMessage answer, CancellationToken ct)
    {
        await answer.Content.LoadIntoBufferAsync(MostBytes, ct);
        return await answer.Content.ReadAsByteArrayAsync(ct);
    }

    public static JsonNode? Parse(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static (string? Type, string? Detail) Problem(byte[] bytes) => Parse(bytes) is JsonObject problem ? (Text(problem["type"]), Text(problem["detail"])) : (null, null);

    /// <summary>Of another server, to be shown: one line, bounded.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? new([.. text.Take(500).Select(letter => char.IsControl(letter) ? ' ' : letter)]) : null;
}

/// <param name="Location">The address of what was made.</param>
/// <param name="After">When it wants to be asked again.</param>
sealed record AcmeAnswer(HttpStatusCode Status, byte[] Body, string? Location, TimeSpan? After)
{
    public JsonObject Json => AcmeClient.Parse(Body) as JsonObject ?? throw new AcmeRefusedException("The authority answered with what is no JSON.");
}
