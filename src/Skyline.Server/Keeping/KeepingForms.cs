using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>The buttons of the page of what is kept: what the night does, done now.</summary>
static class KeepingForms
{
    public static void MapKeepingForms(this IEndpointRouteBuilder routes) =>
        // (The page itself would take posts too.)
        routes.MapPost("/keeping", Begin).WithOrder(-1).Needs(Right.Administer).ExcludeFromDescription();

    static async Task<IResult> Begin(HttpContext http, IAntiforgery antiforgery, BeginKeeping begin, Database database, ToldBack told)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (act, work) = form["act"].ToString() switch
        {
            "tidy" => ("begun by hand: retention and the collection of garbage", begin.Tidy),
            "check" => ("begun by hand: a check of all that is kept", begin.Check),
            _ => ("", (Func<Refusal?>?)null),
        };
        if (work is null) return new Refusal(400, "What is begun here is tidy or check.").AsText();
        var why = work();
        if (why is null) await database.Write(tx => tx.Note(act, "keeping"), http.RequestAborted);
        return told.Back(http, "/keeping", "begin", form, why, [act]);
    }
}
