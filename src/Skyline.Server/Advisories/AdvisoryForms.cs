using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Advisories;

/// <summary>The forms of advisories' pages: one is written, gets builds, is published and withdrawn, by the same acts as the API.</summary>
static class AdvisoryForms
{
    public static void MapAdvisoryForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/advisories", Write).WithOrder(-1).Needs(Right.Release).MayWait().ExcludeFromDescription();
        routes.MapPost("/advisories/{id}/act", Act).Needs(Right.Release).MayWait().ExcludeFromDescription();
    }

    static async Task<IResult> Write(HttpContext http, IAntiforgery antiforgery, WriteAdvisory write, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (builds, cves) = (ChangeForm.Words(form, "builds"), ChangeForm.Words(form, "cves"));
        var wanted = new NewAdvisory(form["tag"].ToString().Trim(), Enum.TryParse<AdvisoryType>(form["type"], out var type) ? type : AdvisoryType.Bugfix, form["title"].ToString().Trim(),
            ChangeForm.Or(form, "id"), Enum.TryParse<AdvisorySeverity>(form["severity"], out var severity) ? severity : AdvisorySeverity.None, Description: ChangeForm.Or(form, "description")?.ReplaceLineEndings("\n"),
            References: cves.Count == 0 ? null : [.. cves.Select(cve => new AdvisoryReference(ReferenceType.Cve, Id: cve))], Builds: builds.Count == 0 ? null : builds,
            RebootSuggested: ChangeForm.Ticked(form, "reboot"), Publish: ChangeForm.Ticked(form, "publish"));
        var (name, why) = await write.Create(wanted, http.User.PersonId(), http.RequestAborted);
        return why is null ? Results.Redirect($"/advisories/{Uri.EscapeDataString(name!)}") : told.Back(http, "/advisories?show=new", "write", form, why);
    }

    static async Task<IResult> Act(string id, HttpContext http, IAntiforgery antiforgery, AttachBuilds attach, PublishAdvisory publish, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (person, ct) = (http.User.PersonId(), http.RequestAborted);
        var act = form["act"].ToString() switch
        {
            "publish" => (Func<Task<Refusal?>>)(() => publish.Publish(id, person, ct)),
            "withdraw" => () => publish.Withdraw(id, person, ct),
            "attach" => () => attach.Attach(id, ChangeForm.Words(form, "builds"), person, ct),
            "detach" => () => attach.Detach(id, form["build"].ToString(), person, ct),
            _ => null,
        };
        if (act is null) return new Refusal(400, "An advisory is published or withdrawn, and builds are attached to it or detached.").AsText();
        return told.Back(http, $"/advisories/{Uri.EscapeDataString(id)}", "act", form, await act(), [form["act"].ToString() switch { "publish" => $"{id}: published", "withdraw" => $"{id}: withdrawn", "attach" => $"{id}: builds attached", _ => $"{id}: {form["build"]} detached" }]);
    }
}
