using System.Data;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>
/// Who is a second person: somebody else, a person, who could have done it themselves; and nobody whose account or password the first one made a
/// short while ago, who would be the first one again.
/// </summary>
static class WhoMayAgree
{
    public const long KnownFor = 7L * 86_400_000;

    /// <param name="may">What they may with what they showed.</param>
    public static Refusal? WhyNot(IDbConnection db, ApprovalRow row, long person, Right may, long now)
    {
        var (needed, waived) = (Enum.Parse<Right>(row.Needs), row.WaivedAt is not null);
        if (person == row.MadeBy && !waived) return new(403, $"You asked for this yourself, so somebody else must agree: a second person who may {Words(needed)} too.");
        if (!may.HasFlag(needed)) return new(403, $"Who agrees to this must be able to do it themselves, and you, or the token that you showed, may not {Words(needed)}.");
        if (row.TagIds(db).Select(tag => row.BuildId is null ? TagRights.WhyNotChange(db, person, tag) : TagRights.WhyNotBuildInto(db, person, tag)).FirstOrDefault(why => why is not null) is { } no) return no;
        return person != row.MadeBy && Made(db, row.MadeBy, person, now) ? new(403, $"{row.Maker} made your account, or a link for your password, less than {KnownFor / 86_400_000} days ago, so you are no second person to them yet: somebody else must agree.") : null;
    }

    static bool Made(IDbConnection db, long maker, long person, long now) => db.One<bool>("""
        SELECT EXISTS (SELECT 1 FROM users WHERE id = @person AND added_by = @maker AND created_at > @since
          UNION ALL SELECT 1 FROM invitations WHERE user_id = @person AND made_by = @maker AND created_at > @since)
        """, new { maker, person, since = now - KnownFor });

    static string Words(Right right) => right switch { Right.Release => "change tags that are nobody's own", Right.Promote => "promote", Right.Build => "build", _ => "change tags" };

    sealed record Candidate(long Id, string Role);

    /// <summary>Whom to ask, by their roles; a bounded number.</summary>
    public static IReadOnlyList<long> All(IDbConnection db, ApprovalRow row, long now, int most) => [.. db.All<Candidate>("SELECT id AS Id, role AS Role FROM users WHERE disabled_at IS NULL AND id <> @MadeBy ORDER BY id LIMIT 1000", row)
        .Where(one => WhyNot(db, row, one.Id, Rights.OfRole(one.Role), now) is null).Select(one => one.Id).Take(most)];
}
