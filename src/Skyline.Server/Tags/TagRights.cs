using System.Data;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Asks the database how somebody stands to a tag, <see cref="TagRule"/> what follows, and says who may and who can let them.</summary>
static class TagRights
{
    sealed record Row
    {
        public required string Name { get; init; }
        public string? Owner { get; init; }
        public long? OwnerId { get; init; }
        public bool Closed { get; init; }
        public bool Private { get; init; }
        public string? Person { get; init; }
        public string? Role { get; init; }
        public string? Granted { get; init; }
    }

    public static Refusal? WhyNotBuildInto(IDbConnection db, long person, long tag) => WhyNot(db, Access.Build, person, tag);

    public static Refusal? WhyNotChange(IDbConnection db, long person, long tag) => WhyNot(db, Access.Tag, person, tag);

    public static Refusal? WhyNot(IDbConnection db, Access what, long person, long tag) =>
        Of(db, person, tag) is var standing && TagRule.May(what, standing) ? null : Why(db, what, standing, tag);

    public static bool May(IDbConnection db, Access what, long person, long tag) => TagRule.May(what, Of(db, person, tag));

    /// <summary>Named there: by owning it or by a grant, whatever their role.</summary>
    public static bool IsNamed(IDbConnection db, Access what, long person, long tag) => Of(db, person, tag) is var standing && TagRule.May(what, standing with { Closed = true });

    public static bool IsAdmin(IDbConnection db, long person) => Has(db, person, Right.Administer);

    /// <summary>By their role as it is now; what their token is for was asked at the door.</summary>
    public static bool Has(IDbConnection db, long person, Right right) => db.One<string>("SELECT role FROM users WHERE id = @person AND disabled_at IS NULL", new { person }) is { } role && Rights.OfRole(role).HasFlag(right);

    static Standing Of(IDbConnection db, long person, long tag)
    {
        var row = db.One<Row>("""
            SELECT t.name AS Name, t.owner_id AS OwnerId, o.name AS Owner, t.closed AS Closed, t.private AS Private, u.name AS Person, CASE WHEN u.disabled_at IS NULL THEN u.role END AS Role,
              (SELECT group_concat(g.access, ' ') FROM tag_grants g WHERE g.tag_id = t.id AND g.revoked_at IS NULL AND (g.user_id = @person OR g.team_id IN (SELECT team_id FROM team_members WHERE user_id = @person))) AS Granted
            FROM tags t LEFT JOIN users o ON o.id = t.owner_id LEFT JOIN users u ON u.id = @person WHERE t.id = @tag
            """, new { person, tag })!;
        // Nobody does anything in what they do not see, whatever their role.
        var lost = row.Role is null || row.Private && Hidden.TagFrom(db, new(person, null), tag);
        return new(row.Name, row.Person, lost ? Right.None : Rights.OfRole(row.Role!), row.Owner, row.OwnerId == person, row.Closed,
            Rights.Words(row.Granted ?? "").Select(TagRule.Read).OfType<Access>().ToHashSet());
    }

    static Refusal Why(IDbConnection db, Access what, Standing who, long tag)
    {
        var grant = $"`skyline tag grant {who.Tag} {who.Person} {TagRule.Word(what)}`";
        return new(403, who.Owner is not null ? $"'{who.Tag}' is {who.Owner}'s own tag: {who.Owner} and administrators alone {TagRule.Words(what)}. They name others with {grant}."
            : who.Closed && what is not Access.Administer ? $"'{who.Tag}' is closed: who is named there and administrators alone {TagRule.Words(what)}. {Givers(db, tag)} can name you: {grant}."
            : what is Access.Tag or Access.Promote ? $"'{who.Tag}' is nobody's own tag, so release engineers and administrators alone change it; ask one ({Givers(db, tag)} can name you there: {grant}), or make a tag of your own that inherits from it: skyline tag create YOU/NAME --base {who.Tag}."
            : $"Administrators, and who is named there, alone {TagRule.Words(what)}: '{who.Tag}' is not yours. {Givers(db, tag)} can name you: {grant}.");
    }

    /// <summary>Who says who may do what there.</summary>
    static string Givers(IDbConnection db, long tag)
    {
        var names = db.All<string>("""
            SELECT coalesce(u.name, 'team ' || m.name) FROM tag_grants g LEFT JOIN users u ON u.id = g.user_id LEFT JOIN teams m ON m.id = g.team_id
            WHERE g.tag_id = @tag AND g.access = 'administer' AND g.revoked_at IS NULL ORDER BY g.id LIMIT 3
            """, new { tag });
        return names.Count == 0 ? "An administrator" : string.Join(", ", names) + " or an administrator";
    }
}
