using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>Locks, rebuilds and comparisons as the test wants them answered.</summary>
sealed class StandInAgain(StandInBuilds builds)
{
    public ConcurrentQueue<(long Build, RebuildOrder Order)> Orders { get; } = new();

    public BuildLock Lock { get; set; } = new(17, 5017, "x86_64", "testos-1", "cafe", 0, []);

    public BuildComparison Comparison { get; set; } = new(17, 18, true, [], [], 1, []);

    public Dictionary<string, byte[]> Files { get; } = [];

    public void Map(WebApplication app)
    {
        app.MapPost("/api/builds/{id:long}/rebuild", async (long id, HttpContext context) =>
        {
            var order = (await context.Request.ReadFromJsonAsync(SkylineJson.Default.RebuildOrder))!;
            Orders.Enqueue((id, order));
            await context.Response.WriteAsJsonAsync(builds.Add(builds.Find(id)!.Nvr, scratch: true), SkylineJson.Default.BuildDetails);
        });
        app.MapGet("/api/builds/{id:long}/lock", (HttpContext context) => context.Request.Query["arch"] is [{ } arch] && arch != Lock.Arch
            ? StandInServer.Refuse(context, 404, $"Build 17 has no lock for {arch}.") : context.Response.WriteAsJsonAsync(Lock, SkylineJson.Default.BuildLock));
        app.MapGet("/api/builds/{before:long}/compare/{after:long}", (HttpContext context) => context.Response.WriteAsJsonAsync(Comparison, SkylineJson.Default.BuildComparison));
        app.MapGet("/api/builds/{id:long}/files/{file}", (long id, string file) => Results.Bytes(Files[string.Create(CultureInfo.InvariantCulture, $"{id}/{file}")]));
    }
}
