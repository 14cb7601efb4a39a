using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Sources;

static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/builds/from-git", Submit).WithTags("Builds").Needs(Right.Build).LetsInNamed(Access.Build)
            .WithSummary("Build from Git: the server fetches the tree, a builder makes the source package of it, and that is built as any")
            .Produces<BuildDetails>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        // (The page itself would take posts too.)
        routes.MapPost("/build-from-git", SubmitForm).WithOrder(-1).Needs(Right.Build).ExcludeFromDescription();
    }

    static async Task<IResult> Submit(NewSourceBuild wanted, HttpContext http, SubmitSource submit, Database database, TimeProvider time)
    {
        var (options, why) = CheckOptions.Of(wanted.Options);
        if (why is not null) return why.AsResult();
        if (SetPriority.WhyNot(wanted.Priority ?? Priorities.Usual, http.User.May(Right.Release)) is { } early) return early.AsResult();
        return await submit.Submit(wanted, options, http.User.PersonId(), http.RequestAborted) switch
        {
            Submitted.Queued queued => TypedResults.Created($"/api/builds/{queued.BuildId}", database.Read(db => ShowBuild.Find(db, queued.BuildId, time.Stamp()))),
            Submitted.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<IResult> SubmitForm(HttpContext http, IAntiforgery antiforgery, SubmitSource submit)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        SourceMethod? method = Enum.TryParse<SourceMethod>(form["method"], out var named) ? named : null;
        var wanted = new NewSourceBuild(form["url"].ToString(), form["target"].ToString(), form["ref"].ToString().Trim(), form["subdirectory"].ToString().Trim(), method, form["scratch"] == "true");
        return await submit.Submit(wanted, null, http.User.PersonId(), http.RequestAborted) switch
        {
            Submitted.Queued queued => Results.Redirect($"/builds/{queued.BuildId}"),
            Submitted.Refused refused => refused.Why.AsText(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
