using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Chains;
using Skyline.Server.Finding;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

static class BuildEndpoints
{
    public static void MapBuilds(this IEndpointRouteBuilder routes)
    {
        var builds = routes.MapGroup("/api/builds").WithTags("Builds");
        builds.MapPost("", Submit).Needs(Right.Build).LetsInNamed(Access.Build)
            .WithSummary("Submit a source package: its bytes, streamed, or {url or sha256 (of one that was sent ahead), target, scratch, draft, options, arches, priority} as JSON; with preview=true, only whether that may be").TakesBytes("The source package")
            .Produces<BuildDetails>(201).Produces(204).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(507);
        builds.MapGet("", List).Needs(Right.Read)
            .WithSummary("Builds of which all holds that is asked (state, target, tag, package, owner, arch, kind, batch, since, until, q), the newest first or as sort says, a page at a time, forwards (before) and back (after)")
            .Produces<BuildPage>().ProducesProblem(400);
        builds.MapGet("{id:long}", Show).Needs(Right.Read).WithSummary("One build; with since and wait, as soon as it has changed").Produces<BuildDetails>().ProducesProblem(404);
        builds.MapPatch("{id:long}", Edit).Needs(Right.Release).WithSummary("Change the priority of a build that is not over").Produces<BuildDetails>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        builds.MapPost("{id:long}/resubmit", Resubmit).Needs(Right.Build).LetsInNamed(Access.Build)
            .WithSummary("The same source package again: what succeeded is taken over, what failed is built again").Produces<BuildDetails>(201).ProducesProblem(404).ProducesProblem(409);
        builds.MapPost("{id:long}/cancel", Cancel).Needs(Right.Build).LetsInNamed(Access.Build).WithSummary("Cancel a build that is not over").Produces(204).ProducesProblem(404).ProducesProblem(409);
        builds.MapPost("{id:long}/promote", async (long id, ClaimsPrincipal caller, PromoteDraft promote, Database database, TimeProvider time, CancellationToken ct) =>
            await promote.Promote(id, caller.PersonId(), ct) is { } refusal ? refusal.AsResult() : TypedResults.Ok(database.Read(db => ShowBuild.Find(db, id, time.Stamp()))))
            .Needs(Right.Promote).MayWait().Produces<BuildDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Make a draft the real build of its name, version and release");
        builds.MapGet("{before:long}/compare/{after:long}", async (long before, long after, CompareBuilds compare, CancellationToken ct) =>
            Compared(await compare.Compare(before, after, ct))).Needs(Right.Read)
            .WithSummary("How two builds' packages differ, down to header tag and file").Produces<BuildComparison>().ProducesProblem(404).ProducesProblem(409);
        builds.MapGet("{id:long}/files/{file}", BuildFile.Serve).Needs(Right.Read).WithSummary("A package that a build made").ProducesProblem(404);
    }

