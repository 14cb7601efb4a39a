using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

static class ApprovalEndpoints
{
    public static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/approvals").WithTags("Approvals");
        all.MapGet("", (bool? waiting, long? before, int? limit, ShowApprovals show) => TypedResults.Ok(show.Page(waiting ?? false, before, Math.Clamp(limit ?? 50, 1, ShowApprovals.MostAtOnce)))).Needs(Right.Self)
            .WithSummary("What waits for a second person, or did, the newest first");
        all.MapGet("{id:long}", Show).Needs(Right.Self).Produces<ApprovalDetails>().ProducesProblem(404).WithSummary("One of them, and what it changes; with since and wait, as soon as it is another");
        all.MapGet("{id:long}/difference", async (long id, int? from, ShowApprovals show, CompareContent compare, CancellationToken ct) =>
            show.Find(id) is { } row ? Results.Ok(await compare.Of(row, Math.Max(0, from ?? 0), ct)) : ApprovalRow.None(id).AsResult())
            .Needs(Right.Self).Produces<ApprovalDifference>().ProducesProblem(404).WithSummary("What differs in the packages, against what is in the tag now: files, scriptlets, dependencies, spec, sources; some packages at a time");
        all.MapPost("{id:long}/approve", (long id, AgreeOrder order, HttpContext http, Agree agree, ShowApprovals show) => new PatientAnswer(async _ => Told(await agree.Run(id, order.Digest, http), id, http, show)))
            .Needs(Right.Build).LetsInNamed(Access.Build).Produces<ApprovalDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Agree to what has this digest, as a second person: it is done at once");
        all.MapPost("{id:long}/refuse", async (long id, RefuseOrder order, HttpContext http, Decline decline, ShowApprovals show) => Told(await decline.Refuse(id, order.Reason, (CallerIdentity)http.User.Identity!, http.RequestAborted), id, http, show))
            .Needs(Right.Build).LetsInNamed(Access.Build).Produces<ApprovalDetails>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Refuse it, and say why");
        all.MapPost("{id:long}/withdraw", async (long id, HttpContext http, Decline decline, ShowApprovals show) => Told(await decline.Withdraw(id, (CallerIdentity)http.User.Identity!, http.RequestAborted), id, http, show))
            .Needs(Right.Build).LetsInNamed(Access.Build).Produces<ApprovalDetails>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Take back what you asked for");
        routes.MapPost("/approvals/{id:long}/approve", async (long id, HttpContext http, Agree agree) => (await agree.Run(id, http.Field("digest"), http)).OrGoTo(Page(id))).Needs(Right.Build).LetsInNamed(Access.Build).IsForm();
        routes.MapPost("/approvals/{id:long}/refuse", async (long id, HttpContext http, Decline decline) => (await decline.Refuse(id, http.Field("reason"), (CallerIdentity)http.User.Identity!, http.RequestAborted)).OrGoTo(Page(id))).Needs(Right.Build).LetsInNamed(Access.Build).IsForm();
        routes.MapPost("/approvals/{id:long}/withdraw", async (long id, HttpContext http, Decline decline) => (await decline.Withdraw(id, (CallerIdentity)http.User.Identity!, http.RequestAborted)).OrGoTo(Page(id))).Needs(Right.Build).LetsInNamed(Access.Build).IsForm();
    }

    static async Task<IResult> Show(long id, long? since, double? wait, HttpContext http, ShowApprovals show, Bells bells, CancellationToken ct)
    {
        await bells.UntilChanged(Bells.Approvals, () => show.Find(id)?.Revision, since, wait, ct);
        return show.Details(id, http.User.Identity as CallerIdentity) is { } details ? Results.Ok(details) : ApprovalRow.None(id).AsResult();
    }

    static IResult Told(Refusal? why, long id, HttpContext http, ShowApprovals show) => why is null ? Results.Ok(show.Details(id, (CallerIdentity)http.User.Identity!)) : why.AsResult();

    static string Page(long approval) => $"/approvals/{approval}";
}
