using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Skyline.Server.Audit;
using Skyline.Server.Edge;
using Skyline.Server.People;
using Skyline.Server.Repos;

namespace Skyline.Server.Oidc;

/// <summary>
/// The provider, as ASP.NET Core's handler is told of it: a code with PKCE, and an id token that must be signed, by the authority that is set, for
/// this client, now, with the nonce that this browser was sent off with. Where no provider is set, nothing of this is loaded.
/// </summary>
static class OidcScheme
{
    public const string Name = "Oidc", Callback = "/login/oidc/callback";

    static readonly string[] algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void AddOidc(this IServiceCollection services, SkylineSettings settings)
    {
        services.AddSingleton<OidcPeople>();
        if (!settings.Oidc.IsOn) return;
        settings.Oidc.Check();
        Add(services, settings, settings.Oidc.Secret());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Add(IServiceCollection services, SkylineSettings settings, string? secret) => services.AddAuthentication().AddOpenIdConnect(Name, options =>
    {
        var oidc = settings.Oidc;
        (options.Authority, options.ClientId, options.ClientSecret, options.CallbackPath) = (oidc.Authority, oidc.ClientId, secret, Callback);
        options.RequireHttpsMetadata = !new Uri(oidc.Authority).IsLoopback;
        (options.ResponseType, options.ResponseMode, options.UsePkce) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query, true);
        // (Its provider is the administrator's word, wherever it leads.)
        var sockets = OutwardHttp.Sockets(settings);
        sockets.AllowAutoRedirect = true;
        options.BackchannelHttpHandler = sockets;
        (options.BackchannelTimeout, options.RemoteAuthenticationTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
        // Who signs out here is not signed out there, and nobody is signed out here from there.
        (options.RemoteSignOutPath, options.SignedOutCallbackPath) = (default, default);
        foreach (var scope in oidc.Scopes) options.Scope.Add(scope);
        (options.MapInboundClaims, options.GetClaimsFromUserInfoEndpoint) = (false, true);
        options.ClaimActions.Clear();
        options.ClaimActions.MapAll();
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie }) (cookie.SameSite, cookie.SecurePolicy, cookie.IsEssential) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest, true);
        var tokens = options.TokenValidationParameters;
        (tokens.ValidAlgorithms, tokens.ClockSkew) = (algorithms, TimeSpan.FromMinutes(1));
        // The issuer is who was set to be, not who the provider's own document says it is.
        tokens.IssuerValidator = (issuer, _, _) => Same(issuer, oidc.Authority) ? issuer : throw new SecurityTokenInvalidIssuerException("another issuer") { InvalidIssuer = issuer };
        options.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = leaving =>
            {
                leaving.ProtocolMessage.RedirectUri = settings.AddressFor(leaving.HttpContext) + Callback;
                return Task.CompletedTask;
            },
            OnTokenValidated = validated =>
            {
                // The handler lets tokens pass that are not signed, as came by TLS from the provider itself; a proxy between may not be it.
                if (validated.SecurityToken.SignatureAlgorithm is null or "none") validated.Fail(new SecurityTokenInvalidSignatureException("not signed"));
                return Task.CompletedTask;
            },
            OnRemoteFailure = failed => Refuse(failed, Reason(failed.Failure), failed.Failure),
            OnAccessDenied = denied => Refuse(denied, "provider-denied", null),
            OnTicketReceived = async received =>
            {
                received.HandleResponse();
                await received.HttpContext.RequestServices.GetRequiredService<OidcPeople>().Enter(received.Principal!, received.Properties!, received.HttpContext);
            },
        };
    });

    static bool Same(string one, string other) => one.TrimEnd('/') == other.TrimEnd('/');

    static async Task Refuse(HandleRequestContext<RemoteAuthenticationOptions> context, string why, Exception? fault)
    {
        context.HandleResponse();
        Actor.Current = Actor.Of(context.HttpContext);
        // Never its message: that may hold the token.
        await context.HttpContext.RequestServices.GetRequiredService<OidcPeople>().Refused($"{why} ({string.Join(", ", Chain(fault).Select(one => one.GetType().Name))})", context.HttpContext);
        context.Response.Redirect($"/login?refused={why}");
    }

    /// <summary>A word that the sign-in page has a sentence for.</summary>
    static string Reason(Exception? fault) => Chain(fault).Select(one => one switch
    {
        SecurityTokenInvalidIssuerException => "provider-issuer",
        SecurityTokenInvalidAudienceException => "provider-audience",
        SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => "provider-time",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidSigningKeyException => "provider-signature",
        OpenIdConnectProtocolInvalidNonceException => "provider-nonce",
        OpenIdConnectProtocolException => "provider-answer",
        HttpRequestException or TaskCanceledException or IOException => "provider-away",
        _ => null,
    }).FirstOrDefault(word => word is not null) ?? "provider-browser";

    static IEnumerable<Exception> Chain(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException) yield return fault;
    }
}
