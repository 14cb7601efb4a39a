using System.Security.Claims;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Batches;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

static class ChainEndpoints
{
    public static void MapChains(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/api/sources").WithTags("Chains").Needs(Right.Build).LetsInNamed(Access.Build);
        sources.MapGet("{sha256}", async (string sha256, ClaimsPrincipal caller, KeepSource keep, CancellationToken ct) =>
            IsSha256(sha256) ? Results.Ok(await keep.State(sha256, caller.PersonId(), ct)) : NoSha256(sha256).AsResult())
            .Produces<SourceState>().ProducesProblem(400).WithSummary("Whether a source package is here, or how much of it has come");
        sources.MapPut("{sha256}", async (string sha256, string? name, long? offset, HttpContext http, KeepSource keep) => !IsSha256(sha256) ? NoSha256(sha256).AsResult()
            : Answer(await keep.Take(http.UnhurriedBody(), sha256, name ?? "", offset ?? 0, http.User, http.RequestAborted)))
            .TakesBytes("The source package, from the offset on").Produces<SourceState>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(416).ProducesProblem(429).ProducesProblem(507)
            .IsNoChange("what is sent ahead changes nothing until something is built of it").WithSummary("Send a source package ahead, on from what has come of it; it is kept for a chain");
        sources.MapPost("", async (string? name, HttpContext http, KeepSource keep) => Answer(await keep.Take(http.UnhurriedBody(), name ?? "", http.User.PersonId(), http.User, http.RequestAborted)))
            .TakesBytes("The source package").Produces<SourceState>().ProducesProblem(400).ProducesProblem(413).ProducesProblem(429).ProducesProblem(507).IsNoChange("what is sent ahead changes nothing until something is built of it").WithSummary("Send a source package ahead, in one piece; it is kept for a chain");

        var chains = routes.MapGroup("/api/chains").WithTags("Chains");
        chains.MapPost("", Start).Needs(Right.Build).LetsInNamed(Access.Build).Produces<BatchDetails>(201).Produces<ChainPlan>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Build source packages in an order; with preview=true only show it. The chain is a batch: see /api/batches");
        chains.MapGet("{batch:long}/plan", (long batch, Database database) => database.Read(db => KeptPlan(db, batch)) is { } plan ? Results.Ok(plan) : new Refusal(404, $"There is no chain {batch}.").AsResult()).Needs(Right.Read)
            .Produces<ChainPlan>().ProducesProblem(404).WithSummary("Why a chain's builds are in their order");
    }

    public static ChainPlan? KeptPlan(System.Data.IDbConnection db, long batch) =>
        db.One<string>("SELECT plan FROM chain_plans WHERE batch_id = @batch", new { batch }) is { } text ? JsonSerializer.Deserialize(text, SkylineJson.Default.ChainPlan) : null;

    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    static Refusal NoSha256(string text) => new(400, $"'{text}' is no SHA-256: 64 digits and letters from a to f.");

    static IResult Answer(Kept kept) => kept switch
    {
        Kept.Whole whole => Results.Ok(whole.State),
        Kept.Refused refused => refused.Why.AsResult(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static async Task<IResult> Start(NewChain wanted, bool? preview, ClaimsPrincipal caller, StartChain start, Database database, CancellationToken ct) =>
        await start.Start(wanted, preview ?? false, caller.PersonId(), ct) switch
        {
            ChainBegun.Planned planned => Results.Ok(planned.Plan),
            ChainBegun.Started started => Results.Created($"/api/batches/{started.Batch}", database.Read(db => ShowBatch.Find(db, started.Batch))),
            ChainBegun.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
