using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

/// <summary>The groups that a tag has itself, one of those it inherits from, or all of them together.</summary>
sealed record TagGroups(long TagId, Comps Comps, long ChangedAt)
{
    sealed record Row(long TagId, byte[] CompsXml, long ChangedAt);

    public static TagGroups? Own(IDbConnection db, long tag) => Of(db, [tag]) is [var own] ? own : null;

    /// <summary>As comps.xml, the way it is kept.</summary>
    public static byte[]? OwnXml(IDbConnection db, long tag) => db.One<byte[]>("SELECT comps_xml FROM tag_groups WHERE tag_id = @tag", new { tag });

    /// <param name="order">As <see cref="Inheritance"/> has it; those of them that have groups come in the same order.</param>
    public static IReadOnlyList<TagGroups> Of(IDbConnection db, IReadOnlyList<long> order) =>
        [.. db.All<Row>("SELECT tag_id AS TagId, comps_xml AS CompsXml, changed_at AS ChangedAt FROM tag_groups WHERE tag_id IN @order", new { order })
            .InOrder(order, row => row.TagId).Select(row => new TagGroups(row.TagId, ReadComps.From(row.CompsXml), row.ChangedAt))];

    /// <summary>As clients of the tag's repositories see them.</summary>
    public static IReadOnlyList<PackageGroup> Seen(IDbConnection db, long tag) =>
        [.. Of(db, Inheritance.Order(db, tag)).SelectMany(from => from.Comps.Groups.Select(group => OnTheWire(group, Tag.Of(db, from.TagId).Name))).DistinctBy(group => group.Id)];

    /// <summary>Categories and environments, which are made of groups, as clients see them.</summary>
    public static IReadOnlyList<GroupOfGroups> Above(IDbConnection db, long tag) =>
        [.. Of(db, Inheritance.Order(db, tag)).SelectMany(from => Above(from.Comps, Tag.Of(db, from.TagId).Name)).DistinctBy(one => (one.Kind, one.Id))];

    static IEnumerable<GroupOfGroups> Above(Comps comps, string tag) =>
        comps.Environments.Select(one => new GroupOfGroups("environment", one.Id, one.Name.Text, one.Groups, tag))
            .Concat(comps.Categories.Select(one => new GroupOfGroups("category", one.Id, one.Name.Text, one.Groups, tag)));

    /// <summary>The tags that a tag's groups come from, nearest first; nothing is read for it.</summary>
    public static IReadOnlyList<string> Sources(IDbConnection db, IReadOnlyList<long> order) =>
        [.. db.All<long>("SELECT tag_id FROM tag_groups WHERE tag_id IN @order", new { order }).InOrder(order, tag => tag).Select(tag => Tag.Of(db, tag).Name)];

    static PackageGroup OnTheWire(CompsGroup group, string tag) => new(
        group.Id, group.Name.Text, group.Description.Text, group.IsDefault, group.IsVisible,
        [.. group.Packages.Select(package => new GroupPackage(package.Name, Enum.Parse<GroupPackageType>(package.Kind.ToString()), package.Requires))], tag);
}

/// <param name="Kind">"environment" or "category".</param>
/// <param name="Tag">The tag that it is from.</param>
public sealed record GroupOfGroups(string Kind, string Id, string Name, IReadOnlyList<string> Groups, string Tag);
