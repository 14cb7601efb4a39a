using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>The forms of the page that plans a chain: source packages that a browser sends, and the button that begins what was shown.</summary>
static class ChainForms
{
    public static void MapChainForms(this IEndpointRouteBuilder routes)
    {
        // (The pages themselves would take posts too.)
        routes.MapPost("/chains", Begin).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
        routes.MapPost("/chains/sources", Send).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange("what is sent ahead changes nothing until something is built of it").ExcludeFromDescription();
    }

    /// <summary>What tells one plan from another.</summary>
    public static string DigestOf(ChainPlan plan) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plan, SkylineJson.Default.ChainPlan)));

    static async Task<IResult> Begin(HttpContext http, IAntiforgery antiforgery, Database database, StartChain start)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var kept = database.Read(db => KeptChoice.Of(db, http.User.PersonId()));
        var wanted = KeptChoice.Chain(form["target"].ToString(), kept, [.. form["source"].OfType<string>()], form["scratch"] == "true");
        var planned = await start.Start(wanted, preview: true, http.User.PersonId(), http.RequestAborted);
        if (planned is ChainBegun.Planned { Plan: var plan } && DigestOf(plan) != form["digest"]) return new Refusal(409, "The plan is another by now: go back, load the page again, and look at it.").AsText();
        return (planned is ChainBegun.Refused ? planned : await start.Start(wanted, preview: false, http.User.PersonId(), http.RequestAborted)) switch
        {
            ChainBegun.Started started => Results.Redirect($"/chains/{started.Batch}"),
            ChainBegun.Refused refused => refused.Why.AsText(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<IResult> Send(HttpContext http, IAntiforgery antiforgery, KeepSource keep)
    {
        var (fields, why) = await SentSources.Take(http, antiforgery, keep);
        return why is not null ? why.AsText() : Results.Redirect(QueryHelpers.AddQueryString("/chains/plan", fields!.Where(field => field.Key is "target" or "source")));
    }
}
