using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>The forms of side tags' pages: plain posts, by the same acts as the API. A promotion leads to the tag that the builds have come into.</summary>
static class SideTagForms
{
    public static void MapSideTagForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/side-tags", Create).WithOrder(-1).Needs(Right.Tag).ExcludeFromDescription();
        routes.MapPost("/side-tags/{tag}/edit", Edit).Needs(Right.Tag).ExcludeFromDescription();
        routes.MapPost("/side-tags/{tag}/remove", Remove).Needs(Right.Tag).ExcludeFromDescription();
        routes.MapPost("/side-tags/{tag}/promote", Promote).Needs(Right.Promote).MayWait(Access.Promote).ExcludeFromDescription();
    }

    static string Page(string tag) => $"/side-tags/{Uri.EscapeDataString(TagAddress.Of(tag))}";

    static async Task<IResult> Create(HttpContext http, IAntiforgery antiforgery, CreateSideTag create, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (Days(form) is (null, { } bad)) return told.Back(http, "/side-tags?show=new", "create", form, bad);
        var target = form["target"].ToString().Trim();
        var (made, why) = await create.Create(target, http.User.PersonId(), new(ChangeForm.Or(form, "note"), Days(form).Days, target), http.RequestAborted);
        return made is null ? told.Back(http, "/side-tags?show=new", "create", form, why) : Results.Redirect(Page(made.Name));
    }

    static async Task<IResult> Edit(string tag, HttpContext http, IAntiforgery antiforgery, EditSideTag edit, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (days, bad) = Days(form);
        var why = bad ?? await edit.Edit(tag, new(form["note"].ToString().Trim(), days ?? 0), http.User.PersonId(), http.RequestAborted);
        return told.Back(http, Page(tag) + "?show=change", "edit", form, why, [$"{tag}: changed"]);
    }

    static async Task<IResult> Remove(string tag, HttpContext http, IAntiforgery antiforgery, RemoveSideTag remove, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        return await remove.Remove(tag, http.User.PersonId(), http.RequestAborted) is { } why ? told.Back(http, Page(tag) + "?show=change", "remove", form, why)
            : told.Back(http, "/side-tags", "removed", form, null, [$"{tag}: removed, with its target"]);
    }

    static async Task<IResult> Promote(string tag, HttpContext http, IAntiforgery antiforgery, PromoteSideTag promote, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var order = new PromotionOrder(ChangeForm.Or(form, "to"), ChangeForm.Ticked(form, "older"), ChangeForm.Ticked(form, "skip"));
        var (outcome, why) = await promote.Promote(tag, order, http.User.PersonId(), preview: false, http.RequestAborted);
        return outcome is null ? told.Back(http, Page(tag), "promote", form, why)
            : told.Back(http, $"/tags/{Uri.EscapeDataString(TagAddress.Of(outcome.Into))}", "promote", form, null, [.. outcome.Builds.Select(build => $"{outcome.Into}: {build} promoted from {tag}")]);
    }

    /// <returns>Null days: none were given.</returns>
    static (int? Days, Refusal? Why) Days(IFormCollection form) => ChangeForm.Or(form, "days") is not { } text ? (null, null)
        : ChangeForm.Number(text) is { } days ? (days, null) : (null, new(400, $"Days are a whole number; '{text}' is none."));
}
