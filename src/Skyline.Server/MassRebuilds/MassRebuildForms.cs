using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Batches;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>The buttons of the pages: plain forms' posts, which lead to the mass rebuild.</summary>
static class MassRebuildForms
{
    public static void MapMassRebuildForms(this IEndpointRouteBuilder routes)
    {
        // (The pages themselves would take posts too.)
        routes.MapPost("/mass-rebuilds", Create).WithOrder(-1).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/plan-bump", StartBump).WithOrder(-1).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/mass-rebuilds/{id:long}/cancel", (long id, HttpContext http, IAntiforgery antiforgery, ChangeBatch change) => Act(id, http, antiforgery, (_, ct) => change.Cancel(id, http.User, ct))).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/mass-rebuilds/{id:long}/resume", (long id, HttpContext http, IAntiforgery antiforgery, ChangeBatch change) => Act(id, http, antiforgery, (_, ct) => change.Resume(id, http.User, ct))).Needs(Right.Build).ExcludeFromDescription();
        routes.MapPost("/mass-rebuilds/{id:long}/merge", (long id, HttpContext http, IAntiforgery antiforgery, MergeRebuild merge) => Act(id, http, antiforgery, async (person, ct) => (await merge.Run(id, force: false, preview: false, person, ct)).Why)).WithOrder(-1).Needs(Right.Promote).MayWait(Access.Promote).ExcludeFromDescription();
    }

    static async Task<IResult> Create(HttpContext http, IAntiforgery antiforgery, Database database, StartRebuild start, TimeProvider time)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var wanted = RebuildFields.Of(name => form[name]).Wanted;
        var (plan, why) = database.Read(db => PlanRebuild.Of(db, wanted, time.Stamp()));
        if (plan is null) return why!.AsText();
        var (terms, bad) = RebuildTerms.Of(wanted, plan.Title, time.GetUtcNow());
        return terms is null ? bad!.AsText() : Led(await start.Start(plan, terms, null, http.User.PersonId(), http.RequestAborted));
    }

    static async Task<IResult> StartBump(HttpContext http, IAntiforgery antiforgery, PlanSoname planner, StartRebuild start, TimeProvider time)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (!long.TryParse(form["build"], NumberStyles.None, CultureInfo.InvariantCulture, out var build)) return new Refusal(400, "A build is named by its number.").AsText();
        var (plan, why) = await StartBumpPlan.Begin(new(form["target"].ToString(), build, Start: true, Digest: form["digest"]), http.User.PersonId(), planner, start, time, http.RequestAborted);
        return plan is null ? why!.AsText() : Results.Redirect($"/mass-rebuilds/{plan.MassRebuild}");
    }

    static async Task<IResult> Act(long id, HttpContext http, IAntiforgery antiforgery, Func<long, CancellationToken, Task<Refusal?>> act)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await act(http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsText() : Results.Redirect($"/mass-rebuilds/{id}");
    }

    static IResult Led((long? Batch, Refusal? Why) outcome) => outcome.Batch is { } id ? Results.Redirect($"/mass-rebuilds/{id}") : outcome.Why!.AsText();
}
