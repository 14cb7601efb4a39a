using System.Data;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

static class BuilderEndpoints
{
    public static void MapBuilders(this IEndpointRouteBuilder routes)
    {
        var builders = routes.MapGroup("/api/builders").WithTags("Builders");
        builders.MapGet("", (Database database) => TypedResults.Ok(database.Read(All))).WithSummary("All builders");
        builders.MapPost("", async (NewBuilder wanted, HttpContext http, EnrolBuilder enrol) =>
            await enrol.Enrol(wanted, http.RequestAborted) is (var builder, var why) && why is null ? Results.Created($"/api/builders/{wanted.Name}", builder) : why!.AsResult())
            .RequireAuthorization(Caller.Admin).Produces<EnrolledBuilder>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Enrol a builder; the answer holds its token");
        builders.MapPost("{name}/enable", (string name, Database database, Bells bells, CancellationToken ct) => Set(name, true, database, bells, ct)).RequireAuthorization(Caller.Admin).Produces(204).WithSummary("Give a builder work again");
        builders.MapPost("{name}/disable", (string name, Database database, Bells bells, CancellationToken ct) => Set(name, false, database, bells, ct)).RequireAuthorization(Caller.Admin).Produces(204).WithSummary("Give a builder no more work; what it runs, it finishes");
    }

    static async Task<IResult> Set(string name, bool enabled, Database database, Bells bells, CancellationToken ct)
    {
        var changed = await database.Write(tx => tx.Execute("UPDATE builders SET enabled = @enabled WHERE name = @name", new { name, enabled }), ct);
        bells.Ring(Bells.Work);
        return changed == 0 ? new Refusal(404, $"There is no builder '{name}'.").AsResult() : Results.NoContent();
    }

    sealed record Row
    {
        public long Id { get; init; }
        public required string Name { get; init; }
        public required string Owner { get; init; }
        public bool Enabled { get; init; }
        public string? Version { get; init; }
        public string? Isolation { get; init; }
        public long? LastSeenAt { get; init; }
        public int Running { get; init; }
    }

    public static IReadOnlyList<BuilderSummary> All(IDbConnection db) => [.. db.All<Row>("""
        SELECT id AS Id, name AS Name, owner AS Owner, enabled AS Enabled, version AS Version, isolation AS Isolation, last_seen_at AS LastSeenAt,
          (SELECT count(*) FROM task_runs r WHERE r.builder_id = b.id AND r.state = 'Running') AS Running
        FROM builders b ORDER BY name
        """).Select(row => new BuilderSummary(row.Name, row.Owner, row.Enabled,
            db.All<string>("SELECT arch FROM builder_arches WHERE builder_id = @Id ORDER BY arch", row), row.Version, row.Isolation, row.LastSeenAt.ToTime(), row.Running))];
}
