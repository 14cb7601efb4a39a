using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Devices;

/// <summary>Logins of programs: with a password, or by somebody's yes on /device.</summary>
static class LoginEndpoints
{
    public static void MapLogins(this IEndpointRouteBuilder routes)
    {
        var logins = routes.MapGroup("/api/login").WithTags("People").Needs(Right.Enter);
        logins.MapPost("", async (PasswordLogin wanted, LoginForToken login, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return await login.Login(wanted, http) is (var answer, var why) && answer is not null ? Results.Ok(answer) : why!.AsResult();
        }).Produces<PasswordLoginAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(429).WithSummary("A token for a name, a password and, where one is asked for, a code");
        logins.MapPost("device", (DeviceLogin wanted, DeviceLogins devices, SkylineSettings settings, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (login, secret, why) = devices.Begin(wanted.Token, http);
            return login is null ? why!.AsResult() : Results.Ok(new DeviceCode(DeviceLogins.Shown(login.Code), $"{settings.AddressFor(http)}/device", secret!, DateTimeOffset.FromUnixTimeMilliseconds(login.Until)));
        }).Produces<DeviceCode>().ProducesProblem(400).ProducesProblem(429).WithSummary("Begin a login that somebody approves on the page /device");
        logins.MapPost("device/answer", async (DeviceQuestion question, DeviceLogins devices, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (token, why) = await devices.Await(question.Secret, http.RequestAborted);
            return token is not null ? Results.Ok(token) : why is null ? Results.NoContent() : why.AsResult();
        }).Produces<AddedToken>().Produces(204).ProducesProblem(403).ProducesProblem(410).WithSummary("The token, once somebody approved; 204: ask again");
        routes.MapPost("/device", Answer).WithOrder(-1).Needs(Right.Account).ExcludeFromDescription();
    }

    static async Task<IResult> Answer(HttpContext http, IAntiforgery antiforgery, DeviceLogins devices)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (devices.Find(form["code"].ToString()) is not { } login) return Results.Redirect("/device?done=unknown");
        if (form["act"] != "yes")
        {
            DeviceLogins.Deny(login);
            return Results.Redirect("/device?done=no");
        }
        return await devices.Approve(login, (CallerIdentity)http.User.Identity!, http.RequestAborted) is { } why ? why.AsText() : Results.Redirect("/device?done=yes");
    }
}
