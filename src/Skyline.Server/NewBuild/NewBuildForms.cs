using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.Chains;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.NewBuild;

/// <summary>The forms of the page that starts builds. Whatever is refused leads back to the page as it was filled in, with the sentence that says why.</summary>
static class NewBuildForms
{
    public const string Said = "new build";
    const string SentAhead = "what is sent ahead changes nothing until something is built of it";
    const int MostUrls = 20;

    public static void MapNewBuildForms(this IEndpointRouteBuilder routes)
    {
        // (The page itself would take posts too.)
        routes.MapPost("/new", Submit).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
        routes.MapPost("/new/fetch", Fetch).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(SentAhead).ExcludeFromDescription();
        routes.MapPost("/new/sources", Send).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(SentAhead).ExcludeFromDescription();
        routes.MapGet("/new/sources/{sha256}", async (string sha256, HttpContext http, KeepSource keep) =>
            ChainEndpoints.IsSha256(sha256) ? Results.Ok(await keep.State(sha256, http.User.PersonId(), http.RequestAborted)) : NoSha256.AsResult()).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
        routes.MapPut("/new/sources/{sha256}", Take).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(SentAhead).ExcludeFromDescription();
    }

    static Refusal NoSha256 => new(400, "A source package is named by its SHA-256: 64 digits and letters from a to f.");

    /// <summary>As PUT /api/sources/{sha256}, for the page's own script: the API takes no browser's session.</summary>
    static async Task<IResult> Take(string sha256, string? name, long? offset, HttpContext http, IAntiforgery antiforgery, KeepSource keep)
    {
        if (http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http)) return SignInEndpoints.NotFromHere.AsResult();
        if (!ChainEndpoints.IsSha256(sha256)) return NoSha256.AsResult();
        return await keep.Take(http.UnhurriedBody(), sha256, name ?? "", offset ?? 0, http.User, http.RequestAborted) switch
        {
            Kept.Whole whole => Results.Ok(whole.State),
            Kept.Refused refused => refused.Why.AsResult(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static async Task<IResult> Send(HttpContext http, IAntiforgery antiforgery, KeepSource keep, ShownOnce shown)
    {
        var (fields, why) = await SentSources.Take(http, antiforgery, keep);
        if (fields is null) return why!.AsText();
        if (why is not null) shown.Put(http.User.PersonId(), Said, why.Sentence);
        return Results.Redirect(QueryHelpers.AddQueryString("/new", fields));
    }

    static async Task<IResult> Fetch(HttpContext http, IAntiforgery antiforgery, StartChain chains, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var fields = NewBuildFields.Of(name => form[name]);
        var (sources, whys) = (fields.Sources.ToList(), new List<string>());
        foreach (var url in form["url"].ToString().Split((char[])['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostUrls))
        {
            var (sha256, why) = url.Contains("://", StringComparison.Ordinal) ? await chains.Source(url, http.User.PersonId(), http.RequestAborted) : (null, new Refusal(400, $"'{url}' is no http(s) address."));
            if (sha256 is null) whys.Add(why!.Sentence);
            else sources.Add(sha256[..KeptChoice.ShortLength]);
        }
        if (sources.Count == 0 && whys.Count == 0) whys.Add("Write the address of a source package first, one a line.");
        if (whys.Count > 0) shown.Put(http.User.PersonId(), Said, string.Join('\n', whys));
        return Results.Redirect((fields with { Sources = [.. sources.Distinct()] }).Address("url"));
    }

    static async Task<IResult> Submit(HttpContext http, IAntiforgery antiforgery, CheckSources check, BeginBuilds begin, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (fields, way) = (NewBuildFields.Of(name => form[name]), form["from"] == "url" ? "url" : "upload");
        if (form["act"] != "build") return Results.Redirect(fields.Address(way));
        var found = await check.Of(fields, http.User, http.RequestAborted);
        if (!found.MayBegin) return Back(fields, found.Sources.Count == 0 ? "Nothing was queued: send a source package first, or pick one of those that you sent." : "Nothing was queued: what speaks against it stands below. Leave that source package out, or choose other options.");
        var (address, rest, why) = await begin.Run(fields, found, http.User, http.RequestAborted);
        return address is not null ? Results.Redirect(address) : Back(rest, why!);

        IResult Back(NewBuildFields now, string sentence)
        {
            shown.Put(http.User.PersonId(), Said, sentence);
            return Results.Redirect(now.Address(way));
        }
    }
}
