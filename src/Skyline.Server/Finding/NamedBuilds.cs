using System.Data;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>Builds and the packages that they are of, by the beginning of a name: a range of an index, never all of them.</summary>
static class NamedBuilds
{
    /// <summary>Of a package that is built every hour, as many of its newest builds are looked at.</summary>
    const int Newest = 200;

    sealed record Row(long Id, string Nvr, string State, string? Target);

    sealed record PackageRow(string Package, string? Tag);

    const string Build = "b.id AS Id, b.nvr AS Nvr, b.state AS State, t.name AS Target FROM builds b LEFT JOIN targets t ON t.id = b.target_id";

    public static IEnumerable<Found> ByNumber(IDbConnection db, string text) =>
        long.TryParse(text.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? db.All<Row>($"SELECT {Build} WHERE b.id = @id", new { id }).Select(Found) : [];

    /// <summary>As it is written, and in small letters: most packages are called so.</summary>
    public static IEnumerable<Found> Packages(IDbConnection db, string text, int most) =>
        new[] { text, text.ToLowerInvariant() }.Distinct().SelectMany(beginning => Packages(db, beginning)).Distinct().Take(most).Select(package => Found(db, package)).OfType<Found>();

    /// <summary>From one name to the next of the index, so that a package of a hundred thousand builds is one step.</summary>
    static IReadOnlyList<string> Packages(IDbConnection db, string beginning) => db.All<string>("""
        WITH RECURSIVE found(package) AS (
            SELECT (SELECT package FROM builds WHERE package >= @beginning AND package < @end ORDER BY package LIMIT 1)
            UNION ALL
            SELECT (SELECT package FROM builds WHERE package > found.package AND package < @end ORDER BY package LIMIT 1) FROM found WHERE found.package IS NOT NULL)
        SELECT package FROM found WHERE package IS NOT NULL LIMIT 5
        """, new { beginning, end = After(beginning) });

    static Found? Found(IDbConnection db, string package) => db.One<PackageRow>("""
        SELECT b.package AS Package, g.name AS Tag FROM builds b JOIN targets t ON t.id = b.target_id JOIN tags g ON g.id = t.destination_tag_id
        WHERE b.package = @package AND g.removed_at IS NULL ORDER BY b.id DESC LIMIT 1
        """, new { package }) is { Tag: { } tag } ? new(FoundKind.Package, package, tag, $"/tags/{Uri.EscapeDataString(TagAddress.Of(tag))}/packages/{Uri.EscapeDataString(package)}/history") : null;

    /// <summary>Of whichever of its parts before a dash is a package's name, the newest builds that begin as was asked.</summary>
    public static IEnumerable<Found> ByNvr(IDbConnection db, string text, int most) => Beginnings(text).SelectMany(package => db.All<Row>($"""
        SELECT {Build} WHERE b.id IN (SELECT id FROM builds WHERE package = @package ORDER BY id DESC LIMIT {Newest}) AND b.nvr >= @text AND b.nvr < @end ORDER BY b.id DESC LIMIT @most
        """, new { package, text, end = After(text), most })).Take(most).Select(Found);

    static IEnumerable<string> Beginnings(string text)
    {
        yield return text;
        for (var dash = text.LastIndexOf('-'); dash > 0; dash = text.LastIndexOf('-', dash - 1)) yield return text[..dash];
    }

    static Found Found(Row build) => new(FoundKind.Build, build.Nvr, string.Join(" · ", new[] { build.Id.ToString(CultureInfo.InvariantCulture), build.State.ToLowerInvariant(), build.Target }.OfType<string>()), $"/builds/{build.Id}");

    /// <summary>What comes after all that begins so.</summary>
    static string After(string beginning) => beginning + "\U0010FFFF";
}
