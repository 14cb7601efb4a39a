using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Shell;

/// <summary>Packages that a browser sends with a form, without any script.</summary>
static class SentFiles
{
    const int MostField = 4096, MostOtherFields = 30, MostHeader = 4096;

    /// <summary>As they come, none is held in memory; the page's own token is the form's first field, and nothing is taken before it.</summary>
    /// <param name="most">How many packages a page takes.</param>
    /// <param name="tooMany">A sentence for who sends more.</param>
    /// <param name="passes">The form's other fields that are wanted, by name.</param>
    /// <param name="keep">Takes one, by its bytes and its file's name: what the page calls it from then on, or why it is not taken.</param>
    /// <param name="field">What a field is called that names one that was taken.</param>
    /// <returns>The form's fields, each package that was taken one more; and what one of them was refused for: those before it are kept. No fields: nothing was taken.</returns>
    public static async Task<(IReadOnlyList<KeyValuePair<string, string?>>? Fields, Refusal? Why)> Take(
        HttpContext http, IAntiforgery antiforgery, int most, string tooMany, Func<string, bool> passes, Func<Stream, string, Task<(string? Name, Refusal? Why)>> keep, string field)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary) return (null, SignInEndpoints.NotFromHere);
        var parts = new MultipartReader(boundary, http.UnhurriedBody()) { HeadersCountLimit = 8, HeadersLengthLimit = MostHeader };
        var (fields, isFromHere) = (new List<KeyValuePair<string, string?>>(), false);
        try
        {
            while (await parts.ReadNextSectionAsync(http.RequestAborted) is { } part)
            {
                if (fields.Count == most + MostOtherFields) return (null, new(400, tooMany));
                if (part.GetContentDispositionHeader() is not { } said) continue;
                if (!isFromHere)
                {
                    http.Request.Headers["RequestVerificationToken"] = await Field(part, http.RequestAborted);
                    if (!(isFromHere = await antiforgery.IsRequestValidAsync(http))) return (null, SignInEndpoints.NotFromHere);
                }
                else if (!said.IsFileDisposition()) Add(said.Name.Value ?? "", await Field(part, http.RequestAborted));
                else
                {
                    var (name, why) = await Keep(part, said, keep);
                    if (name is null) return (fields, why);
                    Add(field, name);
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
            if (passes(name) && value.Length > 0 && !fields.Contains(new(name, value))) fields.Add(new(name, value));
        }
    }

    static async Task<(string? Name, Refusal? Why)> Keep(MultipartSection part, ContentDispositionHeaderValue said, Func<Stream, string, Task<(string? Name, Refusal? Why)>> keep)
    {
        try
        {
            return await keep(part.Body, FileName(said));
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
