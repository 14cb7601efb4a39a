using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>The forms of the keys' page: a next key for the instance or for a tag.</summary>
static class KeyForms
{
    public static void MapKeyForms(this IEndpointRouteBuilder routes) =>
        // (The page itself would take posts too.)
        routes.MapPost("/keys", Add).WithOrder(-1).Needs(Right.Administer).ExcludeFromDescription();

    static async Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, AddKey add, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (tag, replaces) = (ChangeForm.Or(form, "tag"), form["act"] == "rotate");
        if (tag is null && !replaces) return told.Back(http, "/keys", "add", form, new(400, "Name the tag that is to have a key of its own."));
        var (key, why) = await add.Add(tag, replaces, new(ChangeForm.Or(form, "kind"), ChangeForm.Or(form, "identity"), ChangeForm.Or(form, "publicKey")), http.User.PersonId(), http.RequestAborted);
        return told.Back(http, "/keys", replaces && tag is null ? "rotate" : "add", form, why, key is null ? null : [$"{key.Fingerprint}: made, and taken into use once everything is signed with it"]);
    }
}
