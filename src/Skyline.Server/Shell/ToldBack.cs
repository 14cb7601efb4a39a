using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Skyline.Server.Approvals;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <summary>What became of a form, as the page that it stands on shows it beside it.</summary>
/// <param name="Form">Which of the page's forms.</param>
/// <param name="Why">Null: it was done, or only looked at.</param>
/// <param name="Said">A sentence for each thing that was done.</param>
/// <param name="Entered">What stood in its fields, so that nobody types it again.</param>
/// <param name="Look">Of what was only looked at: what would change.</param>
public sealed record FormTold(string Form, Refusal? Why, IReadOnlyList<string> Said, IReadOnlyDictionary<string, string> Entered, object? Look = null)
{
    /// <summary>What to put into a field: what was entered, where that was refused or only looked at; else what is so now.</summary>
    public static string? Field(FormTold? told, string form, string field, string? now) => told is { Why: not null } or { Look: not null } && told.Form == form && told.Entered.TryGetValue(field, out var text) ? text : now;
}

/// <summary>
/// Forms are posted, and lead back to their page (which a reload then does not send again). What is to be said there waits here for who sent it, for some minutes,
/// under a name that stands in the page's address; a sentence itself in an address could be anybody's.
/// </summary>
sealed class ToldBack(TimeProvider time)
{
    const int Most = 1000, MostFields = 50, MostText = 64 << 10;
    static readonly TimeSpan good = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, (long Person, FormTold What, DateTimeOffset Until)> waiting = new();

    public FormTold? Find(long? person, string? name) =>
        name is not null && waiting.TryGetValue(name, out var kept) && kept.Person == person && time.GetUtcNow() < kept.Until ? kept.What : null;

    /// <summary>For a page: whoever looks at it finds what they were told, and nobody else.</summary>
    public FormTold? Find(HttpContext http, string? name) => Find(http.User, name);

    public FormTold? Find(ClaimsPrincipal? who, string? name) => who?.IsPerson() == true ? Find(who.PersonId(), name) : null;

    string Put(long person, FormTold what)
    {
        var now = time.GetUtcNow();
        if (waiting.Count >= Most)
            foreach (var (name, kept) in waiting)
                if (kept.Until <= now || waiting.Count > Most * 2) waiting.TryRemove(name, out _);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        waiting[key] = (person, what, now + good);
        return key;
    }

    /// <param name="fields">What was entered; of a text that is very long nothing is kept.</param>
    /// <param name="page">Where the form stands; a path of this server, with its query.</param>
    public IResult Back(HttpContext http, string page, string form, IFormCollection fields, Refusal? why, IReadOnlyList<string>? said = null, object? look = null)
    {
        // What somebody agreed to is carried out with nobody at its page: they are answered.
        if (http.Features.Get<CarryOut.FromOurPage>() is not null) return why is null ? Results.NoContent() : why.AsText();
        var entered = fields.Take(MostFields).Where(field => !field.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary(field => field.Key, field => Lines(field.Value)).Where(field => field.Value.Length <= MostText).ToDictionary();
        var name = Put(http.User.PersonId(), new(form, why, said ?? [], entered, look));
        return Results.Redirect($"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}told={name}#{form}");
    }

    static string Lines(StringValues values) => string.Join('\n', values.OfType<string>());
}
