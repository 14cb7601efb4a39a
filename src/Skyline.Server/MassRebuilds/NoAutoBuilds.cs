using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>Packages that no mass rebuild touches, of a tag and of those that inherit from it: Fedora's "noautobuild".</summary>
public sealed class NoAutoBuilds(Database database, TimeProvider time)
{
    const int LongestReason = 500, LongestName = 200;

    sealed record Row(long TagId, string Package, string? Why, string By, long SetAt);

    /// <param name="order">As <see cref="Inheritance"/> has it; the nearest tag's word counts.</param>
    internal static IReadOnlyList<NoAutoBuild> Of(IDbConnection db, IReadOnlyList<long> order) =>
    [
        .. db.All<Row>("SELECT n.tag_id AS TagId, n.package AS Package, n.why AS Why, u.name AS \"By\", n.set_at AS SetAt FROM no_auto_builds n JOIN users u ON u.id = n.set_by WHERE n.tag_id IN @order ORDER BY n.package", new { order })
            .InOrder(order, row => row.TagId).DistinctBy(row => row.Package).OrderBy(row => row.Package, StringComparer.Ordinal).Select(row => new NoAutoBuild(row.Package, row.Why, row.By, row.SetAt.ToTime())),
    ];

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Set(string tagName, string package, string? why, long person, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (Tag.Find(tx.Connection!, tagName) is not { } tag) return Tag.None(tagName);
        if (package.Length > LongestName || package.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))) return new(400, "That cannot be the name of a package.");
        if (why is { Length: > LongestReason }) return new(400, $"A reason has up to {LongestReason} letters.");
        tx.Execute("INSERT INTO no_auto_builds (tag_id, package, why, set_by, set_at) VALUES (@Id, @package, @why, @person, @now) ON CONFLICT (tag_id, package) DO UPDATE SET why = @why, set_by = @person, set_at = @now",
            new { tag.Id, package, why, person, now = time.Stamp() });
        tx.Note($"{package} left out of mass rebuilds", $"tag {tagName}", null, new { package, why }, tag.Id);
        return null;
    }, ct);

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Unset(string tagName, string package, CancellationToken ct) => database.Write<Refusal?>(tx =>
        Tag.Find(tx.Connection!, tagName) is not { } tag ? Tag.None(tagName)
        : tx.Execute("DELETE FROM no_auto_builds WHERE tag_id = @Id AND package = @package", new { tag.Id, package }) > 0 ? Noted(tx, tag, package)
        : new(404, $"{package} is not left out of the mass rebuilds of '{tagName}' itself."), ct);

    static Refusal? Noted(IDbTransaction tx, Tag tag, string package)
    {
        tx.Note($"{package} left out of mass rebuilds no more", $"tag {tag.Name}", new { package }, null, tag.Id);
        return null;
    }
}