    static async Task<IResult> Submit(
        HttpContext http, SubmitBuild submit, FetchSource fetch, KeepSource kept, Database database, ForecastStarts forecast, TimeProvider time, string? target, bool? scratch, bool? draft, string? name,
        [FromQuery] string[]? with, [FromQuery] string[]? without, [FromQuery] string[]? define, bool? nocheck, [FromQuery] string[]? repo, [FromQuery] string[]? arch, int? priority, bool? preview)
    {
        var owner = http.User.PersonId();
        var from = http.Request.HasJsonContentType()
            ? await http.Request.ReadFromJsonAsync(SkylineJson.Default.BuildFromUrl, http.RequestAborted) ?? throw new BadHttpRequestException("The JSON names url or sha256, and target.") : null;
        var (options, why) = from is null ? CheckOptions.OfQuery(with, without, define, nocheck, repo) : CheckOptions.Of(from.Options);
        if (why is not null) return why.AsResult();
        if (SetPriority.WhyNot((from is null ? priority : from.Priority) ?? Priorities.Usual, http.User.May(Right.Release)) is { } early) return early.AsResult();
        if (from is not null && preview is true) return submit.Wanted(from, options, owner).Why is { } not ? not.AsResult() : TypedResults.NoContent();
        var outcome = from is { Sha256: not null } ? await FromKept(from, options, submit, kept, http.User, http.RequestAborted)
            : from is not null ? await FromUrl(from, options, submit, fetch, http.User, http.RequestAborted)
            : await submit.Submit(http.UnhurriedBody(), name ?? "", target ?? "", scratch ?? false, owner, http.RequestAborted, options, arch, priority ?? Priorities.Usual, draft ?? false, http.User);
        return outcome switch
        {
            Submitted.Queued queued => TypedResults.Created($"/api/builds/{queued.BuildId}", database.Read(db => ShowBuild.Find(db, queued.BuildId, time.Stamp(), forecast))),
            Submitted.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<Submitted> FromKept(BuildFromUrl from, BuildOptions? options, SubmitBuild submit, KeepSource kept, ClaimsPrincipal caller, CancellationToken ct)
    {
        if (!ChainEndpoints.IsSha256(from.Sha256!) || from.Url is { Length: > 0 }) return new Submitted.Refused(new(400, "A build is of an address or of a source package that was sent ahead, by its SHA-256: name one of the two."));
        return (await kept.State(from.Sha256!, caller.PersonId(), ct)).Kept ? await submit.SubmitKept(from, options, caller, ct) : new Submitted.Refused(KeepSource.NotHere(from.Sha256!));
    }

    static async Task<Submitted> FromUrl(BuildFromUrl from, BuildOptions? options, SubmitBuild submit, FetchSource fetch, ClaimsPrincipal caller, CancellationToken ct)
    {
        try
        {
            var (response, fileName) = await fetch.Open(from.Url ?? "", ct);
            using var opened = response;
            return await submit.Submit(await response.Content.ReadAsStreamAsync(ct), fileName, from.Target ?? "", from.Scratch, caller.PersonId(), ct, options, from.Arches, from.Priority ?? Priorities.Usual, from.Draft, caller);
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException)
        {
            return new Submitted.Refused(new Refusal(400, $"The source package could not be fetched: {fault.Message}"));
        }
    }

    static IResult List([AsParameters] AskedBuilds asked, FindBuilds find, long? before, long? after, int? limit) =>
        ReadFilter.Of(asked) is (var filter, var why) && why is not null ? why.AsResult() : TypedResults.Ok(find.Page(filter, before, after, Math.Clamp(limit ?? 50, 1, 500)));

    static async Task<IResult> Show(long id, Database database, Bells bells, ForecastStarts forecast, TimeProvider time, long? since, double? wait, CancellationToken ct)
    {
        await bells.UntilChanged(Bells.Build(id), () => database.Read(db => ShowBuild.Revision(db, id)) is >= 0 and var known ? known : null, since, wait, ct);
        return database.Read(db => ShowBuild.Find(db, id, time.Stamp(), forecast)) is { } build
            ? TypedResults.Ok(build)
            : new Refusal(404, $"There is no build {id}.").AsResult();
    }

    static async Task<IResult> Edit(long id, BuildEdit edit, SetPriority set, Database database, ForecastStarts forecast, TimeProvider time, CancellationToken ct) =>
        await set.Set(id, edit, ct) is { } refusal ? refusal.AsResult()
        : database.Read(db => ShowBuild.Find(db, id, time.Stamp(), forecast)) is { } build ? TypedResults.Ok(build) : new Refusal(404, $"There is no build {id}.").AsResult();

    static async Task<IResult> Resubmit(long id, ClaimsPrincipal caller, ResubmitBuild resubmit, Database database, TimeProvider time, CancellationToken ct) => await resubmit.Resubmit(id, caller.PersonId(), ct) switch
    {
        Submitted.Queued queued => TypedResults.Created($"/api/builds/{queued.BuildId}", database.Read(db => ShowBuild.Find(db, queued.BuildId, time.Stamp()))),
        Submitted.Refused refused => refused.Why.AsResult(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static IResult Compared((BuildComparison? Comparison, Refusal? Refusal) outcome) => outcome.Refusal?.AsResult() ?? TypedResults.Ok(outcome.Comparison);

    static async Task<IResult> Cancel(long id, ClaimsPrincipal caller, CancelBuild cancel, Database database, CancellationToken ct) =>
        (BuildForms.WhyNotTheirs(id, caller, database) ?? await cancel.Cancel(id, caller.Identity!.Name!, ct)) is { } refusal ? refusal.AsResult() : TypedResults.NoContent();
}
