using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// Reads `Authorization: Bearer sky_…` and says who it is: a person or a builder, never both. Away from the API a browser's cookie will
/// do, for people: whatever such a request changes must bring the page's own antiforgery token too.
/// </summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Database database)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Task.FromResult(Owned(TokenOwner.Find(database, header["Bearer ".Length..].Trim())));
        if (SignInCookie.Of(Request) is not { } kept) return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(Owned(TokenOwner.Find(database, kept) is { IsPerson: true } person ? person : null));
    }

    AuthenticateResult Owned(TokenOwner? owner) => owner is null
        ? AuthenticateResult.Fail("unknown token")
        : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(Identity(owner)), Scheme.Name));

    static ClaimsIdentity Identity(TokenOwner owner)
    {
        var identity = new ClaimsIdentity(Scheme_);
        if (owner.UserId is { } user)
        {
            identity.AddClaim(new Claim(Caller.Person, user.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            identity.AddClaim(new Claim(ClaimTypes.Name, owner.UserName!));
            if (owner.Admin == 1) identity.AddClaim(new Claim(Caller.Admin, "yes"));
        }
        else if (owner.BuilderId is { } builder)
        {
            identity.AddClaim(new Claim(Caller.Builder, builder.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            identity.AddClaim(new Claim(ClaimTypes.Name, owner.BuilderName!));
        }
        return identity;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Refuse(401, "This needs a token: `skyline login` keeps one, or send the header `Authorization: Bearer …`. The first start wrote one to admin.token in the data folder.");

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Refuse(403, $"'{Context.User.Identity?.Name}' may not do this: people's tokens submit and administer, builders' tokens build.");

    Task Refuse(int status, string sentence)
    {
        Response.StatusCode = status;
        return Results.Problem(sentence, statusCode: status).ExecuteAsync(Context);
    }
}

/// <summary>Whose a token is.</summary>
sealed record TokenOwner(long? UserId, string? UserName, long? Admin, long? BuilderId, string? BuilderName)
{
    public bool IsPerson => UserId is not null;

    /// <summary>Whose a token is does not change; what is not looked up for a few seconds is looked up anew all the same, so that one that is taken back is refused.</summary>
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(5);
    const int MostKnown = 10_000;

    sealed class Known
    {
        public ConcurrentDictionary<string, (TokenOwner Owner, long At)> Owners { get; } = new(StringComparer.Ordinal);
    }

    static readonly ConditionalWeakTable<Database, Known> all = [];

    public static TokenOwner? Find(Database database, string token)
    {
        var (known, hash) = (all.GetOrCreateValue(database).Owners, Token.Hash(token));
        if (known.TryGetValue(hash, out var last) && Stopwatch.GetElapsedTime(last.At) < lasting) return last.Owner;
        if (LookUp(database, hash) is not { } owner)
        {
            known.TryRemove(hash, out _);
            return null;
        }
        if (known.Count >= MostKnown) known.Clear();
        known[hash] = (owner, Stopwatch.GetTimestamp());
        return owner;
    }

    static TokenOwner? LookUp(Database database, string hash) => database.Read(db => db.One<TokenOwner>("""
        SELECT u.id AS UserId, u.name AS UserName, u.admin AS Admin, b.id AS BuilderId, b.name AS BuilderName
        FROM tokens t LEFT JOIN users u ON u.id = t.user_id LEFT JOIN builders b ON b.id = t.builder_id
        WHERE t.sha256 = @hash
        """, new { hash }));
}

/// <summary>Who a request is from.</summary>
static class Caller
{
    public const string Person = "person", Builder = "builder", Admin = "admin";

    public static long PersonId(this ClaimsPrincipal caller) => long.Parse(caller.FindFirstValue(Person)!, System.Globalization.CultureInfo.InvariantCulture);

    public static long BuilderId(this ClaimsPrincipal caller) => long.Parse(caller.FindFirstValue(Builder)!, System.Globalization.CultureInfo.InvariantCulture);

    public static bool IsAdmin(this ClaimsPrincipal caller) => caller.HasClaim(claim => claim.Type == Admin);

    public static void AddCallers(this IServiceCollection services)
    {
        services.AddAuthentication(TokenAuthentication.Scheme_).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme_, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Person, policy => policy.RequireClaim(Person))
            .AddPolicy(Builder, policy => policy.RequireClaim(Builder))
            .AddPolicy(Admin, policy => policy.RequireClaim(Admin));
    }
}
