using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.NewBuild;
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
        var credentials = routes.MapGroup("/api/git-credentials").WithTags("Git credentials").Needs(Right.Account);
        credentials.MapGet("", (HttpContext http, ChangeCredentials change) => TypedResults.Ok(change.Of(http.User.PersonId()))).WithSummary("What opens private repositories for one's builds: one's own, and everybody's; without the secrets");
        credentials.MapPost("", async (NewGitCredential wanted, HttpContext http, ChangeCredentials change) =>
        {
            var (made, why) = await change.Add(wanted, http.User, http.RequestAborted);
            return made is null ? why!.AsResult() : Results.Created($"/api/git-credentials/{made.Id}", made);
        })
            .Produces<GitCredentialDetails>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).WithSummary("Give what opens the private repositories at an address, for one's own builds or everybody's");
        credentials.MapDelete("{id:long}", async (long id, HttpContext http, ChangeCredentials change) => await change.Remove(id, http.User, http.RequestAborted) is { } why ? why.AsResult() : Results.NoContent())
            .Produces(204).ProducesProblem(404).WithSummary("Take a credential back");
        routes.MapPost("/me/git-credentials/add", AddCredential).Needs(Right.Account).ExcludeFromDescription();
        routes.MapPost("/me/git-credentials/{id:long}/remove", RemoveCredential).Needs(Right.Account).ExcludeFromDescription();
        // (The page itself would take posts too.)
        routes.MapPost("/build-from-git", SubmitForm).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
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

    /// <summary>What is refused leads back to the page as it was filled in, with the sentence that says why.</summary>
    static async Task<IResult> SubmitForm(HttpContext http, IAntiforgery antiforgery, SubmitSource submit, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (git, fields) = (GitFields.Of(name => form[name]), NewBuildFields.Of(name => form[name]));
        var (options, bad) = fields.Options();
        var (priority, early) = fields.PriorityOf(http.User.May(Right.Release));
        switch ((bad ?? early) is { } why ? new Submitted.Refused(why) : await submit.Submit(git.Wanted(fields, options, priority), options, http.User.PersonId(), http.RequestAborted))
        {
            case Submitted.Queued queued: return Results.Redirect($"/builds/{queued.BuildId}");
            case Submitted.Refused refused:
                shown.Put(http.User.PersonId(), NewBuildForms.Said, refused.Why.Sentence);
                return Results.Redirect(git.Address(fields));
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    static async Task<IResult> AddCredential(HttpContext http, IAntiforgery antiforgery, ChangeCredentials change)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var wanted = new NewGitCredential(form["address"].ToString().Trim(), form["user"].ToString().Trim(), form["secret"].ToString(), form["everyone"] == "true");
        return (await change.Add(wanted, http.User, http.RequestAborted)).Why is { } why ? why.AsText() : Results.Redirect("/me/git-credentials");
    }

    static async Task<IResult> RemoveCredential(long id, HttpContext http, IAntiforgery antiforgery, ChangeCredentials change)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await change.Remove(id, http.User, http.RequestAborted) is { } why ? why.AsText() : Results.Redirect("/me/git-credentials");
    }
}
