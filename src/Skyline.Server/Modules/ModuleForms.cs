using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Modules;

/// <summary>The forms of a tag's modules, by the same act as the API.</summary>
static class ModuleForms
{
    const int MostUpload = SetModules.MostBytes + (1 << 20);

    public static void MapModuleForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/tags/{tag}/modules", Remove).WithOrder(-1).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/modules/file", Take).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
    }

    static string Page(string tag) => $"/tags/{TagAddress.Of(tag)}/modules";

    static async Task<IResult> Remove(string tag, HttpContext http, IAntiforgery antiforgery, SetModules set, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (act, id) = (form["act"].ToString(), form["document"].ToString());
        if (act is not ("remove" or "clear")) return new Refusal(400, "A module document is removed, or all of the tag's own are: load the page again, then send the form once more.").AsText();
        var why = InTag.WhyNot(http, [(tag, Access.Tag)])
            ?? (act == "remove" ? await set.Remove(tag, id, http.User.PersonId(), http.RequestAborted) : await set.Replace(tag, [], http.User.PersonId(), http.RequestAborted));
        return told.Back(http, Page(tag), "modules", form, why, [act == "remove" ? $"{tag}: module document removed" : $"{tag}: all its own module documents removed"]);
    }

    static async Task<IResult> Take(string tag, HttpContext http, IAntiforgery antiforgery, SetModules set, ToldBack told)
    {
        if (await http.PostedForm(antiforgery, MostUpload) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (person, ct) = (http.User.PersonId(), http.RequestAborted);
        var (documents, why) = InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no ? (null, no) : await Read(form, ct);
        why ??= form["how"] == "whole" ? await set.Replace(tag, documents!, person, ct) : await set.Add(tag, documents!, person, ct);
        var back = why is null ? Page(tag) : form["document"].ToString() is { Length: > 0 } changed ? $"{Page(tag)}?document={Uri.EscapeDataString(changed)}" : $"{Page(tag)}?show=new";
        return told.Back(http, back, "document", form, why, documents is null ? null : [.. documents.Select(document => $"{tag}: {document.Title}")]);
    }

    static async Task<(IReadOnlyList<ModuleText>? Documents, Refusal? Why)> Read(IFormCollection form, CancellationToken ct)
    {
        var (bytes, why) = await GivenText.Read(form, SetModules.MostBytes, "modules.yaml", ct);
        try
        {
            return bytes is null ? (null, why) : (ModuleText.Read(bytes), null);
        }
        catch (BadModulesException bad)
        {
            return (null, new(400, bad.Message));
        }
    }
}
