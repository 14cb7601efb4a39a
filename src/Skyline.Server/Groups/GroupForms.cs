using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

/// <summary>The forms of a tag's groups, by the same acts as the API.</summary>
static class GroupForms
{
    const int MostOfOne = 256 << 10, MostUpload = SetGroups.MostBytes + (1 << 20);

    public static void MapGroupForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/tags/{tag}/groups", Act).WithOrder(-1).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/groups/file", Replace).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
    }

    static string Page(string tag) => $"/tags/{TagAddress.Of(tag)}/groups";

    static async Task<IResult> Act(string tag, HttpContext http, IAntiforgery antiforgery, Database database, SetGroups set, ToldBack told)
    {
        if (await http.PostedForm(antiforgery, MostOfOne) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (page, act, id) = (Page(tag), form["act"].ToString(), form["id"].ToString().Trim());
        if (act is not ("set" or "remove" or "clear")) return new Refusal(400, "A group is set or removed, or all of the tag's own are: load the page again, then send the form once more.").AsText();
        var why = InTag.WhyNot(http, [(tag, Access.Tag)]) ?? act switch
        {
            "set" => (ChangeForm.Ticked(form, "new") ? WhyNotNew(database, tag, id) : null) ?? await set.Edit(tag, id, Edit(form), http.User.PersonId(), http.RequestAborted),
            "remove" => await set.Remove(tag, id, http.User.PersonId(), http.RequestAborted),
            _ => await set.Remove(tag, null, http.User.PersonId(), http.RequestAborted),
        };
        var back = why is null || act != "set" ? page : ChangeForm.Ticked(form, "new") ? $"{page}?show=new" : $"{page}?edit={Uri.EscapeDataString(id)}";
        return told.Back(http, back, act == "set" ? "group" : "groups", form, why, [act switch { "set" => $"{tag}: group {id} set", "remove" => $"{tag}: group {id} removed", _ => $"{tag}: all its own groups removed" }]);
    }

    /// <summary>A whole form of what a group is: what is not ticked is not so.</summary>
    static GroupEdit Edit(IFormCollection form) => new(form["name"].ToString().Trim(), form["description"].ToString().ReplaceLineEndings("\n").Trim(), ChangeForm.Ticked(form, "asDefault"), ChangeForm.Ticked(form, "visible"), GroupLines.Read(form));

    /// <summary>Who makes one does not mean to change another's.</summary>
    static Refusal? WhyNotNew(Database database, string tag, string id) => database.Read(db => Tag.Find(db, tag) is { } found && TagGroups.Seen(db, found.Id).Any(group => group.Id == id))
        ? new(409, $"Tag '{tag}' has a group '{id}' already, its own or inherited: change that one, or choose another id.") : null;

    static async Task<IResult> Replace(string tag, HttpContext http, IAntiforgery antiforgery, SetGroups set, ToldBack told)
    {
        if (await http.PostedForm(antiforgery, MostUpload) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (comps, why) = InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no ? (null, no) : await Read(form, http.RequestAborted);
        why ??= await set.Replace(tag, comps!, http.User.PersonId(), http.RequestAborted);
        return told.Back(http, why is null ? Page(tag) : $"{Page(tag)}?show=comps", "comps", form, why, why is null ? [$"{tag}: {comps!.Groups.Count} groups, {comps.Categories.Count} categories, {comps.Environments.Count} environments, {comps.Langpacks.Count} langpacks"] : null);
    }

    static async Task<(Comps? Comps, Refusal? Why)> Read(IFormCollection form, CancellationToken ct)
    {
        var (bytes, why) = await GivenText.Read(form, SetGroups.MostBytes, "comps.xml", ct);
        try
        {
            return bytes is null ? (null, why) : (ReadComps.From(bytes), null);
        }
        catch (BadCompsException bad)
        {
            return (null, new(400, bad.Message));
        }
    }
}
