using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Externals;
using Skyline.Server.Keeping;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>The forms of tags' pages: plain posts that work without scripts, by the same acts as the API; what became of them is said beside them.</summary>
static class TagForms
{
    public static void MapTagForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/tags", Create).WithOrder(-1).Needs(Right.Tag).ExcludeFromDescription();
        // Which tag is changed, and how, is in what is sent: who may is asked behind the door.
        routes.MapPost("/tags/{tag}/change", Change).Needs(Right.Tag).LetsInNamed(Access.Promote).MayWait().ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/clone", Clone).Needs(Right.Release).ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/remove", Remove).Needs(Right.Tag).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/keeping", Keep).WithOrder(-1).Needs(Right.Release).LetsInNamed(Access.Tag).ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/externals", External).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
    }

    static string Page(string tag, string view) => $"/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}{(view is "packages" or "snapshots" or "keeping" ? "/" + view : $"?show={view}")}";

    /// <summary>A tag of one's own, or one that is nobody's own.</summary>
    static async Task<IResult> Create(HttpContext http, IAntiforgery antiforgery, CreateTag create, CreatePersonalTag personal, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (own, name) = (form["kind"] != "shared", form["name"].ToString().Trim());
        var description = ChangeForm.Or(form, "description");
        var wanted = own
            ? new NewTag(name.Contains('/', StringComparison.Ordinal) ? name : $"{http.User.Identity!.Name}/{name}", Description: description, Base: form["base"].ToString().Trim(), Private: ChangeForm.Ticked(form, "private"), Closed: ChangeForm.Ticked(form, "closed"))
            : new NewTag(name, form["chroot"].ToString(), form["arches"].Count > 0 ? [.. form["arches"].OfType<string>()] : null, Holds: form["holds"] == "All" ? TagHolds.All : TagHolds.Latest, Description: description, Private: ChangeForm.Ticked(form, "private"), Closed: ChangeForm.Ticked(form, "closed"));
        var why = own ? await personal.Create(wanted, http.User.PersonId(), http.RequestAborted)
            : http.User.May(Right.Release) ? await create.Create(wanted, http.RequestAborted, http.User.PersonId()) : CreatePersonalTag.ReleaseEngineersAlone;
        return why is null ? Results.Redirect($"/tags/{TagAddress.Of(wanted.Name)}") : told.Back(http, "/tags?show=new", own ? "own" : "shared", form, why);
    }

    static async Task<IResult> Change(string tag, HttpContext http, IAntiforgery antiforgery, ChangeTags change, Chroots chroots, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var person = http.User.PersonId();
        var (wanted, why) = ChangeForm.Read(tag, form, chroots, person);
        if (wanted is null) return why!.AsText();
        var (page, name) = (Page(tag, wanted.View), form["act"].ToString());
        if (InTag.WhyNot(http, wanted.Asks) is { } no) return told.Back(http, page, name, form, no);
        var (force, disclose) = (ChangeForm.Ticked(form, "force") && http.User.IsAdmin(), ChangeForm.Ticked(form, "disclose"));
        if (ChangeForm.Ticked(form, "preview"))
        {
            var (seen, refused) = change.Preview(wanted.Plan, force, disclose);
            return told.Back(http, page, name, form, refused, seen is null ? null : [.. seen.Done, .. seen.Notes], seen);
        }
        var (done, whyNot) = ChangeTags.Said(await change.Do(wanted.Plan, person, http.RequestAborted, force, disclose), preview: null);
        return told.Back(http, page, name, form, whyNot, done is null ? null : [.. done.Done, .. done.Notes]);
    }

    static async Task<IResult> Clone(string tag, HttpContext http, IAntiforgery antiforgery, MakeClone clone, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var wanted = new CloneTag(form["name"].ToString().Trim(), ChangeForm.Or(form, "at"), NoBuilds: ChangeForm.Ticked(form, "noBuilds"));
        var (notes, why) = await clone.Clone(tag, wanted, http.User.PersonId(), http.RequestAborted);
        return why is null ? told.Back(http, Page(wanted.Name, "overview"), "clone", form, null, [$"{wanted.Name}: cloned from {tag}", .. notes]) : told.Back(http, Page(tag, "change"), "clone", form, why);
    }

    static async Task<IResult> Remove(string tag, HttpContext http, IAntiforgery antiforgery, RemoveTag remove, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var page = Page(tag, "remove");
        if (InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no) return told.Back(http, page, "remove", form, no);
        if (form["sure"].ToString().Trim() != tag) return told.Back(http, page, "remove", form, new(400, $"Write '{tag}' into the field, to be sure that it is the one that you mean."));
        return await remove.Remove(tag, ChangeForm.Ticked(form, "force") && http.User.IsAdmin(), http.User.PersonId(), http.RequestAborted) is { } why ? told.Back(http, page, "remove", form, why)
            : told.Back(http, "/tags", "removed", form, null, [$"{tag}: removed"]);
    }

    static async Task<IResult> Keep(string tag, HttpContext http, IAntiforgery antiforgery, SetRetention set, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var page = Page(tag, "keeping");
        if (InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no) return told.Back(http, page, "keep", form, no);
        if (ChangeForm.Number(form["snapshots"]) is not { } snapshots || ChangeForm.Number(form["days"]) is not { } days) return told.Back(http, page, "keep", form, new(400, "Snapshots and days are whole numbers."));
        return told.Back(http, page, "keep", form, await set.Set(tag, new(snapshots, days), http.RequestAborted), [$"{tag}: keeps {snapshots} snapshots, {days} days"]);
    }

    static async Task<IResult> External(string tag, HttpContext http, IAntiforgery antiforgery, TagExternals of, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (page, name, priority) = (Page(tag, "buildroot"), form["name"].ToString().Trim(), ChangeForm.Or(form, "priority"));
        if (InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no) return told.Back(http, page, "external", form, no);
        if (priority is not null && ChangeForm.Number(priority) is null) return told.Back(http, page, "external", form, new(400, $"A priority is a whole number; '{priority}' is none."));
        var leaves = form["act"] == "remove";
        var why = leaves ? await of.Remove(tag, name, http.User.PersonId(), http.RequestAborted) : await of.Add(tag, new(name, ChangeForm.Number(priority)), http.User.PersonId(), http.RequestAborted);
        return told.Back(http, page, "external", form, why, [leaves ? $"{tag}: builds no longer see {name}" : $"{tag}: builds see {name}"]);
    }
}
