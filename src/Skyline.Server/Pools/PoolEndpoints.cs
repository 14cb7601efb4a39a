using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

static class PoolEndpoints
{
    public static void MapPools(this IEndpointRouteBuilder routes)
    {
        // Who calls this shows a pool's token in what it sends, and is nobody before it has joined.
        routes.MapPost("/api/builders/join", async (JoiningBuilder wanted, HttpContext http, JoinPool join) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (builder, why) = await join.Join(wanted, http.RequestAborted);
            return builder is not null ? Results.Ok(builder) : why!.AsResult();
        }).Needs(Right.Enter).WithTags("Pools").Produces<EnrolledBuilder>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).WithSummary("Join a pool with its token; the answer holds the builder's own");
        var pools = routes.MapGroup("/api/pools").WithTags("Pools");
        pools.MapGet("", (Database database) => Results.Ok(database.Read(db => (IReadOnlyList<PoolDetails>)[.. Pool.All(db).Select(pool => pool.OnTheWire(db))]))).Needs(Right.Read)
            .Produces<IReadOnlyList<PoolDetails>>().WithSummary("Pools: how many builders each has and shall have, and why");
        pools.MapPost("", async (NewPool wanted, HttpContext http, WritePool write) => Secret(http, await write.Create(wanted, http.RequestAborted), made => Results.Created($"/api/pools/{made.Pool.Name}", made)))
            .Needs(Right.Administer).Produces<MadePool>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Make a pool; the answer holds its token");
        pools.MapGet("{name}", Show).Needs(Right.Read).Produces<PoolDetails>().ProducesProblem(404).WithSummary("One pool");
        pools.MapPatch("{name}", async (string name, PoolEdit edit, WritePool write, Database database, CancellationToken ct) => await write.Edit(name, edit, ct) is { } why ? why.AsResult() : Show(name, database))
            .Needs(Right.Administer).Produces<PoolDetails>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Change how large a pool may be, and what its builders are made after");
        pools.MapDelete("{name}", async (string name, WritePool write, CancellationToken ct) => Done(await write.Remove(name, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Remove a pool that has no builders");
        pools.MapPost("{name}/token", async (string name, HttpContext http, WritePool write) => Secret(http, await write.NewToken(name, http.RequestAborted), Results.Ok))
            .Needs(Right.Administer).Produces<MadePool>().ProducesProblem(404).WithSummary("Give a pool another token, in place of the one that it had; builders that have joined stay");
        pools.MapDelete("{name}/token", async (string name, WritePool write, CancellationToken ct) => Done(await write.RevokeToken(name, ct)))
            .Needs(Right.Administer).Produces(204).ProducesProblem(404).WithSummary("Let nobody join a pool any more; builders that have joined stay");
    }

    static IResult Show(string name, Database database) => database.Read(db => Pool.Find(db, name)?.OnTheWire(db)) is { } pool ? Results.Ok(pool) : Pool.None(name).AsResult();

    static IResult Done(Refusal? why) => why is null ? Results.NoContent() : why.AsResult();

    /// <summary>It is kept nowhere.</summary>
    static IResult Secret(HttpContext http, (MadePool? Pool, Refusal? Why) outcome, Func<MadePool, IResult> answer)
    {
        http.Response.Headers.CacheControl = "no-store";
        return outcome.Pool is { } made ? answer(made) : outcome.Why!.AsResult();
    }
}
