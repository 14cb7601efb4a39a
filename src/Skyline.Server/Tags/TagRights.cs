using System.Data;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// Who may do what to a tag. One that is somebody's (a side tag, a personal tag) is its owner's and the administrators'. Into one that is
/// nobody's every packager may build, and release engineers change it.
/// </summary>
static class TagRights
{
    sealed record Row
    {
        public required string Name { get; init; }
        public string? Owner { get; init; }
        public long? OwnerId { get; init; }
    }

    public static Refusal? WhyNotBuildInto(IDbConnection db, long person, long tag) =>
        Of(db, tag) is { OwnerId: { } owner } row && owner != person && !IsAdmin(db, person) ? NotYours(row, "build into it") : null;

    public static Refusal? WhyNotChange(IDbConnection db, long person, long tag)
    {
        var row = Of(db, tag);
        return row.OwnerId == person || IsAdmin(db, person) || row.OwnerId is null && Has(db, person, Right.Release) ? null
            : row.OwnerId is not null ? NotYours(row, "change it")
            : new(403, $"'{row.Name}' is nobody's own tag, so release engineers and administrators alone change it; ask one, or make a tag of your own that inherits from it: skyline tag create YOU/NAME --base {row.Name}.");
    }

    public static bool IsAdmin(IDbConnection db, long person) => Has(db, person, Right.Administer);

    /// <summary>By their role as it is now; what their token is for was asked at the door.</summary>
    public static bool Has(IDbConnection db, long person, Right right) => db.One<string>("SELECT role FROM users WHERE id = @person AND disabled_at IS NULL", new { person }) is { } role && Rights.OfRole(role).HasFlag(right);

    static Row Of(IDbConnection db, long tag) => db.One<Row>("SELECT t.name AS Name, t.owner_id AS OwnerId, u.name AS Owner FROM tags t LEFT JOIN users u ON u.id = t.owner_id WHERE t.id = @tag", new { tag })!;

    static Refusal NotYours(Row row, string act) => new(403, $"'{row.Name}' is {row.Owner}'s own tag: {row.Owner} and administrators alone {act}.");
}
