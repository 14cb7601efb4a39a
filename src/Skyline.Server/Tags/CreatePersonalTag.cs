using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag of a person's own, USER/NAME, which inherits from another and is like it, and a target of its name: made by anybody, and ready to build.</summary>
public sealed class CreatePersonalTag(Database database, SigningKeys keys, PublishSnapshot publish, Bells bells, SkylineSettings settings, TimeProvider time)
{
    const int LongestName = 100;

    public static Refusal ReleaseEngineersAlone => new(403, "Release engineers and administrators alone make tags that are nobody's own; one of your own is made of another: skyline tag create YOU/NAME --base TAG.");

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Create(NewTag wanted, long person, CancellationToken ct)
    {
        if (wanted.Name?.Split('/') is not [var user, var own] || !Names.IsGood(user) || !Names.IsGood(own) || wanted.Name.Length > LongestName)
            return new(400, $"A tag of one's own is called USER/NAME; '{wanted.Name}' is not: both parts are {Names.Rule}, and together up to {LongestName}.");
        if (wanted is { Chroot.Length: > 0 } or { Arches.Count: > 0 }) return new(400, "A tag of one's own has the chroot and the architectures of its base; leave chroot and arches out.");
        if (ChangeSettings.WhyNotDescription(wanted.Description) is { } bad) return new(400, bad);
        if (keys.WhyNot() is { } fault) return new(503, fault);
        var (tag, why) = await database.Write(tx => Insert(tx, wanted, user, person, time.Stamp()), ct);
        if (tag is null) return why;
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(tag.Value, CancellationToken.None);
        return null;
    }

    (long? Tag, Refusal? Why) Insert(IDbTransaction tx, NewTag wanted, string user, long person, long now)
    {
        var db = tx.Connection!;
        if (tx.One<long?>("SELECT id FROM users WHERE name = @user", new { user }) is not { } owner) return (null, new(404, $"There is nobody called '{user}' here, whose tag '{wanted.Name}' could be."));
        if (owner != person && !TagRights.IsAdmin(db, person)) return (null, new(403, $"'{wanted.Name}' would be {user}'s own tag, and you are not {user}: put your own name before the slash."));
        if (Tag.Find(db, wanted.Base!) is not { } like) return (null, new(400, $"There is no tag '{wanted.Base}' to inherit from."));
        if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM tags WHERE name = @Name AND removed_at IS NULL UNION ALL SELECT 1 FROM targets WHERE name = @Name AND removed_at IS NULL)", new { wanted.Name }) || CreateTag.IsTaken(tx, wanted.Name)) return (null, new(409, $"There is a tag or a target '{wanted.Name}' already; give it another name."));
        if (!TagRights.IsAdmin(db, person) && Count(tx, owner) >= settings.PersonalTagsPerPerson)
            return (null, new(409, $"You have {settings.PersonalTagsPerPerson} tags of your own, and nobody has more here (Skyline:PersonalTagsPerPerson)."));
        var tag = OwnedTag.InsertLike(tx, like, wanted.Name, owner, now, wanted.Description);
        if (wanted.Private || wanted.Closed) tx.Execute("UPDATE tags SET private = max(private, @Private), closed = max(closed, @Closed) WHERE id = @tag", new { tag, wanted.Private, wanted.Closed });
        OwnedTag.InsertTarget(tx, tag, wanted.Name, tx.One<long?>("SELECT id FROM targets WHERE build_tag_id = @Id AND removed_at IS NULL ORDER BY name = @Name DESC, id LIMIT 1", like), owner, now);
        return (tag, null);
    }

    static long Count(IDbTransaction tx, long owner) => tx.One<long>("SELECT count(*) FROM tags t WHERE t.owner_id = @owner AND t.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM side_tags s WHERE s.tag_id = t.id)", new { owner });
}
