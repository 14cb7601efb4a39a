using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's people and the tokens of who asks.</summary>
sealed class StandInPeople
{
    static readonly DateTimeOffset day = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static readonly TeamDetails Kernel = new("kernel", "", [new("ann", true), new("bob\u001b", false)], ["umbra"], day);

    static readonly TagAccess Access = new("umbra", null, true, true, [new TagGrant("ann", null, ["build", "tag"]), new TagGrant(null, "kernel", ["read"])]);

    Task Answer(HttpContext context, string what)
    {
        Teams.Add($"{what} {context.Request.RouteValues.GetValueOrDefault("person")}".Trim());
        return context.Response.WriteAsJsonAsync(Kernel, SkylineJson.Default.TeamDetails);
    }

    Task Gone(HttpContext context, string what)
    {
        Teams.Add($"{what} {context.Request.RouteValues.GetValueOrDefault("person")}".Trim());
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }


    public List<PersonEdit> Edits { get; } = [];

    public List<NewToken> Made { get; } = [];

    public List<string> Revoked { get; } = [];

    public List<NewInvitation> Invited { get; } = [];

    public List<PasswordLogin> Logins { get; } = [];

    public List<NewToken> Asked { get; } = [];

    /// <summary>How often a login by browser is asked after before somebody says yes.</summary>
    public int Asks { get; set; } = 1;

    public List<string> Teams { get; } = [];

    public List<TagGrantEdit> Grants { get; } = [];

    public void Map(WebApplication app)
    {
        app.MapPost("/api/login", async context =>
        {
            Logins.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.PasswordLogin))!);
            var needed = Logins[^1] is { Name: "careful", Code: null };
            await context.Response.WriteAsJsonAsync(new PasswordLoginAnswer(needed, needed ? null : new AddedToken(1, Logins[^1].Token.Name, StandInServer.Token, ["all"])), SkylineJson.Default.PasswordLoginAnswer);
        });
        app.MapPost("/api/login/device", async context =>
        {
            Asked.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.DeviceLogin))!.Token);
            await context.Response.WriteAsJsonAsync(new DeviceCode("BCDF-GHJK", "https://build.example.org/device", "sky_secret", day), SkylineJson.Default.DeviceCode);
        });
        app.MapPost("/api/login/device/answer", async context =>
        {
            if ((await context.Request.ReadFromJsonAsync(SkylineJson.Default.DeviceQuestion))!.Secret != "sky_secret" || Asks-- > 0) context.Response.StatusCode = 204;
            else await context.Response.WriteAsJsonAsync(new AddedToken(1, "login", StandInServer.Token, ["all"]), SkylineJson.Default.AddedToken);
        });
        app.MapDelete("/api/people/{name}/second-factor", context =>
        {
            Revoked.Add("second factor of " + context.Request.RouteValues["name"]);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        app.MapGet("/api/teams", context => context.Response.WriteAsJsonAsync([Kernel], SkylineJson.Default.IReadOnlyListTeamDetails));
        app.MapPost("/api/teams", context => Answer(context, "made"));
        app.MapPut("/api/teams/{team}/members/{person}", async context => await Answer(context, (await context.Request.ReadFromJsonAsync(SkylineJson.Default.TeamPlace))!.Leads ? "lead" : "in"));
        app.MapDelete("/api/teams/{team}/members/{person}", context => Gone(context, "out"));
        app.MapDelete("/api/teams/{team}", context => Gone(context, "removed"));
        app.MapGet("/api/tags/{tag}/access", context => context.Response.WriteAsJsonAsync(Access, SkylineJson.Default.TagAccess));
        app.MapPost("/api/tags/{tag}/access", async context =>
        {
            Grants.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.TagGrantEdit))!);
            await context.Response.WriteAsJsonAsync(Access, SkylineJson.Default.TagAccess);
        });
        app.MapGet("/api/people", context => context.Response.WriteAsJsonAsync([new PersonDetails("alice", "admin", false, day, 2, day), new PersonDetails("bob", "packager", true, day, 0)], SkylineJson.Default.IReadOnlyListPersonDetails));
        app.MapPatch("/api/people/{name}", async context =>
        {
            Edits.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.PersonEdit))!);
            await context.Response.WriteAsJsonAsync(new PersonDetails((string)context.Request.RouteValues["name"]!, Edits[^1].Role ?? "packager", Edits[^1].Disabled ?? false, day, 1), SkylineJson.Default.PersonDetails);
        });
        app.MapPost("/api/invitations", async context =>
        {
            Invited.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewInvitation))!);
            await context.Response.WriteAsJsonAsync(new Invitation("https://build.example.org/invitation/sky_once", day), SkylineJson.Default.Invitation);
        });
        app.MapGet("/api/tokens", context => context.Response.WriteAsJsonAsync([new TokenDetails(1, "first", ["all"], day), new TokenDetails(7, "nightly", ["read", "build"], day, day.AddDays(90))], SkylineJson.Default.IReadOnlyListTokenDetails));
        app.MapPost("/api/tokens", async context =>
        {
            Made.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewToken))!);
            await context.Response.WriteAsJsonAsync(new AddedToken(7, Made[^1].Name, "sky_new", Made[^1].Scopes), SkylineJson.Default.AddedToken);
        });
        app.MapDelete("/api/tokens/{id}", context =>
        {
            Revoked.Add((string)context.Request.RouteValues["id"]!);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
    }
}
