using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
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
    const int MostField = 4096, MostFields = KeptChoice.Most + 1, MostHeader = 4096;

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

    /// <summary>As they come, none is held in memory; the page's own token is the form's first field, and nothing is taken before it.</summary>
    static async Task<IResult> Send(HttpContext http, IAntiforgery antiforgery, KeepSource keep)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary) return SignInEndpoints.NotFromHere.AsText();
        var parts = new MultipartReader(boundary, http.UnhurriedBody()) { HeadersCountLimit = 8, HeadersLengthLimit = MostHeader };
        var (fields, isFromHere) = (new List<(string Name, string Value)>(), false);
        try
        {
            while (await parts.ReadNextSectionAsync(http.RequestAborted) is { } part)
            {
                if (fields.Count == MostFields) return new Refusal(400, $"A page takes {KeptChoice.Most} source packages at most, and that many are kept now; send more with `skyline chain --auto`.").AsText();
                if (part.GetContentDispositionHeader() is not { } said) continue;
                if (!isFromHere)
                {
                    http.Request.Headers["RequestVerificationToken"] = await Field(part, http.RequestAborted);
                    if (!(isFromHere = await antiforgery.IsRequestValidAsync(http))) return SignInEndpoints.NotFromHere.AsText();
                }
                else if (!said.IsFileDisposition()) fields.Add((said.Name.Value ?? "", await Field(part, http.RequestAborted)));
                else
                    switch (await keep.Take(part.Body, FileName(said), http.User.PersonId(), http.User, http.RequestAborted))
                    {
                        case Kept.Whole whole: fields.Add(("source", whole.State.Sha256[..KeptChoice.ShortLength])); break;
                        case Kept.Refused refused: return refused.Why.AsText();
                    }
            }
        }
        catch (InvalidDataException fault)
        {
            return new Refusal(400, $"The form cannot be read: {fault.Message}").AsText();
        }
        return Results.Redirect(QueryHelpers.AddQueryString("/chains/plan", fields.Where(field => field.Name is "target" or "source").Distinct().Select(field => KeyValuePair.Create(field.Name, (string?)field.Value))));
    }

    static string FileName(ContentDispositionHeaderValue said) => Path.GetFileName(HeaderUtilities.RemoveQuotes(said.FileNameStar.HasValue ? said.FileNameStar : said.FileName).Value ?? "");

    static async Task<string> Field(MultipartSection part, CancellationToken ct)
    {
        var bytes = new byte[MostField];
        return Encoding.UTF8.GetString(bytes, 0, await part.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct));
    }
}
