using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.SideTags;

/// <summary>What a promotion of a side tag comes to, as of one moment: which builds go where, and the state of both that its checks hold for.</summary>
/// <param name="Builds">All that the side tag has itself, in the order of tagging.</param>
sealed record PromotionPlan(SideTagRow Side, Tag From, Tag Into, IReadOnlyList<PromotionPlan.Member> Builds, PromotionMoment Moment)
{
    public sealed record Member
    {
        public long Id { get; init; }
        public required string Nvr { get; init; }
        public required string Package { get; init; }
        public required string State { get; init; }
        public bool Draft { get; init; }
        public long? PackagesRemovedAt { get; init; }
        public KnownBuild Known => new(Id, Nvr, Package);
    }

    public static (PromotionPlan? Plan, Refusal? Why) Of(IDbConnection db, string name, PromotionOrder order, long person)
    {
        if (SideTagRow.Find(db, name) is not { } side) return (null, SideTagRow.None(name));
        if (TagRights.WhyNotChange(db, person, side.TagId) is { } notYours) return (null, notYours);
        if (Tag.Find(db, order.To ?? side.Into) is not { } into) return (null, Tag.None(order.To ?? side.Into));
        if (into.Id == side.TagId) return (null, new(400, $"From '{name}' to '{name}' is no promotion."));
        if (WhyNotInto(db, side, into, person) is { } closed) return (null, closed);
        if (Tag.Of(db, side.TagId).Private && !into.Private) return (null, new(409, $"'{name}' is private and '{into.Name}' is public: everybody would see its builds, with logs and what they were built with. If that is meant: skyline tag promote {name} {into.Name} --all --disclose."));
        if (order.SkipInstallCheck && !TagRights.IsAdmin(db, person)) return (null, new(403, "Only administrators may pass by the check that all can be installed."));
        var builds = db.All<Member>("""
            SELECT b.id AS Id, b.nvr AS Nvr, b.package AS Package, b.state AS State, b.draft AS Draft, b.packages_removed_at AS PackagesRemovedAt
            FROM tag_builds g JOIN builds b ON b.id = g.build_id WHERE g.tag_id = @TagId AND g.untagged_at IS NULL ORDER BY g.id
            """, side);
        if (builds.Count == 0) return (null, Nothing(db, side));
        return (new(side, Tag.Of(db, side.TagId), into, builds, PromotionMoment.Of(db, side.TagId, into)), null);
    }

    /// <summary>Who may build for the target that it was made beside may promote there; into another tag, who may change that.</summary>
    static Refusal? WhyNotInto(IDbConnection db, SideTagRow side, Tag into, long person) =>
        into.Id == side.IntoId && TagRights.May(db, Access.Build, person, into.Id) ? null : TagRights.WhyNot(db, into.Id == side.IntoId ? Access.Build : Access.Promote, person, into.Id) is { } why && !TagRights.May(db, Access.Promote, person, into.Id) ? why : null;

    sealed record Earlier(string Detail, string? Person);

    static Refusal Nothing(IDbConnection db, SideTagRow side) => db.One<Earlier>("""
        SELECT e.detail AS Detail, u.name AS Person FROM tag_events e LEFT JOIN users u ON u.id = e.by WHERE e.tag_id = @TagId AND e.kind = 'Promote' ORDER BY e.id DESC LIMIT 1
        """, side) is { } earlier
            ? new(409, $"'{side.Name}' has no builds of its own left to promote: {earlier.Detail} by {earlier.Person}.")
            : new(409, $"'{side.Name}' has no builds of its own, so there is nothing to promote; build into it first: skyline build --target {side.Name} PACKAGE.src.rpm.");

    public const string Unchecked = ", without the check that all can be installed";

    /// <summary>Each build leaves the one tag and comes into the other, unless it is there already.</summary>
    /// <param name="how">What the history says behind it.</param>
    public IReadOnlyList<TagAct> Acts(IDbConnection db, string how = "")
    {
        var there = OwnBuilds.Of(db, Into, [.. Builds.Select(build => build.Known)]);
        var count = $"{Builds.Count} build{(Builds.Count == 1 ? "" : "s")}";
        return
        [
            new TagAct.Promotion(From, $"{count} promoted into '{Into.Name}'"),
            new TagAct.Promotion(Into, $"{count} promoted from side tag '{From.Name}'{how}"),
            .. Builds.Select(build => new TagAct.Take(From, build.Known)),
            .. Builds.Where(build => !there.Has(build.Known)).Select(build => new TagAct.Put(Into, build.Known)),
        ];
    }
}

/// <summary>What a check was made of: the newest events of both tags, with all that they inherit, and the pinned states of what is beside them.</summary>
sealed record PromotionMoment(long From, long Into, string Pins)
{
    public static PromotionMoment Of(IDbConnection db, long from, Tag into) => new(Changed(db, from), Changed(db, into.Id), string.Join(' ', Pinned.Of(db, into).Select(pin => pin.StateId)));

    static long Changed(IDbConnection db, long tag) => db.One<long>("SELECT changed_event FROM tags WHERE id = @tag", new { tag });
}

/// <summary>An external repository's pinned state that a tag is installed beside.</summary>
sealed record Pinned
{
    public required string Name { get; init; }
    public required string Arch { get; init; }
    /// <summary>Null: it is not pinned for this architecture yet.</summary>
    public long? StateId { get; init; }
    public int Priority { get; init; }

    public static IReadOnlyList<Pinned> Of(IDbConnection db, Tag tag) => db.All<Pinned>("""
        SELECT e.name AS Name, a.arch AS Arch, p.state_id AS StateId, min(n.priority) AS Priority
        FROM tag_needs n JOIN externals e ON e.id = n.external_id JOIN tag_arches a ON a.tag_id = n.tag_id LEFT JOIN external_arches p ON p.external_id = e.id AND p.arch = a.arch
        WHERE n.tag_id = @Id GROUP BY e.name, a.arch, a.position, p.state_id ORDER BY a.position, e.name
        """, tag);
}
