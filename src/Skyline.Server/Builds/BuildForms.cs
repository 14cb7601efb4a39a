using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>What a build's page has buttons for, each a plain form's post that leads to a page: what API and command line do, by the same acts.</summary>
static class BuildForms
{
    public static void MapBuildForms(this IEndpointRouteBuilder routes)
    {
        var build = routes.MapGroup("/builds/{id:long}").ExcludeFromDescription();
        build.MapPost("rebuild", Rebuild).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build);
        build.MapPost("resubmit", Resubmit).Needs(Right.Build).LetsInNamed(Access.Build);
        build.MapPost("cancel", Cancel).Needs(Right.Build).LetsInNamed(Access.Build);
        build.MapPost("promote", Promote).Needs(Right.Promote).MayWait();
        build.MapPost("priority", Prioritise).Needs(Right.Release);
    }

    static async Task<IResult> Rebuild(long id, HttpContext http, IAntiforgery antiforgery, RebuildBuild rebuild)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (order, why) = form.ContainsKey("target") ? Order(form) : (new RebuildOrder(form["locked"] == "true"), null);
        return why is not null ? why.AsText() : LeadTo(await rebuild.Rebuild(id, order!, http.User.PersonId(), http.RequestAborted));
    }

    /// <summary>As the form with options says: a line a condition, a macro or a repository.</summary>
    static (RebuildOrder? Order, Refusal? Why) Order(IFormCollection form)
    {
        var (options, why) = CheckOptions.OfQuery(Lines("with"), Lines("without"), Lines("define"), form["nocheck"] == "true", Lines("repo"));
        return why is not null ? (null, why) : (new(false, form["target"].ToString() is { Length: > 0 } target ? target : null, options ?? new([], [], new Dictionary<string, string>(), false, []), form["scratch"] == "true"), null);

        string[] Lines(string name) => form[name].ToString().Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    static async Task<IResult> Resubmit(long id, HttpContext http, IAntiforgery antiforgery, ResubmitBuild resubmit) =>
        await http.PostedForm(antiforgery) is null ? SignInEndpoints.NotFromHere.AsText() : LeadTo(await resubmit.Resubmit(id, http.User.PersonId(), http.RequestAborted));

    static IResult LeadTo(Submitted outcome) => outcome switch
    {
        Submitted.Queued queued => Results.Redirect($"/builds/{queued.BuildId}"),
        Submitted.Refused refused => refused.Why.AsText(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static async Task<IResult> Cancel(long id, HttpContext http, IAntiforgery antiforgery, CancelBuild cancel, Database database)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return (WhyNotTheirs(id, http.User, database) ?? await cancel.Cancel(id, http.User.Identity!.Name!, http.RequestAborted)) is { } refusal ? refusal.AsText() : Results.Redirect($"/builds/{id}");
    }

    /// <summary>As of batches: a build is its owner's to cancel, and administrators'.</summary>
    public static Refusal? WhyNotTheirs(long id, ClaimsPrincipal caller, Database database) =>
        !caller.IsAdmin() && database.Read(db => db.One<long?>("SELECT owner_id FROM builds WHERE id = @id", new { id })) is { } owner && owner != caller.PersonId()
            ? new(403, $"Build {id} is another's; its owner or an administrator may cancel it.") : null;

    static async Task<IResult> Promote(long id, HttpContext http, IAntiforgery antiforgery, PromoteDraft promote)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        return await promote.Promote(id, http.User.PersonId(), http.RequestAborted) is { } refusal ? refusal.AsText() : Results.Redirect($"/builds/{id}");
    }

    static async Task<IResult> Prioritise(long id, HttpContext http, IAntiforgery antiforgery, SetPriority set)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (!int.TryParse(form["priority"], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)) return new Refusal(400, $"A priority is a number from {Priorities.First} to {Priorities.Last}; the lower goes first.").AsText();
        return await set.Set(id, new BuildEdit(priority), http.RequestAborted) is { } refusal ? refusal.AsText() : Results.Redirect($"/builds/{id}");
    }
}
