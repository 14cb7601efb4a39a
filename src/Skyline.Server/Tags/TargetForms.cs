using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>The forms of the targets' page.</summary>
static class TargetForms
{
    public static void MapTargetForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/targets", Create).WithOrder(-1).Needs(Right.Release).ExcludeFromDescription();
        routes.MapPost("/targets/{name}/edit", Edit).Needs(Right.Release).ExcludeFromDescription();
        routes.MapPost("/targets/{name}/remove", Remove).Needs(Right.Tag).ExcludeFromDescription();
    }

    static async Task<IResult> Create(HttpContext http, IAntiforgery antiforgery, CreateTarget create, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var wanted = new NewTarget(form["name"].ToString().Trim(), form["buildTag"].ToString().Trim(), form["destination"].ToString().Trim(), ChangeForm.Or(form, "channel"));
        var why = await create.Create(wanted, http.RequestAborted, http.User.PersonId());
        return told.Back(http, why is null ? "/targets" : "/targets?show=new", "create", form, why, [$"{wanted.Name}: builds with {wanted.BuildTag} into {wanted.DestinationTag}"]);
    }

    static async Task<IResult> Edit(string name, HttpContext http, IAntiforgery antiforgery, ChangeTarget change, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var edit = new TargetEdit(ChangeForm.Or(form, "channel"), ChangeForm.Or(form, "buildTag"), ChangeForm.Or(form, "destination"));
        var why = await change.Edit(name, edit, http.User.PersonId(), http.RequestAborted);
        return told.Back(http, why is null ? "/targets" : $"/targets?edit={Uri.EscapeDataString(name)}", "edit", form, why, [$"{name}: changed"]);
    }

    static async Task<IResult> Remove(string name, HttpContext http, IAntiforgery antiforgery, Database database, ChangeTarget change, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var why = database.Read(db => Target.Find(db, name) is { } target ? TagRights.WhyNotChange(db, http.User.PersonId(), target.DestinationTagId) : null) ?? await change.Remove(name, http.User.PersonId(), http.RequestAborted);
        // From the page of a tag that is to go, too.
        var page = form["back"].ToString() is { Length: > 0 } back ? SignInEndpoints.LocalPath(back) : "/targets";
        return told.Back(http, page, "target", form, why, [$"{name}: removed"]);
    }
}
