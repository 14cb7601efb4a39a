using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Chains;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Imports;

/// <summary>The doors of the page that imports: packages come one by one, as with `skyline import`, and then go into their tag all at once.</summary>
static class ImportForms
{
    const int MostForm = 64 << 10, LongestAddress = 6000;

    public static void MapImportForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/import/builds", PutIn).Needs(Right.Release).LetsInNamed(Access.Tag).MayWait().ExcludeFromDescription();
        routes.MapPost("/tags/{tag}/rpms", Send).Needs(Right.Release).LetsInNamed(Access.Tag).ExcludeFromDescription();
        routes.MapGet("/tags/{tag}/rpms/{sha256}", State).Needs(Right.Release).InTag(Access.Tag).ExcludeFromDescription();
        routes.MapPut("/tags/{tag}/rpms/{sha256}", Take).Needs(Right.Release).InTag(Access.Tag).ExcludeFromDescription();
    }

    /// <summary>The page, with what came; of very many as many as an address holds. (The others are found there among those in no tag.)</summary>
    public static string Address(string tag, IEnumerable<string> builds)
    {
        var address = QueryHelpers.AddQueryString("/import", "tag", tag);
        foreach (var build in builds.Distinct())
            if (QueryHelpers.AddQueryString(address, "build", build) is { Length: <= LongestAddress } longer) address = longer;
        return address;
    }

    static async Task<IResult> PutIn(HttpContext http, IAntiforgery antiforgery, ChangeTags change, ToldBack told)
    {
        if (await http.PostedForm(antiforgery, MostForm) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (tag, builds) = (form["tag"].ToString().Trim(), ImportedBuild.InOrder(form["build"].OfType<string>().Where(build => build.Length > 0).Take(ImportedBuild.Most)));
        var page = Address(tag, builds);
        if (form["act"] != "import") return Results.Redirect(page);
        if (InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no) return told.Back(http, page, "import", form, no);
        if (builds.Count == 0) return told.Back(http, page, "import", form, new(400, "Nothing was put into the tag: send a package first, or tick one of those that came."));
        var (done, why) = ChangeTags.Said(await change.Do(db => AddBuilds.Plan(db, tag, new(builds, SkipPresent: true)), http.User.PersonId(), http.RequestAborted), preview: null);
        return told.Back(http, page, "import", form, why, done?.Done);
    }

    /// <summary>Of a browser without a script.</summary>
    static async Task<IResult> Send(string tag, HttpContext http, IAntiforgery antiforgery, Database database, ImportRpm import, ToldBack told)
    {
        if (InTag.WhyNot(http, [(tag, Access.Tag)]) is { } no) return no.AsText();
        if (database.Read(db => Tag.Find(db, tag)) is not { } found) return Tag.None(tag).AsText();
        var into = ImportInParts.IsDirect(http.User, found) ? tag : null;
        var (fields, why) = await SentFiles.Take(http, antiforgery, ImportedBuild.Most, $"A page takes {ImportedBuild.Most} packages at most, and that many have come now; send more with `skyline import`.", field => field == "build",
            async (body, _) => await import.Import(body, into, http.User, http.RequestAborted) switch
            {
                Imported.Taken taken => (taken.Rpm.Nvr, null),
                Imported.Refused refused => (null, refused.Why),
                _ => throw new System.Diagnostics.UnreachableException(),
            }, "build");
        if (fields is null) return why!.AsText();
        var page = Address(tag, fields.Select(field => field.Value!));
        return why is null ? Results.Redirect(page) : told.Back(http, page, "sent", FormCollection.Empty, why);
    }

    static async Task<IResult> State(string tag, string sha256, HttpContext http, Database database, ImportInParts parts)
    {
        if (database.Read(db => Tag.Find(db, tag)) is not { } found) return Tag.None(tag).AsResult();
        return ChainEndpoints.IsSha256(sha256) ? Results.Ok(await parts.State(sha256, ImportInParts.IsDirect(http.User, found) ? found : null, http.User.PersonId(), http.RequestAborted)) : NoSha256.AsResult();
    }

    /// <summary>For the page's own script: the API takes no browser's session.</summary>
    static async Task<IResult> Take(string tag, string sha256, string? name, long? offset, HttpContext http, IAntiforgery antiforgery, Database database, ImportInParts parts)
    {
        if (http.Request.HasFormContentType || !await antiforgery.IsRequestValidAsync(http)) return SignInEndpoints.NotFromHere.AsResult();
        if (!ChainEndpoints.IsSha256(sha256)) return NoSha256.AsResult();
        if (database.Read(db => Tag.Find(db, tag)) is not { } found) return Tag.None(tag).AsResult();
        var (state, why) = await parts.Take(http.UnhurriedBody(), sha256, name ?? "The package", offset ?? 0, ImportInParts.IsDirect(http.User, found) ? found : null, http.User, http.RequestAborted);
        return state is null ? why!.AsResult() : Results.Ok(state);
    }

    static Refusal NoSha256 => new(400, "A package is named by its SHA-256: 64 digits and letters from a to f.");
}
