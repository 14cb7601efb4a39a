using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Skyline.Server.Tests.Oidc;

/// <summary>A provider of OpenIddict's on loopback, without a database: whoever comes is whom the test says. (Its keys are made here: those that it would make itself take seconds.)</summary>
sealed class RealProvider : IAsyncDisposable
{
    public const string Client = "skyline", Secret = "a secret of the client's";

    static readonly ECDsaSecurityKey signing = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };
    static readonly SymmetricSecurityKey sealing = new(RandomNumberGenerator.GetBytes(32));

    WebApplication? app;

    public string Address => app!.Urls.First();

    public string Subject { get; set; } = "0001";
    public string? Name { get; set; } = "Alice@example.org";
    public string[] Groups { get; set; } = [];

    public static async Task<RealProvider> Open()
    {
        var (provider, builder) = (new RealProvider(), WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]));
        builder.Logging.ClearProviders();
        builder.Services.AddOpenIddict().AddServer(provider.Describe);
        provider.app = builder.Build();
        provider.app.UseAuthentication();
        await provider.app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    void Describe(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token").SetUserInfoEndpointUris("connect/userinfo");
        server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().RegisterScopes("openid", "profile");
        server.AddSigningKey(signing).AddEncryptionKey(sealing).EnableDegradedMode().UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.RedirectUri?.EndsWith("/login/oidc/callback", StringComparison.Ordinal) != true) context.Reject(Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Client || context.ClientSecret != Secret) context.Reject(Errors.InvalidClient);
            return default;
        }));
        server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            var identity = new ClaimsIdentity("provider", Claims.Name, Claims.Role);
            identity.SetClaim(Claims.Subject, Subject).SetClaim(Claims.PreferredUsername, Name).SetClaims("groups", [.. Groups]);
            identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
            context.Principal = new ClaimsPrincipal(identity);
            context.Principal.SetScopes(context.Request!.GetScopes());
            return default;
        }));
    }

    public ValueTask DisposeAsync() => app!.DisposeAsync();
}
