using Skyline.Protocol;
using Skyline.Server.People;

namespace Skyline.Server.Health;

/// <summary>For machines what /health is for people. Whether the server is up at all is /healthz's, and anybody's.</summary>
static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/health", (ReadHealth health) => TypedResults.Ok(health.OnTheWire())).Needs(Right.Administer).WithTags("Keeping").WithSummary("How it stands with the server: each check with what it found and its cure");
}
