using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's external repositories: what is added is under way until it is asked after, and then as the test says.</summary>
sealed class StandInExternals
{
    public List<NewExternal> Added { get; } = [];

    public List<ExternalDetails> All { get; } = [];

    public Dictionary<string, TagExternal> OfTag { get; } = [];

    public List<string> Refreshed { get; } = [];

    /// <summary>What becomes of a refresh; null: it is pinned.</summary>
    public string? Fault { get; set; }

    public static ExternalDetails Sample(string name, ExternalKind kind = ExternalKind.BaseUrl, string url = "https://example.org/repo/") => new(
        name, kind, url, 99, null, null, false, [], [], [new("x86_64", null, 0, null, null, null, Refreshing: true, $"/external/{name}/x86_64/")], []);

    public void Map(WebApplication app)
    {
        app.MapGet("/api/externals", context => context.Response.WriteAsJsonAsync([.. All.Select(known => new ExternalSummary(known.Name, known.Kind, known.Url, known.Priority, known.Chroot, known.Arches))], SkylineJson.Default.IReadOnlyListExternalSummary));
        app.MapPost("/api/externals", async context =>
        {
            var wanted = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.NewExternal))!;
            Added.Add(wanted);
            All.Add(Sample(wanted.Name, wanted.Kind, wanted.Url));
            await context.Response.WriteAsJsonAsync(All[^1], SkylineJson.Default.ExternalDetails);
        });
        app.MapGet("/api/externals/{name}", Show);
        app.MapPost("/api/externals/{name}/refresh", context =>
        {
            Refreshed.Add((string)context.Request.RouteValues["name"]!);
            context.Response.StatusCode = 202;
            return Task.CompletedTask;
        });
        app.MapDelete("/api/externals/{name}", context =>
        {
            All.RemoveAll(known => known.Name == (string)context.Request.RouteValues["name"]!);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        app.MapGet("/api/tags/{tag}/externals", context => context.Response.WriteAsJsonAsync([.. OfTag.Values], SkylineJson.Default.IReadOnlyListTagExternal));
        app.MapPost("/api/tags/{tag}/externals", async context =>
        {
            var wanted = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.TagExternal))!;
            OfTag[wanted.Name] = wanted;
            context.Response.StatusCode = 204;
        });
        app.MapDelete("/api/tags/{tag}/externals/{name}", context =>
        {
            OfTag.Remove((string)context.Request.RouteValues["name"]!);
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
    }

    Task Show(HttpContext context)
    {
        var at = All.FindIndex(known => known.Name == (string)context.Request.RouteValues["name"]!);
        if (at < 0) return StandInServer.Refuse(context, 404, "There is no such external repository.");
        var now = All[at];
        var hash = new string('c', 64);
        // Who asks again finds it done.
        All[at] = now with
        {
            Arches = [now.Arches[0] with { Refreshing = false, Fault = Fault, State = Fault is null ? hash : null }],
            States = Fault is null ? [new("x86_64", hash, new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), 70_000, 31_000_000, null, $"/external/{now.Name}/@{hash}/x86_64/")] : [],
        };
        return context.Response.WriteAsJsonAsync(now, SkylineJson.Default.ExternalDetails);
    }
}
