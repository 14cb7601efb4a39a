using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var access = routes.MapGroup("/api/tags/{tag}/access").WithTags("Tags");
        access.MapGet("", (string tag, Database database) => database.Read(db => GrantAccess.Of(db, tag)) is { } found ? Results.Ok(found) : Tag.None(tag).AsResult()).Needs(Right.Self)
            .Produces<TagAccess>().ProducesProblem(404).WithSummary("Who may do what in a tag, beside its owner and administrators");
        access.MapPost("", async (string tag, TagGrantEdit edit, ClaimsPrincipal caller, GrantAccess change, Database database, CancellationToken ct) =>
            await change.Edit(tag, edit, caller.PersonId(), ct) is { } why ? why.AsResult()
            // (Who took their own right to read it back is told no more of it.)
            : database.Read(db => GrantAccess.Of(db, tag)) is { } found ? Results.Ok(found) : Results.NoContent())
            .Needs(Right.Tag).InTag(Access.Administer).MayWait().Produces<TagAccess>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Give a person or a team rights in a tag, or take them back: for who administers it");
        // The forms of a tag's page. Who administers it is asked where they are carried out.
        routes.MapPost("/tags/{tag}/access", Name).Needs(Right.Tag).LetsInNamed(Access.Administer).MayWait(Access.Administer).ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/sight", Set).Needs(Right.Tag).LetsInNamed(Access.Administer).MayWait(Access.Administer).ExcludeFromDescription();
    }

    /// <summary>Somebody is given rights, or one is taken from them.</summary>
    static async Task<IResult> Name(string tag, HttpContext http, IAntiforgery antiforgery, GrantAccess change, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (who, isTeam, words) = (form["who"].ToString().Trim(), form["kind"] == "team", form["access"].OfType<string>().ToList());
        var named = isTeam ? new TagGrantEdit(Team: who) : new TagGrantEdit(who);
        var edit = form["act"] == "revoke" ? named with { Revoke = words } : named with { Grant = words };
        var why = await change.Edit(tag, edit, http.User.PersonId(), http.RequestAborted);
        return told.Back(http, Page(tag), "access", form, why, [$"{who}: {(form["act"] == "revoke" ? "may no more" : "may")} {string.Join(", ", words)}"]);
    }

    static string Page(string tag) => $"/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}?show=rights";

    /// <summary>It is made private or public, closed or open.</summary>
    static async Task<IResult> Set(string tag, HttpContext http, IAntiforgery antiforgery, ChangeTags change, Chroots chroots, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (word, person) = (form["act"].ToString(), http.User.PersonId());
        var wanted = word switch { "private" => new TagSettings(Private: true), "public" => new(Private: false), "close" => new(Closed: true), "open" => new(Closed: false), _ => (TagSettings?)null };
        if (wanted is null) return new Refusal(400, "A tag is made private or public, closed or open.").AsText();
        var planned = await change.Do(db => Tag.Find(db, tag) is { } found && TagRights.WhyNot(db, Access.Administer, person, found.Id) is { } no ? new Planned.Refused(no) : ChangeSettings.Plan(db, chroots, tag, wanted), person, http.RequestAborted);
        var (done, why) = ChangeTags.Said(planned, preview: null);
        return told.Back(http, Page(tag), "sight", form, why, done?.Done);
    }
}
