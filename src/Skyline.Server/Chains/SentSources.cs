using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Chains;

/// <summary>Source packages that a browser sends with a form, without any script.</summary>
static class SentSources
{
    const int MostField = 4096, MostFields = KeptChoice.Most + 30, MostHeader = 4096;
    static readonly string[] passed = ["target", "source", "from", "together", "scratch", "draft", "arch", "priority", "with", "without", "macros", "nocheck", "repos"];

    /// <summary>As they come, none is held in memory; the page's own token is the form's first field, and nothing is taken before it.</summary>
    /// <returns>The form's fields, each kept source package a field "source" more; and what one of them was refused for: those before it are kept. No fields: nothing was taken.</returns>
    public static async Task<(IReadOnlyList<KeyValuePair<string, string?>>? Fields, Refusal? Why)> Take(HttpContext http, IAntiforgery antiforgery, KeepSource keep)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary) return (null, SignInEndpoints.NotFromHere);
        var parts = new MultipartReader(boundary, http.UnhurriedBody()) { HeadersCountLimit = 8, HeadersLengthLimit = MostHeader };
        var (fields, isFromHere) = (new List<KeyValuePair<string, string?>>(), false);
        try
        {
            while (await parts.ReadNextSectionAsync(http.RequestAborted) is { } part)
            {
                if (fields.Count == MostFields) return (null, new(400, $"A page takes {KeptChoice.Most} source packages at most, and that many are kept now; send more with `skyline chain --auto`."));
                if (part.GetContentDispositionHeader() is not { } said) continue;
                if (!isFromHere)
                {
                    http.Request.Headers["RequestVerificationToken"] = await Field(part, http.RequestAborted);
                    if (!(isFromHere = await antiforgery.IsRequestValidAsync(http))) return (null, SignInEndpoints.NotFromHere);
                }
                else if (!said.IsFileDisposition()) Add(said.Name.Value ?? "", await Field(part, http.RequestAborted));
                else
                {
                    var (sha256, why) = await Keep(part, said, http, keep);
                    if (sha256 is null) return (fields, why);
                    Add("source", sha256[..KeptChoice.ShortLength]);
                }
            }
        }
        catch (InvalidDataException fault)
        {
            return (null, new(400, $"The form cannot be read: {fault.Message}"));
        }
        return (fields, null);

        void Add(string name, string value)
        {
            if (passed.Contains(name) && value.Length > 0 && !fields.Contains(new(name, value))) fields.Add(new(name, value));
        }
    }

    static async Task<(string? Sha256, Refusal? Why)> Keep(MultipartSection part, ContentDispositionHeaderValue said, HttpContext http, KeepSource keep)
    {
        try
        {
            return await keep.Take(part.Body, FileName(said), http.User.PersonId(), http.User, http.RequestAborted) switch
            {
                Kept.Whole whole => (whole.State.Sha256, null),
                Kept.Refused refused => (null, refused.Why),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (BadRpmException bad)
        {
            return (null, new(400, bad.Message));
        }
        catch (BlobRefusedException refused)
        {
            return (null, new(refused.Status, refused.Message));
        }
    }

    static string FileName(ContentDispositionHeaderValue said) => Path.GetFileName(HeaderUtilities.RemoveQuotes(said.FileNameStar.HasValue ? said.FileNameStar : said.FileName).Value ?? "");

    static async Task<string> Field(MultipartSection part, CancellationToken ct)
    {
        var bytes = new byte[MostField];
        return Encoding.UTF8.GetString(bytes, 0, await part.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct));
    }
}
