using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

/// <summary>The forms of external repositories' pages.</summary>
static class ExternalForms
{
    public static void MapExternalForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/externals", Add).WithOrder(-1).Needs(Right.Release).ExcludeFromDescription();
        routes.MapPost("/externals/{name}/act", Act).Needs(Right.Release).ExcludeFromDescription();
    }

    static async Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, AddExternal add, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var kind = Enum.TryParse<ExternalKind>(form["kind"], out var known) ? known : ExternalKind.BaseUrl;
        var (name, arches) = (form["name"].ToString().Trim(), ChangeForm.Words(form, "arches"));
        var wanted = new NewExternal(name, kind, form["url"].ToString().Trim(), ReleaseVersion: ChangeForm.Or(form, "releasever"), Keys: ChangeForm.Or(form, "keys"), SignedMetadata: ChangeForm.Ticked(form, "signed"), Priority: ChangeForm.Number(form["priority"]) ?? 99, Arches: arches.Count == 0 ? null : arches);
        return await add.Add(wanted, http.RequestAborted) is { } why ? told.Back(http, "/externals?show=new", "add", form, why) : Results.Redirect($"/externals/{Uri.EscapeDataString(name)}");
    }

    static async Task<IResult> Act(string name, HttpContext http, IAntiforgery antiforgery, RemoveExternal remove, AskUpstream ask, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var page = $"/externals/{Uri.EscapeDataString(name)}";
        if (form["act"] == "refresh") return told.Back(http, page, "act", form, await ask.Begin(name, http.RequestAborted), [$"{name}: its upstream is asked for a newer state"]);
        if (form["act"] != "remove") return new Refusal(400, "An external repository is refreshed or removed.").AsText();
        return await remove.Remove(name, http.RequestAborted) is { } why ? told.Back(http, page, "act", form, why) : told.Back(http, "/externals", "removed", form, null, [$"{name}: forgotten"]);
    }
}
