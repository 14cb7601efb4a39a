using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Skyline.Server.ClientCertificates;
using Skyline.Server.Shell;

namespace Skyline.Server.People;

/// <summary>
/// Reads `Authorization: Bearer sky_…` and says who it is: a person or a builder, never both; where repositories are served, a token that is
/// sent as a password too (<see cref="RepoSignIn"/>). Away from the API a browser's cookie will
/// do, for people: whatever such a request changes must bring the page's own antiforgery token too. Who shows neither may be known by the
/// certificate of their connection, where that is set.
/// </summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KnownCallers callers, IServiceProvider services)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "Token";

    readonly ClientAuthorities? authorities = services.GetService<ClientAuthorities>();
    string? whyNobody;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && RepoSignIn.IsFor(Request)) return Task.FromResult(Owned(RepoSignIn.PasswordOf(header["Basic ".Length..]) is { } password ? callers.Find(password) : null));
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return Task.FromResult(Owned(callers.Find(header["Bearer ".Length..].Trim())));
        if (SignInCookie.Of(Request) is not { } kept) return Task.FromResult(Certified());
        return Task.FromResult(Owned(callers.FindSession(kept)));
    }

    AuthenticateResult Owned(ClaimsPrincipal? owner) => owner is null
        ? AuthenticateResult.Fail("unknown token")
        : AuthenticateResult.Success(new AuthenticationTicket(owner, Scheme.Name));

    AuthenticateResult Certified()
    {
        if (authorities is null || Context.Connection.ClientCertificate is not { } certificate) return AuthenticateResult.NoResult();
        (var owner, whyNobody) = Request.IsFromElsewhere() ? (null, "Your certificate counts for nothing here, for another site's page sent this.") : authorities.Find(certificate);
        return Owned(owner);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (IsPage)
        {
            Response.Redirect($"/login?back={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
            return Task.CompletedTask;
        }
        if (RepoSignIn.IsFor(Request))
        {
            Response.Headers.WWWAuthenticate = RepoSignIn.Challenge;
            return RepoSignIn.Refusal.AsResult().ExecuteAsync(Context);
        }
        return new Refusal(401, whyNobody ?? "This needs a token: `skyline login` keeps one, or send the header `Authorization: Bearer …`. The first start wrote one to admin.token in the data folder.").AsResult().ExecuteAsync(Context);
    }

    /// <summary>Somebody looks at it, and can sign in.</summary>
    bool IsPage => HttpMethods.IsGet(Request.Method) && !Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (IsPage && Context.User.Identity is CallerIdentity { OwesSecond: true })
        {
            Response.Redirect("/me/second-factor");
            return Task.CompletedTask;
        }
        var mayNot = Caller.MayNot(Context.User, Context.GetEndpoint()?.Metadata.GetOrderedMetadata<NeedsAttribute>().Select(needs => needs.Right) ?? []);
        return (RefusedForm.IsRead(Context) ? new RefusedForm(mayNot) : mayNot.AsResult()).ExecuteAsync(Context);
    }
}

/// <summary>Who a request is from.</summary>
static class Caller
{
    public const string Person = "person", Builder = "builder";

    public static long PersonId(this ClaimsPrincipal caller) => ((CallerIdentity)caller.Identity!).PersonId!.Value;

    public static long BuilderId(this ClaimsPrincipal caller) => ((CallerIdentity)caller.Identity!).BuilderId!.Value;

    public static bool IsPerson(this ClaimsPrincipal caller) => caller.Identity is CallerIdentity { PersonId: not null };

    public static bool May(this ClaimsPrincipal caller, Right right) => caller.Identity is CallerIdentity known && known.May.HasFlag(right);

    public static bool IsAdmin(this ClaimsPrincipal caller) => caller.May(Right.Administer);

    /// <summary>Why somebody who is known may not do what needs these: what is missing, and who gives it.</summary>
    public static Refusal MayNot(ClaimsPrincipal caller, IEnumerable<Right> needed)
    {
        var (known, right) = ((CallerIdentity)caller.Identity!, needed.FirstOrDefault(right => !caller.May(right)));
        if (known.BuilderId is not null || right is Right.Work or Right.None) return new(403, $"'{known.Name}' may not do this: people's tokens submit and administer, builders' tokens build.");
        if (known.OwesSecond) return new(403, $"Who is {Rights.Who(known.Role!)} signs in here with two factors: set up the second on the page /me/second-factor.");
        if (Rights.OfRole(known.Role!).HasFlag(right))
            return new(403, $"This token of '{known.Name}' is for {known.Scopes!.Replace(" ", ", ", StringComparison.Ordinal)}, and this needs '{Rights.Scopes.First(scope => scope.May.HasFlag(right)).Word}': make one that is for it too with `skyline token create`.");
        var least = Rights.Roles.First(role => role.May.HasFlag(right));
        return new(403, $"'{known.Name}' is {Rights.Who(known.Role!)}, and this is for {least.Who}{(least.Role == Role.Admin ? "" : " or more")}: an administrator gives roles with `skyline person set {known.Name} --role {least.Word}`.");
    }

    public static void AddCallers(this IServiceCollection services, SkylineSettings settings)
    {
        services.AddAuthentication(TokenAuthentication.Scheme_).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme_, null);
        services.AddSingleton<KnownCallers>();
        services.AddRights(settings);
    }
}
