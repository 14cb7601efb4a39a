using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Skyline.Server.Tests.Oidc;

/// <summary>A provider that does as the protocol says but for one thing.</summary>
sealed class LyingProvider : IAsyncDisposable
{
    readonly WebApplication app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    string nonce = "";

    public string Address => app.Urls.First();

    /// <summary>What it lies about.</summary>
    public string Lie { get; set; } = "";

    public static async Task<LyingProvider> Open()
    {
        var provider = new LyingProvider();
        provider.Map();
        await provider.app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => Json(new()
        {
            ["issuer"] = Lie == "issuer of its own document" ? "https://elsewhere.example" : Address, ["authorization_endpoint"] = Address + "/authorize", ["token_endpoint"] = Address + "/token",
            ["userinfo_endpoint"] = Address + "/userinfo", ["jwks_uri"] = Address + "/keys", ["response_types_supported"] = new[] { "code" }, ["id_token_signing_alg_values_supported"] = new[] { "ES256" },
        }));
        app.MapGet("/keys", () =>
        {
            var q = key.ExportParameters(false).Q;
            return Json(new() { ["keys"] = new[] { new Dictionary<string, string> { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "one", ["use"] = "sig", ["x"] = Base64Url.EncodeToString(q.X), ["y"] = Base64Url.EncodeToString(q.Y) } } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            nonce = request.Query["nonce"]!;
            return Results.Redirect(Lie == "no" ? $"{request.Query["redirect_uri"]}?error=access_denied&state={Uri.EscapeDataString(request.Query["state"]!)}"
                : $"{request.Query["redirect_uri"]}?code=any&state={Uri.EscapeDataString(request.Query["state"]!)}");
        });
        app.MapPost("/token", () => Lie == "broken" ? Results.StatusCode(500) : Json(new() { ["access_token"] = "any", ["token_type"] = "Bearer", ["expires_in"] = 60, ["id_token"] = Token() }));
        app.MapGet("/userinfo", () => Json(new() { ["sub"] = Lie == "another subject" ? "0002" : "0001", ["preferred_username"] = "mallory" }));
    }

    string Token()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Lie is "issuer" or "issuer of its own document" ? "https://elsewhere.example" : Address, ["aud"] = Lie == "audience" ? "another" : RealProvider.Client, ["sub"] = "0001", ["preferred_username"] = "mallory",
            ["nonce"] = Lie == "nonce" ? "another" : nonce, ["iat"] = now - (Lie == "time" ? 7200 : 0), ["exp"] = now + (Lie == "time" ? -3600 : 600),
        };
        if (Lie == "no subject") claims.Remove("sub");
        if (Lie == "no nonce") claims.Remove("nonce");
        if (Lie == "no end") claims.Remove("exp");
        var algorithm = Lie switch { "not signed" => "none", "signed with the public key" => "HS256", _ => "ES256" };
        var signed = $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = algorithm, ["kid"] = "one", ["typ"] = "JWT" }))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), bytes),
            _ => (Lie == "another's signature" ? another : key).SignData(bytes, HashAlgorithmName.SHA256),
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    static IResult Json(Dictionary<string, object> value) => Results.Text(JsonSerializer.Serialize(value), "application/json");

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
        another.Dispose();
    }
}
