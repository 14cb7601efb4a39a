using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Setup;

/// <summary>The first visit: where it leads, and what its page's two buttons do.</summary>
static class WelcomeEndpoints
{
    /// <summary>Before anybody is asked to sign in: a server that nobody has set up leads whoever opens it to the page that does.</summary>
    public static void UseFirstRun(this WebApplication app) => app.Use((http, next) =>
    {
        var first = http.RequestServices.GetRequiredService<FirstRun>();
        if (!HttpMethods.IsGet(http.Request.Method) || http.Request.Path.Value is not ("/" or "/welcome")) return next(http);
        var to = http.Request.Path == "/" ? first.Waits ? "/welcome" : null : first.Waits || http.User.IsAdmin() ? null : "/";
        if (to is null) return next(http);
        http.Response.Redirect(to);
        return Task.CompletedTask;
    });

    public static void MapWelcome(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/welcome", SetUp).WithOrder(-1).Needs(Right.Enter).ExcludeFromDescription();
        routes.MapPost("/welcome/sample", BuildSample).Needs(Right.Administer).ExcludeFromDescription();
    }

    static async Task<IResult> SetUp(HttpContext http, IAntiforgery antiforgery, FirstRun first)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        string Said(string field, int most = 200) => form[field].ToString() is var text && text.Length > most ? text[..most] : text.Trim();
        var wanted = new FirstRunForm(Said("code"), Said("person"), form["password"].ToString(), Said("instance"), Said("chroot"), Said("signer"), Said("mail"));
        var (entered, why) = await first.Finish(wanted, http);
        if (why is "over") return Results.Redirect("/");
        if (why is not null) return Results.Redirect(Again(wanted, why));
        entered?.Keep(http);
        return Results.Redirect(entered?.Leads("/welcome") ?? "/welcome");
    }

    /// <summary>What was typed stands there again, but the password.</summary>
    static string Again(FirstRunForm wanted, string why) => QueryHelpers.AddQueryString("/welcome", new Dictionary<string, string?>
    {
        ["refused"] = why, ["code"] = wanted.Code, ["person"] = wanted.Person, ["instance"] = wanted.Instance, ["chroot"] = wanted.Chroot, ["signer"] = wanted.Signer, ["mail"] = wanted.Mail,
    });

    /// <summary>The package that the server brings, for the first target; one that is there already is shown.</summary>
    static async Task<IResult> BuildSample(HttpContext http, IAntiforgery antiforgery, Database database, SubmitBuild submit)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        if (Sample.Target(database) is not { } target) return new Refusal(409, "There is no target to build for: make one first.").AsText();
        var submitted = await submit.Submit(new MemoryStream(SampleSource.Package), SampleSource.FileName, target, scratch: false, http.User.PersonId(), http.RequestAborted, caller: http.User);
        return submitted is Submitted.Refused { Why: { Status: not 409 } why } ? why.AsText() : Results.Redirect("/welcome");
    }
}
