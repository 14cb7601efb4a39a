using Microsoft.AspNetCore.Http.Features;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>The builder's side of the API; Skyline.Protocol's BuilderContract tells it as a story.</summary>
static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/runs/{run:long}/log", (long run, HttpContext http, ReadLog log, long? offset, bool? follow, long? tail) => log.Read(run, http, Math.Max(0, offset ?? 0), follow ?? false, tail)).Needs(Right.Read)
            .WithTags("Runs").Produces<string>(200, "text/plain").ProducesProblem(404).WithSummary("A run's log: plain text, or server-sent events where the client accepts them");
        routes.MapGet("/api/runs/{run:long}/log/search", async (long run, string? q, SearchLog search, CancellationToken ct) => await search.Find(run, q, ct) is var (matches, refusal) && refusal is not null ? refusal.AsResult() : Results.Ok(matches)).Needs(Right.Read)
            .WithTags("Runs").Produces<LogMatches>().ProducesProblem(400).ProducesProblem(404).WithSummary("Which lines of a run's log have a text");
        routes.MapGet("/api/runs/{run:long}/log/place", async (long run, long? offset, long? line, SearchLog search, CancellationToken ct) => await search.Place(run, offset, line, ct) is var (place, refusal) && refusal is not null ? refusal.AsResult() : Results.Ok(place)).Needs(Right.Read)
            .WithTags("Runs").Produces<LogPlace>().ProducesProblem(400).ProducesProblem(404).WithSummary("The number and the beginning of a line of a run's log, by a byte in it or by its number");

        var runs = routes.MapGroup("/api/runs").Needs(Right.Work).IsNoChange(NoChange.Work).WithTags("Runs");
        runs.MapPost("lease", async (LeaseRequest request, HttpContext http, LeaseTask lease) =>
            {
                var answer = await lease.Lease(http.User.BuilderId(), request, http.RequestAborted);
                if (answer.Notice is { } notice) http.Response.Headers[BuilderContract.NoticeHeader] = Uri.EscapeDataString(notice);
                return answer.Why is { } why ? why.AsResult() : answer.Run is { } run ? Results.Ok(run) : Results.NoContent();
            }).WithSummary("Ask for work; held open until there is some").Produces<LeasedRun>().Produces(204).ProducesProblem(409);
        runs.MapPost("{run:long}/heartbeat", (long run, Heartbeat beat, HttpContext http, RenewLease renew) => !Enum.IsDefined(beat.Phase) ? throw new BadHttpRequestException("There is no such phase of a run.") : renew.Renew(run, http.User.BuilderId(), beat.Phase, http.RequestAborted))
            .WithSummary("Renew the lease").Produces<HeartbeatAnswer>().ProducesProblem(409);
        runs.MapGet("{run:long}/srpm", Srpm).WithSummary("The source package");
        runs.MapPost("{run:long}/sources", (long run, WantedFiles wanted, HttpContext http, RunSources sources) => sources.Want(run, http.User.BuilderId(), wanted, http.RequestAborted))
            .WithSummary("All that a source package needs from elsewhere; told once").Produces(204).ProducesProblem(400).ProducesProblem(409).ProducesProblem(422);
        runs.MapPost("{run:long}/sources/{number:long}", (long run, long number, HttpContext http, RunSources sources) => sources.Fetch(run, number, http.User.BuilderId(), http.RequestAborted))
            .WithSummary("Fetch a file of that list").Produces<FetchedFile>().ProducesProblem(409).ProducesProblem(422);
        runs.MapGet("{run:long}/sources/{number:long}", (long run, long number, HttpContext http, RunSources sources) => sources.Serve(run, number, http.User.BuilderId())).WithSummary("A file of that list, once it was fetched");
        runs.MapPost("{run:long}/log", AppendLog).WithSummary("A piece of the log").TakesBytes("The piece, from the offset on").Produces<LogReceipt>().ProducesProblem(409);
        runs.MapPut("{run:long}/files/{file}", (long run, string file, string sha256, long? offset, HttpContext http, ReceiveFile receive) =>
            {
                http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                return receive.Receive(run, file, sha256, Math.Max(0, offset ?? 0), http);
            }).WithSummary("A result, or the rest of it").TakesBytes("The package, from the offset on").Produces<ResultFile>().ProducesProblem(400).ProducesProblem(409).ProducesProblem(416);
        runs.MapGet("{run:long}/files/{file}", (long run, string file, string sha256, HttpContext http, ReceiveFile receive) => receive.State(run, http.User.BuilderId(), file, sha256, http.RequestAborted))
            .WithSummary("How far a result has come").Produces<UploadState>().ProducesProblem(409);
        runs.MapPost("{run:long}/report", (long run, RunReport report, HttpContext http, ReportRun take) => take.Report(run, http.User.BuilderId(), report, http.RequestAborted))
            .WithSummary("The run's end").Produces(204).ProducesProblem(400).ProducesProblem(409);
    }

    static IResult Srpm(long run, HttpContext http, Database database, Blobs blobs) =>
        database.Read(db => HeldRun.Of(db, run, http.User.BuilderId())) is { IsOpen: true } held
            ? Results.File(blobs.PathOf(held.SrpmSha256), "application/x-rpm", held.SrpmFile, enableRangeProcessing: true)
            : HeldRun.NotYours(run).AsResult();

    static async Task<IResult> AppendLog(long run, long offset, HttpContext http, Database database, RunLog logs) =>
        database.Read(db => HeldRun.Of(db, run, http.User.BuilderId())) is { IsOpen: true }
            ? TypedResults.Ok(new LogReceipt(await logs.Append(run, offset, http.Request.Body, http.RequestAborted)))
            : HeldRun.NotYours(run).AsResult();
}
