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

    public static Refusal? WhyNot(IDbConnection db, ApprovalRow row, CallerIdentity caller, long now) => WhyNot(db, row, caller.PersonId!.Value, caller.May, caller.AsFarAs, now);

    static Refusal? WhyNot(IDbConnection db, ApprovalRow row, long person, Right may, Right asFarAs, long now)
    {
        if (person == row.MadeBy && row.WaivedAt is null) return new(403, $"You asked for this yourself, so somebody else must agree: a second person who may {Words(Enum.Parse<Right>(row.Needs))} too.");
        if (WhyNotDo(db, row, person, may, asFarAs) is { } no) return no;
        return person != row.MadeBy && Made(db, row.MadeBy, person, now) ? new(403, $"{row.Maker} made your account, or a link for your password, less than {KnownFor / 86_400_000} days ago, so you are no second person to them yet: somebody else must agree.") : null;
    }

    /// <summary>Who asked for it, with the role that they have now and within the token that they showed then: they may do it still, as its door lets people in.</summary>
    public static bool MayStill(IDbConnection db, ApprovalRow row, CallerIdentity maker) =>
        WhatItTakes.Of(row).Named ? WhyNotDo(db, row, row.MadeBy, maker.May, maker.AsFarAs) is null : maker.May.HasFlag(Enum.Parse<Right>(row.Needs));

    /// <summary>The very act, in its very tags: by their role or, where its door lets in who is named there, by that; never for more than they showed a token for.</summary>
    static Refusal? WhyNotDo(IDbConnection db, ApprovalRow row, long person, Right may, Right asFarAs)
    {
        var (needed, takes, tags) = (Enum.Parse<Right>(row.Needs), WhatItTakes.Of(row), row.TagIds(db));
        var lacks = new Refusal(403, $"Who agrees to this must be able to do it themselves, and you, or the token that you showed, may not {Words(needed)}.");
        if (!asFarAs.HasFlag(needed) || !takes.Named && !may.HasFlag(needed)) return lacks;
        return tags.Select(tag => TagRights.WhyNot(db, takes.In(tag), person, tag)).FirstOrDefault(why => why is not null)
            ?? (may.HasFlag(needed) || tags.Count > 0 && tags.All(tag => TagRights.IsNamed(db, takes.In(tag), person, tag)) ? null : lacks);
    }

    static bool Made(IDbConnection db, long maker, long person, long now) => db.One<bool>("""
        SELECT EXISTS (SELECT 1 FROM users WHERE id = @person AND added_by = @maker AND created_at > @since
          UNION ALL SELECT 1 FROM invitations WHERE user_id = @person AND made_by = @maker AND created_at > @since)
        """, new { maker, person, since = now - KnownFor });

    static string Words(Right right) => right switch { Right.Release => "change tags that are nobody's own", Right.Promote => "promote", Right.Build => "build", Right.Administer => "administer", _ => "change tags" };

    sealed record Candidate(long Id, string Role);

    /// <summary>Whom to ask, by their roles and by what they are named for; a bounded number.</summary>
    public static IReadOnlyList<long> All(IDbConnection db, ApprovalRow row, long now, int most) => [.. db.All<Candidate>("SELECT id AS Id, role AS Role FROM users WHERE disabled_at IS NULL AND id <> @MadeBy ORDER BY id LIMIT 1000", row)
        .Where(one => WhyNot(db, row, one.Id, Rights.OfRole(one.Role), (Right)~0, now) is null).Select(one => one.Id).Take(most)];
}
