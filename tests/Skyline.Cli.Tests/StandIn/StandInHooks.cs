using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's hooks, and what came to them.</summary>
sealed class StandInHooks
{
    static readonly DateTimeOffset day = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public List<NewHook> Made { get; } = [];
    public List<HookEdit> Edits { get; } = [];
    public List<RotateHook> Rotated { get; } = [];
    public List<string> Asked { get; } = [];

    static HookDetails Hook(NewHook? made = null) => new(
        made?.Name ?? "hello", made?.Forge ?? Forge.GitHub, made?.Url ?? "https://github.com/rpms/hello", made?.Target ?? "fedora-43", null, made?.Subdirectory ?? "", made?.Branches ?? ["main"], made?.Tags ?? [], made?.Paths ?? [], made?.PullRequests ?? PullRequestsOf.Members,
        made?.Scratch ?? false, "alice", "https://build.example.org/hooks/0123", made?.ForgeToken is not null, made?.Api, day, null, 0, 3, day, null, null);

    public void Map(WebApplication app)
    {
        app.MapGet("/api/hooks", context => context.Response.WriteAsJsonAsync([Hook()], SkylineJson.Default.IReadOnlyListHookDetails));
        app.MapGet("/api/hooks/{name}", context => context.Response.WriteAsJsonAsync(Hook(), SkylineJson.Default.HookDetails));
        app.MapPost("/api/hooks", async context =>
        {
            Made.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewHook))!);
            await context.Response.WriteAsJsonAsync(new AddedHook(Hook(Made[^1]), Made[^1].Secret is null ? "s3cret" : null), SkylineJson.Default.AddedHook);
        });
        app.MapPatch("/api/hooks/{name}", async context =>
        {
            Edits.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.HookEdit))!);
            await context.Response.WriteAsJsonAsync(Hook(), SkylineJson.Default.HookDetails);
        });
        app.MapPost("/api/hooks/{name}/rotate", async context =>
        {
            Rotated.Add((await context.Request.ReadFromJsonAsync(SkylineJson.Default.RotateHook))!);
            await context.Response.WriteAsJsonAsync(new AddedHook(Hook(), "an0ther"), SkylineJson.Default.AddedHook);
        });
        app.MapGet("/api/hooks/{name}/deliveries", context => context.Response.WriteAsJsonAsync(
            new HookDeliveryPage([new(9, day, "f626", 1, "pull request 7 was opened", DeliveryOutcome.Held, "Pull request 7 is by \u001b[31mstranger.", new string('a', 40), null)], null), SkylineJson.Default.HookDeliveryPage));
        app.MapPost("/api/hooks/{name}/deliveries/{id}/build", context =>
        {
            Asked.Add($"build {context.Request.RouteValues["id"]}");
            return context.Response.WriteAsJsonAsync(new HookDelivery(9, day, null, 0, "pull request 7 was opened", DeliveryOutcome.Built, "Commit aaaaaaaaaaaa of pull request 7 is scratch build 12.", new string('a', 40), 12), SkylineJson.Default.HookDelivery);
        });
        app.MapDelete("/api/hooks/{name}", context =>
        {
            Asked.Add($"remove {context.Request.RouteValues["name"]}");
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
    }
}
