using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>The packages that tags list, each with who looks after it there, and those that they block.</summary>
static class ListedPackages
{
    sealed record Row(long TagId, string Package, string? Owner, long Blocked);

    /// <summary>Its own.</summary>
    /// <param name="moment">As of this event; null: now.</param>
    public static IReadOnlyList<TagPackage> Own(IDbConnection db, Tag tag, long? moment = null) => [.. Rows(db, [tag.Id], moment).Select(row => OnTheWire(row, tag.Name))];

    /// <summary>Its own and those it inherits, of each package the nearest tag's word that comes through; in the order of their names.</summary>
    public static IReadOnlyList<TagPackage> Seen(IDbConnection db, Tag tag, long? moment = null)
    {
        var order = Inheritance.Order(db, tag.Id, moment);
        var (rows, names) = (Rows(db, order, moment).ToLookup(row => row.TagId), order.ToDictionary(one => one, one => Tag.Of(db, one).Name));
        return [.. order.Ways.SelectMany(way => rows[way.TagId].Where(row => way.Admits(row.Package))).DistinctBy(row => row.Package)
            .OrderBy(row => row.Package, StringComparer.Ordinal).Select(row => OnTheWire(row, names[row.TagId]))];
    }

    /// <summary>Of several rows of one package in one tag, the one that blocks it comes first.</summary>
    static IReadOnlyList<Row> Rows(IDbConnection db, IReadOnlyList<long> tags, long? moment) => [.. db.All<Listed>($"""
        SELECT p.tag_id AS TagId, p.package AS Package, u.name AS Owner FROM tag_packages p JOIN users u ON u.id = p.owner_id WHERE p.tag_id IN @tags AND {AsOf.Counts(moment, "p.")} ORDER BY p.package
        """, new { tags, moment }).Select(one => new Row(one.TagId, one.Package, one.Owner, 0))
        .Concat(Repos.EffectiveBuilds.ReadBlocked(db, tags, packages: null, moment).Select(block => new Row(block.TagId, block.Package, null, 1)))
        .GroupBy(row => (row.TagId, row.Package)).Select(same => new Row(same.Key.TagId, same.Key.Package, same.Select(row => row.Owner).FirstOrDefault(owner => owner is not null), same.Max(row => row.Blocked)))];

    sealed record Listed(long TagId, string Package, string Owner);

    static TagPackage OnTheWire(Row row, string tag) => new(row.Package, row.Owner, tag, row.Blocked == 1);

    /// <summary>Who looks after a package in a tag: as the nearest tag says that lists it.</summary>
    public static (long Id, string Name)? OwnerOf(IDbConnection db, TagOrder order, string package)
    {
        var owners = db.All<(long TagId, long Id, string Name)>("""
            SELECT p.tag_id, u.id, u.name FROM tag_packages p JOIN users u ON u.id = p.owner_id WHERE p.tag_id IN @order AND p.package = @package AND p.until_event IS NULL
            """, new { order, package }).ToDictionary(row => row.TagId);
        var way = order.Ways.FirstOrDefault(way => owners.ContainsKey(way.TagId) && way.Admits(package));
        return way is null ? null : (owners[way.TagId].Id, owners[way.TagId].Name);
    }

    public static int List(IDbTransaction tx, long tag, string package, long owner, long person, long now) => tx.Execute($"""
        INSERT INTO tag_packages (tag_id, package, owner_id, listed_at, listed_by, since_event) VALUES (@tag, @package, @owner, @now, @person, {TagEvent.Next})
        """, new { tag, package, owner, now, person });

    public static int Unlist(IDbTransaction tx, long tag, string package) =>
        tx.Execute($"UPDATE tag_packages SET until_event = {TagEvent.Next} WHERE tag_id = @tag AND package = @package AND until_event IS NULL", new { tag, package });
}
