using System.Data;
using System.Globalization;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>What a few letters lead to. Every query takes a few rows from the beginning of an index, or looks through a table that is small, so it is quick with a million builds too.</summary>
static class Find
{
    public const int LongestAsked = 100, Most = 40;
    const int OfEachKind = 5;

    /// <param name="asked">As it was typed.</param>
    /// <param name="say">A page's title in the reader's language.</param>
    public static IReadOnlyList<Found> Of(IDbConnection db, string? asked, ClaimsPrincipal who, Right ofAnonymous, Func<string, string> say)
    {
        var text = (asked ?? "").Trim();
        if (text.Length > LongestAsked) text = text[..LongestAsked];
        var places = PlacesOf(text, Places.For(who, ofAnonymous), say);
        if (text.Length == 0) return [.. places];
        return [.. places.Take(OfEachKind * 2), .. NamedBuilds.ByNumber(db, text), .. NamedBuilds.Packages(db, text, OfEachKind), .. NamedBuilds.ByNvr(db, text, OfEachKind), .. Named(db, text.ToLowerInvariant(), who.IsAdmin())];
    }

    /// <summary>Those whose title or other words have every word in them that was asked for.</summary>
    static IEnumerable<Found> PlacesOf(string text, IEnumerable<Place> places, Func<string, string> say)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return places.Select(place => (Place: place, Title: say(place.Title)))
            .Where(one => words.All(word => one.Title.Contains(word, StringComparison.OrdinalIgnoreCase) || $"{one.Place.Title} {one.Place.Also}".Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(one => words.Length > 0 && !one.Title.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            .Select(one => new Found(one.Place.Kind, one.Title, "", one.Place.Address));
    }

    sealed record Row
    {
        public string Name { get; init; } = "";
        public string About { get; init; } = "";
        public long Id { get; init; }
        public string Kind { get; init; } = "";
    }

    /// <param name="part">Anywhere in the name, in small letters; names that begin with it come first.</param>
    static IEnumerable<Found> Named(IDbConnection db, string part, bool isAdmin)
    {
        foreach (var row in Rows("(SELECT t.name AS name, t.description AS about, t.id AS id, CASE WHEN s.tag_id IS NULL THEN 'tag' ELSE 'side tag' END AS kind FROM tags t LEFT JOIN side_tags s ON s.tag_id = t.id WHERE t.removed_at IS NULL)"))
            yield return new(FoundKind.Tag, row.Name, row.About, (row.Kind == "tag" ? "/tags/" : "/side-tags/") + Uri.EscapeDataString(TagAddress.Of(row.Name)));
        foreach (var row in Rows("(SELECT d.name AS name, t.name AS about, d.id AS id, '' AS kind FROM targets d JOIN tags t ON t.id = d.destination_tag_id WHERE d.removed_at IS NULL)")) yield return new(FoundKind.Target, row.Name, $"→ {row.About}", "/targets");
        foreach (var row in Rows("(SELECT name AS name, owner AS about, id AS id, '' AS kind FROM builders WHERE removed_at IS NULL)")) yield return new(FoundKind.Builder, row.Name, row.About, $"/builders/{Uri.EscapeDataString(row.Name)}");
        foreach (var row in Rows("(SELECT title AS name, state AS about, id AS id, kind AS kind FROM batches ORDER BY id DESC LIMIT 500)")) yield return new(FoundKind.Batch, row.Name, row.About.ToLowerInvariant(), AddressOfBatch(row));
        foreach (var row in Rows("(SELECT name AS name, cron AS about, id AS id, '' AS kind FROM schedules WHERE removed_at IS NULL)")) yield return new(FoundKind.Schedule, row.Name, row.About, $"/schedules/{Uri.EscapeDataString(row.Name)}");
        foreach (var row in Rows("(SELECT name AS name, title AS about, id AS id, '' AS kind FROM advisories ORDER BY id DESC LIMIT 5000)")) yield return new(FoundKind.Advisory, row.Name, row.About, $"/advisories/{Uri.EscapeDataString(row.Name)}");
        foreach (var row in Rows("(SELECT name AS name, '' AS about, id AS id, '' AS kind FROM externals)")) yield return new(FoundKind.External, row.Name, "", $"/externals/{Uri.EscapeDataString(row.Name)}");
        if (isAdmin)
            foreach (var row in Rows("(SELECT name AS name, role AS about, id AS id, '' AS kind FROM users)")) yield return new(FoundKind.Person, row.Name, row.About, "/people");

        IReadOnlyList<Row> Rows(string of) => db.All<Row>($"""
            SELECT name AS Name, coalesce(about, '') AS About, id AS Id, kind AS Kind FROM {of} AS f WHERE instr(lower(f.name), @part) > 0
            ORDER BY instr(lower(f.name), @part) > 1, length(f.name), f.name LIMIT {OfEachKind}
            """, new { part });
    }

    static string AddressOfBatch(Row batch) => (batch.Kind switch { "Chain" => "/chains/", "MassRebuild" => "/mass-rebuilds/", _ => "/batches/" }) + batch.Id.ToString(CultureInfo.InvariantCulture);
}
